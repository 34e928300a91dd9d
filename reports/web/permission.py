"""What somebody may not see is not found; what they see and may not change is refused, by a page that names nothing."""

from django.core.exceptions import PermissionDenied


def refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
