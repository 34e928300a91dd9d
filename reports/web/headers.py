"""What browsers are told of every answer, besides what Django and the content policy tell them."""

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

# No page of the portal needs any of these, so nothing that gets into one has them.
UNUSED = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")


class OwnPagesOnly(MiddlewareMixin):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response["Permissions-Policy"] = ", ".join(f"{name}=()" for name in UNUSED)
        # A page of another site shows no picture of ours, and does not learn by it who has signed in.
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response
