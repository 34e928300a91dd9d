"""What machines ask of the portal is answered before any other middleware.

They come by IP address and without HTTPS, have no session, and want an answer when the database has none.
"""

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from reports.web import metrics, probes

ANSWERS = {"/healthz": probes.healthz, "/readyz": probes.readyz, "/metrics": metrics.for_a_token}


class Machines(MiddlewareMixin):
    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        answer = ANSWERS.get(request.path_info)
        return answer(request) if answer and request.method in ("GET", "HEAD") else None
