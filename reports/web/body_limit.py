"""Refuse a request that is longer than it may be, or than there is room for, before anything of it is stored.

The check against forms of other sites reads the form, and with it whole files, which Django writes to disk as they
arrive: its middleware comes after this one, and this one after signing in.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from reports import storage

MEGABYTE = 1024 * 1024
# Django itself refuses more than 2.5 MB of fields.
MOST_BYTES_WITHOUT_FILE = 3 * MEGABYTE
# A file that has come in whole lies on the disk twice until it has been put in its place.
COPIES = 2


def takes_a_file(view: Callable) -> Callable:
    """Decorator of a view whose form brings a file."""
    view.takes_a_file = True
    return view


class BodyLimit(MiddlewareMixin):
    def process_view(self, request: HttpRequest, view: Callable, args, kwargs) -> HttpResponse | None:
        limit = settings.MAX_UPLOAD_BYTES if getattr(view, "takes_a_file", False) else None
        most = limit + MEGABYTE if limit else MOST_BYTES_WITHOUT_FILE
        # Of a request that does not say how long it is, Django reads nothing.
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length > most:
            _read_past(request, 2 * most)
            return render(request, "413.html", {"limit": limit}, status=413)
        needed, free = length * COPIES, storage.free_bytes() if limit and length else 0
        if limit and needed > free:
            _read_past(request, 2 * most)
            return render(request, "507.html", {"needed": needed, "free": free}, status=507)
        return None

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """When a connection breaks off, Django leaves what has come of a file to the garbage collector."""
        if request.method == "POST":
            for handler in request.upload_handlers:
                handler.upload_interrupted()
        return response


def _read_past(request: HttpRequest, most: int) -> None:
    """A browser shows no answer before it has sent all; what is far beyond the limit is cut off nevertheless."""
    for _ in range(most // MEGABYTE):
        if not request.read(MEGABYTE):
            return
