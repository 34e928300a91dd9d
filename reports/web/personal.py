"""Pages are in the language and the time zone that the person who has signed in has chosen."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from reports.models.person import language_of, time_zone_of


class Personal:
    def __init__(self, get_response: Callable):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user if request.user.is_authenticated else None
        if person and (language := language_of(person)):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        # None is the portal's own.
        with timezone.override(time_zone_of(person) if person else None):
            return self.get_response(request)
