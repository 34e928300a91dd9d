"""What loading the settings does to the disk, in fresh processes."""

import json
import os
import secrets
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from portal import env


def with_settings(folder: Path, code: str, **variables: str) -> subprocess.Popen:
    """A process that runs `code` after the settings have been loaded with this data folder."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=env.ROOT,
        env=os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": "", "SECRET_KEY": "", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_on_the_machine_can_read_the_data(tmp_path):
    folder = tmp_path / "new"
    code = "from portal.settings import DATA_DIR; (DATA_DIR / 'upload').touch()"
    assert with_settings(folder, code).wait() == 0
    assert {mode_of(folder), mode_of(folder / "tmp")} == {0o700}
    assert {mode_of(folder / "upload"), mode_of(folder / "secret_key")} == {0o600}


def test_neither_can_they_in_a_folder_that_is_open_to_them(tmp_path):
    tmp_path.chmod(0o755)
    code = "import django; django.setup(); from django.db import connection; connection.ensure_connection()"
    assert with_settings(tmp_path, code).wait() == 0
    assert mode_of(tmp_path / "prelo.sqlite3") == 0o600


def test_a_full_disk_leaves_no_empty_key(tmp_path):
    code = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); import portal.settings"
    process = with_settings(tmp_path, code)
    assert "File too large" in process.communicate()[1]
    assert list(tmp_path.iterdir()) == []


def test_processes_that_start_together_have_one_key(tmp_path):
    code = "from portal.settings import SECRET_KEY; print(SECRET_KEY)"
    processes = [with_settings(tmp_path, code) for _ in range(4)]
    keys = {process.communicate()[0].strip() for process in processes}
    assert len(keys) == 1 and len(keys.pop()) == 50
    assert (tmp_path / "secret_key").exists()


@pytest.mark.parametrize("key", ["changeme", "secret" * 8, "ab" * 40, "django-insecure-" + "abcdefgh" * 8])
def test_a_key_that_might_be_guessed_is_refused(tmp_path, key):
    process = with_settings(tmp_path, "import portal.settings", SECRET_KEY=key, DEBUG="False")
    said = process.communicate()[1]
    assert process.returncode and "SECRET_KEY is too short" in said and key not in said
    assert with_settings(tmp_path, "import portal.settings", SECRET_KEY=key, DEBUG="True").wait() == 0


def test_so_is_one_that_lies_in_the_data_folder(tmp_path):
    (tmp_path / "secret_key").touch()
    assert with_settings(tmp_path, "import portal.settings", DEBUG="False").wait()


def test_a_deployment_over_https_is_clean(tmp_path):
    """Django's own list of what an installation in the open needs."""
    plain = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"],
        cwd=env.ROOT,
        env=plain
        | {"DATA_DIR": str(tmp_path), "DEBUG": "False", "HTTPS": "True", "ALLOWED_HOSTS": "reports.example.org"}
        | {"SECRET_KEY": secrets.token_urlsafe(48)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_over_https_cookies_and_browsers_keep_to_it(tmp_path):
    code = """
import json; from portal import settings
names = [name for name in dir(settings) if name.endswith("_COOKIE_SECURE")]
print(json.dumps([{name: getattr(settings, name) for name in names}, settings.SECURE_HSTS_SECONDS, settings.PROXIES]))
"""
    for https in (True, False):
        cookies, seconds, proxies = json.loads(with_settings(tmp_path, code, HTTPS=str(https)).communicate()[0])
        assert cookies == dict.fromkeys(
            ["CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SESSION_COOKIE_SECURE"], https
        )
        assert (seconds > 0, proxies) == (https, https)
