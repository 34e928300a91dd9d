"""What `make test` tries some of, and `make faults` all."""

from collections.abc import Iterable

import pytest


def some(cases: Iterable[str]) -> list:
    """Every third case is for `make test`, the others are thorough."""
    return [pytest.param(case, marks=[pytest.mark.thorough] if place % 3 else []) for place, case in enumerate(cases)]
