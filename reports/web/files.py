"""Files of the storage, sent to people; and what they are told when the storage cannot be reached."""

import logging

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin

from reports import storage

RETRY_SECONDS = 30
# What comes from elsewhere is passed on in pieces of this size; files of this machine the system sends by itself.
PIECE_BYTES = 64 * 1024

logger = logging.getLogger(__name__)


def download(request: HttpRequest, key: str, name: str, type_: str) -> HttpResponseBase:
    """A file to keep.  By the settings, the object store gives it to whoever has been let in here: the answer is then
    a redirect, which a form that was posted may not follow.  Raises FileNotFoundError, storage.Unreachable."""
    if settings.DOWNLOADS == "signed" and request.method == "GET" and (address := storage.address_of(key, name, type_)):
        response = HttpResponseRedirect(address)
        add_never_cache_headers(response)
        return response
    return file_response(key, type_, filename=name, as_attachment=True)


def file_response(key: str, type_: str, **options) -> FileResponse:
    """A file to be shown; `options` are FileResponse's.  Raises FileNotFoundError, storage.Unreachable."""
    file = storage.opened(key)
    response = FileResponse(file, content_type=type_, **options)
    if hasattr(file, "size"):
        response.headers["Content-Length"] = file.size
        response.block_size = PIECE_BYTES
    return response


class UnreachableStorage(MiddlewareMixin):
    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, storage.Unreachable):
            return None
        logger.error("Storage: %s", exception.strerror)
        response = render(request, "503.html", status=503)
        response["Retry-After"] = RETRY_SECONDS
        return response
