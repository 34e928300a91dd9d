"""What a document may load: files of our own assets folder, as `asset:css/print.css`, and pictures that are written in
it, as `data:image/png;base64,...`; nothing else."""

import binascii
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

PICTURE = "data:image/png;base64,"


class ForbiddenAddress(Exception):
    """A document named something that is not one of our assets."""


class _Refused(FatalURLFetchingError):
    """WeasyPrint goes on without what it could not load, unless the error is of this class."""


class AssetFetcher(URLFetcher):
    """Loads files of a folder; `refused` is the first address that is none."""

    def __init__(self, folder: Path):
        super().__init__(allowed_protocols=("asset", "data"), allow_redirects=False, fail_on_errors=True)
        self.folder = folder.resolve()
        self.refused: str | None = None

    def fetch(self, url: str, headers=None) -> URLFetcherResponse:
        if url.startswith(PICTURE):
            picture = binascii.a2b_base64(url.removeprefix(PICTURE))
            return URLFetcherResponse(url, picture, {"Content-Type": "image/png"})
        scheme, _, name = url.partition(":")
        path = (self.folder / unquote(name).lstrip("/")).resolve()
        if scheme != "asset" or not path.is_relative_to(self.folder) or not path.is_file():
            self.refused = self.refused or url
            raise _Refused(url)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Turn a refusal into an ordinary exception, also one that was swallowed, as those inside an SVG are."""
        with suppress(_Refused):
            yield
        if self.refused is not None:
            raise ForbiddenAddress(self.refused)
