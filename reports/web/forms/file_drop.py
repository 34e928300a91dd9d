"""A file field that fills an area on which one can drop a file."""

from django import forms
from django.conf import settings
from django.utils.functional import Promise


class FileDrop(forms.FileInput):
    """accepted: the kinds of files in words; suffixes: how their names end; limit: their most bytes, if that is less
    than what the portal takes."""

    template_name = "forms/file_drop.html"

    def __init__(self, *, accepted: str | Promise, suffixes: tuple[str, ...], limit: int | None = None):
        super().__init__({"accept": ",".join(suffixes)})
        self.accepted, self.limit = accepted, limit

    def get_context(self, name, value, attrs):
        limit = min(self.limit or settings.MAX_UPLOAD_BYTES, settings.MAX_UPLOAD_BYTES)
        attrs = {**(attrs or {}), "data-most-bytes": limit}
        return {**super().get_context(name, value, attrs), "accepted": self.accepted, "limit": limit}
