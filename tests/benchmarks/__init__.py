"""Prelo beside its peers, on the same rows, in one run: `make bench`.

Each contender makes itself ready in a process of its own and then makes the same PDF again and again, in turns with
the others, so that a busy machine slows all of them down.  What counts are the ratios of the medians.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
