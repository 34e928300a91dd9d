"""Loaded before anything else: the tests write to a data folder of their own, with every variable at its default.

`DATABASE=postgresql` has them run on a PostgreSQL, which tests/conftest.py starts; otherwise they run on SQLite.
"""

import atexit
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote


def _new_folder(prefix: str) -> str:
    folder = tempfile.mkdtemp(prefix=prefix)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


_database = os.environ.get("DATABASE", "sqlite")
if _database not in ("sqlite", "postgresql"):
    sys.exit(f"DATABASE is sqlite or postgresql, not {_database}")
_folder = _new_folder("prelo-tests-")
(Path(_folder) / "static").mkdir()
_example = (Path(__file__).parent.parent / ".env.example").read_text()
# Tests must not depend on an operator's .env, and must not touch the operator's Redis.
os.environ |= dict(re.findall(r"^#([A-Z_]+)=(.*)$", _example, re.MULTILINE))
os.environ |= {
    "DATA_DIR": _folder,
    "BROKER_URL": f"redis+socket://{_folder}/redis.sock?virtual_host=0",
    "RESULT_URL": f"redis+socket://{_folder}/redis.sock?virtual_host=0",
    # Pages are tested without collecting their static files first; the live portal of the browser tests does.
    "DEBUG": "True",
    "DJANGO_SETTINGS_MODULE": "portal.settings",
}
if _database == "postgresql":
    os.environ["DATABASE_URL"] = f"postgresql://prelo@/prelo?host={quote(_new_folder('prelo-postgresql-'))}"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
