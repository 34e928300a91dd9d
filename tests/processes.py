"""Real processes for tests: started, waited for by what they print, and stopped."""

import ctypes
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from portal import env, run

BIN = Path(sys.executable).parent
READY_SECONDS = 60
# Longer than a worker goes on with a step once it has been asked to stop.
STOP_SECONDS = 45


@contextmanager
def running(
    name: str, command: list, *, ready: str, user: str | None = None, stop: int = signal.SIGTERM, **variables: str
) -> Iterator[tuple[subprocess.Popen, re.Match]]:
    """A process that has printed a line in which `ready` (a regular expression) is found, and that match.

    All that it prints is in `DATA_DIR/<name>.log`.  At the end it is asked to stop, and must do so, unless the test
    has killed it.
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
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )
    found = queue.Queue()
    reader = threading.Thread(target=_read, args=(process, log, re.compile(ready), found), daemon=True)
    reader.start()
    try:
        yield process, _wait_until_ready(name, log, found)
    finally:
        _stop(name, process, stop)
        reader.join()


def redis(socket: Path = env.REDIS_SOCKET):
    server = [run.redis_server(), "--port", 0, "--unixsocket", socket, "--save", "", "--appendonly", "no"]
    return running("redis", [*server, "--dir", socket.parent], ready="eady to accept connections")


def worker(
    queues: str = "reports,snapshots,quick,deliveries",
    concurrency: int = 2,
    application: str = "portal",
    name: str = "worker",
    before: Sequence[str] = (),
    **variables: str,
):
    """`before` is put before the command, such as `nice`."""
    command = [*before, BIN / "celery", "--app", application, "--quiet", "worker", "--hostname", f"{name}@tests"]
    command += ["--queues", queues, "--concurrency", concurrency]
    command += ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    return running(name, command, ready=r"@\S+ ready\.", **variables)


def wait_until(condition: Callable[[], bool], what: str, seconds: float = READY_SECONDS) -> None:
    """For what other processes do at their own pace."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"It did not happen within {seconds} seconds: {what}"
        time.sleep(0.1)


def beat(application: str = "portal", schedule: Path = env.DATA_DIR / "beat-schedule", **variables: str):
    command = [BIN / "celery", "--app", application, "beat", "--loglevel", "INFO", "--schedule", schedule]
    return running("beat", command, ready="beat: Starting", **variables)


def web(application: str = "portal.wsgi", **variables: str):
    """The match's first group is the address."""
    command = [BIN / "gunicorn", "--config", "deploy/gunicorn.py", "--log-level", "info", application]
    variables = {"HOST": "127.0.0.1", "PORT": "0", "WEB_PROCESSES": "1", "DEBUG": "False"} | variables
    return running("web", command, ready=r"Listening at: (\S+)", **variables)


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


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


def descendants(pid: int) -> dict[int, str]:
    """Process id -> command line of all that a process has started."""
    found = {}
    with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found[int(child)] = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
            found |= descendants(int(child))
    return found


def left_behind() -> dict[int, str]:
    """Process id -> command line of the Python processes of these tests whose parents are gone."""
    ours = f"DATA_DIR={env.DATA_DIR}\0".encode()
    found = {}
    for entry in Path("/proc").iterdir():
        # What is not ours may not be looked at, and what has just ended is not there any more.
        with suppress(OSError):
            if entry.name.isdigit() and ours in (entry / "environ").read_bytes() and _is_python_of_nobody(entry):
                found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
    return found


def _is_python_of_nobody(process: Path) -> bool:
    if (process / "exe").resolve() != Path(sys.executable).resolve():
        return False
    pid = int(process.name)
    while pid not in (0, os.getpid()):
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return pid == 0


def is_alive(pid: int) -> bool:
    """A zombie is dead: who reaps it is not our concern."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for_the_end_of(pid: int) -> None:
    deadline = time.monotonic() + 5
    while is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} goes on"
        time.sleep(0.02)


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


def _stop(name: str, process: subprocess.Popen, how: int) -> None:
    process.send_signal(how)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise AssertionError(f"{name} did not end within {STOP_SECONDS} seconds of being asked to") from None
