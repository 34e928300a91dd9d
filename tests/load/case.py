"""`python -m tests.load.case polls|rate|soak`: measure one case, and print its figures as JSON."""

import tests.environment  # noqa: F401, I001 (before Django reads its settings)

import json
import sys
from importlib import import_module

import django


def main(case: str) -> None:
    django.setup()
    from tests.load import house  # needs what the line above has set up

    with house.database():
        figures = import_module(f"tests.load.{case}").measure()
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1])
