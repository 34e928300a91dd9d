"""What is in a folder of which somebody else may be deleting parts."""

import os
from pathlib import Path


def files_in(folder: Path) -> list[Path]:
    """All files, however deep; unlike `Path.rglob`, a folder that goes away meanwhile is empty."""
    return [Path(place, name) for place, _folders, names in os.walk(folder) for name in names]
