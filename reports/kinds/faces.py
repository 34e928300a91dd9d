"""The faces of type that this machine has for documents."""

import subprocess
from functools import lru_cache
from time import monotonic

# The face of documents that name none.
USUAL = "Inter"
# How long an answer counts: fonts come and go while the portal runs.
SECONDS = 60
_COMMAND = ("fc-list", ":lang=pt:lang=en:bold:scalable=true", "family", "spacing")
# Faces for other things than a page of text.
_UNFIT = ("Mono", "Display", "Condensed", "Math", "Emoji", "Symbols")


def installed() -> tuple[str, ...]:
    """The families that have the letters of the portal's languages in bold, too, besides those that are not for text.

    Nothing where fontconfig cannot be asked: documents are set in the usual face then.
    """
    return _installed(int(monotonic() // SECONDS))


@lru_cache(maxsize=1)
def _installed(_minute: int) -> tuple[str, ...]:
    try:
        told = subprocess.run(_COMMAND, capture_output=True, timeout=10)  # noqa: S603 (nothing of it is a person's)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    families = set()
    for line in told.stdout.decode(errors="replace").splitlines():
        names, _, spacing = line.partition(":")
        if not spacing:
            families.add(names.split(",")[0].strip())
    return tuple(sorted(name for name in families if not any(word in name for word in _UNFIT)))
