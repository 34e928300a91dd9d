"""Loaded before anything else: the tests write to a data folder of their own, with every variable at its default."""

import atexit
import os
import re
import shutil
import tempfile
from pathlib import Path

_folder = tempfile.mkdtemp(prefix="prelo-tests-")
(Path(_folder) / "static").mkdir()
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
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
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
