"""Loaded before anything else: the tests write to a data folder of their own."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="prelo-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

os.environ["DATA_DIR"] = _folder
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
# Tests must not depend on an operator's .env: what they need of it is set here.
os.environ["LANGUAGE_DEFAULT"] = "en"
os.environ["TIME_ZONE"] = "UTC"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
