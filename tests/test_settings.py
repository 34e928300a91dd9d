"""What loading the settings does to the disk, in fresh processes."""

import os
import stat
import subprocess
import sys
from pathlib import Path

from portal import env


def with_settings(folder: Path, code: str) -> subprocess.Popen:
    """A process that runs `code` after the settings have been loaded with this data folder."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=env.ROOT,
        env=os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": "", "SECRET_KEY": ""},
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
