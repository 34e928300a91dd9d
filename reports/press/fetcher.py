"""What a document may load: files of our own assets folder, as `asset:css/print.css`, and nothing else."""

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


class ForbiddenAddress(Exception):
    """A document named something that is not one of our assets."""


class _Refused(FatalURLFetchingError):
    """WeasyPrint goes on without what it could not load, unless the error is of this class."""


class AssetFetcher(URLFetcher):
    def __init__(self, folder: Path):
        super().__init__(allowed_protocols=("asset",), allow_redirects=False, fail_on_errors=True)
        self.folder = folder.resolve()

    def fetch(self, url: str, headers=None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        path = (self.folder / unquote(name).lstrip("/")).resolve()
        if scheme != "asset" or not path.is_relative_to(self.folder) or not path.is_file():
            raise _Refused(url)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


@contextmanager
def refusing() -> Iterator[None]:
    """Turn a refusal, which WeasyPrint must not swallow, into an ordinary exception."""
    try:
        yield
    except _Refused as refused:
        raise ForbiddenAddress(str(refused)) from None
