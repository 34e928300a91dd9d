"""Pages are in the language and the time zone that the person who has signed in has chosen."""

from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.deprecation import MiddlewareMixin

from reports.models.person import language_of, time_zone_of


class Personal(MiddlewareMixin):
    def process_request(self, request: HttpRequest) -> None:
        timezone.deactivate()
        if not request.user.is_authenticated:
            return
        timezone.activate(time_zone_of(request.user))
        if language := language_of(request.user):
            translation.activate(language)
            request.LANGUAGE_CODE = language
