"""Real processes for tests: started, waited for by what they print, and stopped."""

import ctypes
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from portal import env, run

BIN = Path(sys.executable).parent
READY_SECONDS = 60
# Longer than a worker goes on with a step once it has been asked to stop.
STOP_SECONDS = 45


@contextmanager
def running(name: str, command: list, *, ready: str, **variables: str) -> Iterator[tuple[subprocess.Popen, re.Match]]:
    """A process that has printed a line in which `ready` (a regular expression) is found, and that match.

    All that it prints is in `DATA_DIR/<name>.log`.  At the end it is asked to stop, and must do so.
    """
    log = env.DATA_DIR / f"{name}.log"
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=env.ROOT,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=_end_with_parent,
    )
    found = queue.Queue()
    reader = threading.Thread(target=_read, args=(process, log, re.compile(ready), found), daemon=True)
    reader.start()
    try:
        yield process, _wait_until_ready(name, log, found)
    finally:
        _stop(name, process)
        reader.join()


def redis():
    server = [run.redis_server(), "--port", 0, "--unixsocket", env.REDIS_SOCKET, "--save", "", "--appendonly", "no"]
    return running("redis", [*server, "--dir", env.DATA_DIR], ready="eady to accept connections")


def worker(queues: str = "reports,snapshots,quick", concurrency: int = 2, name: str = "worker", **variables: str):
    command = [BIN / "celery", "--app", "portal", "--quiet", "worker", "--hostname", f"{name}@tests"]
    command += ["--queues", queues, "--concurrency", concurrency]
    command += ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    return running(name, command, ready=r"@\S+ ready\.", **variables)


def beat(**variables: str):
    return running(
        "beat", [BIN / "celery", "--app", "portal", "beat", "--loglevel", "INFO"], ready="beat: Starting", **variables
    )


def wait_until(condition: Callable[[], bool], what: str, seconds: float = READY_SECONDS) -> None:
    """For what other processes do at their own pace."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"It did not happen within {seconds} seconds: {what}"
        time.sleep(0.1)


def web():
    """The match's first group is the address."""
    command = [BIN / "gunicorn", "--config", "deploy/gunicorn.py", "--log-level", "info", "portal.wsgi"]
    return running(
        "web", command, ready=r"Listening at: (\S+)", HOST="127.0.0.1", PORT="0", WEB_PROCESSES="1", DEBUG="False"
    )


def collect_static_files() -> None:
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
        cwd=env.ROOT,
        env=os.environ | {"DEBUG": "False"},
        check=True,
    )


def chromium() -> str:
    path = shutil.which("chromium")
    assert path, "The browser tests need Debian's Chromium: make test installs it"
    return path


def _end_with_parent() -> None:
    """Nothing is left behind when the tests are killed."""
    ctypes.CDLL(None).prctl(run.PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_until_ready(name: str, log: Path, found: queue.Queue) -> re.Match:
    try:
        match = found.get(timeout=READY_SECONDS)
    except queue.Empty:
        match = None
    assert match, f"{name} did not become ready; it said:\n{log.read_text()[-3000:]}"
    return match


def _read(process: subprocess.Popen, log: Path, ready: re.Pattern, found: queue.Queue) -> None:
    with log.open("a") as copy:
        for line in process.stdout:
            copy.write(line)
            copy.flush()
            if match := ready.search(line.rstrip()):
                found.put(match)
    found.put(None)


def _stop(name: str, process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise AssertionError(f"{name} did not end within {STOP_SECONDS} seconds of being asked to") from None
