"""Django's way to keep messages as files, while there is no mail server."""

import uuid
from datetime import UTC, datetime
from pathlib import Path

from django.core.mail.backends import filebased


class Files(filebased.EmailBackend):
    """Names the files itself: Django's names carry the second and the address of an object, which the next connection
    may get again, and then two messages share a file."""

    def _get_filename(self) -> str:
        if self._fname is None:
            name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{uuid.uuid4().hex[:8]}.log"
            self._fname = str(Path(self.file_path) / name)
        return self._fname
