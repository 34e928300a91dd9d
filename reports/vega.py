"""Charts: a Vega-Lite spec becomes SVG.

The engine needs a second to start, and once it has run in a process, it hangs in every fork of that process.  So a
worker keeps a process aside in which the engine is warm, and all that the worker forks may ask it (`draw`).  Nobody
depends on it: who gets no answer starts an engine of their own.

`python -m reports.vega` is that process.  It only watches over another one that has the engine in it, and that is
replaced after so many charts, when a chart takes too long, and when it crashes.
"""

import json
import logging
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

from reports.processes import end_with, limit_memory

logger = logging.getLogger(__name__)

# A chart takes 20 ms, on a busy machine ten times as long.
CHART_SECONDS = 3
# What one waits for an answer: as long as somebody else's chart may take, and the start of an engine after it.
PATIENCE_SECONDS = 5
MEGABYTES = 1024
# The engine keeps a little of every chart.
MOST_CHARTS = 1000
WAITING = 64
# An engine that cannot start is not started again and again without a pause.
PAUSE_SECONDS = 1

# Where the chart process listens, and who started it: known to that process, and to all that are forked from it.
_address: bytes | None = None
_starter: int | None = None

# Ids are numbered through the life of an engine.
_ID = re.compile(r'(<[^>]*(?: id="|url\(#)[a-z_]+?)(\d+)')
_FIRST = {
    "data": {"values": [{"name": "a", "value": 1}]},
    "layer": [{"mark": "bar"}, {"mark": "text"}],
    "encoding": {
        "x": {"field": "name", "type": "ordinal"},
        "y": {"field": "value", "type": "quantitative"},
        "text": {"field": "name"},
    },
}


def draw(spec: dict) -> str:
    """The SVG of a Vega-Lite spec that holds its own data.

    Raises ValueError for a spec that is none.  Where no chart process answers, the engine starts in this process,
    which must not be forked any more.
    """
    global _address
    if os.getpid() == _starter:
        raise RuntimeError("an engine here would hang every process that is forked from now on")
    if _address is not None:
        try:
            return _ask(_address, spec)
        except (OSError, ValueError) as error:
            logger.warning("The chart process does not answer (%s): the engine starts here", error)
            _address = None
    return _draw(spec)


def _ask(address: bytes, spec: dict) -> str:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE_SECONDS)
        connection.connect(address)
        with connection.makefile("rw", encoding="utf-8") as file:
            _write(file, spec)
            return json.loads(file.readline())


def _write(file, message) -> None:
    file.write(json.dumps(message) + "\n")
    file.flush()


def _draw(spec: dict) -> str:
    import vl_convert

    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    numbers: dict[str, int] = {}
    return _ID.sub(lambda found: f"{found[1]}{numbers.setdefault(found[2], len(numbers))}", svg)


def start() -> subprocess.Popen:
    """Start the chart process, without waiting for it.  It ends with this process, and leaves no file."""
    global _address, _starter
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("")  # the kernel finds a name, which is no file's
        listener.listen(WAITING)
        _address, _starter = listener.getsockname(), os.getpid()
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "reports.vega", str(os.getpid()), str(listener.fileno())],
            cwd=Path(__file__).parent.parent,
            pass_fds=[listener.fileno()],
            stdin=subprocess.DEVNULL,
            # A Ctrl-C is for the worker, which goes on with its charts for a while.
            start_new_session=True,
        )


def main() -> None:
    parent, descriptor = map(int, sys.argv[1:])
    end_with(parent)
    listener, watcher = socket.socket(fileno=descriptor), os.getpid()
    while True:
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            end_with(watcher)
            _serve(listener)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status:
            print(f"The chart process has ended ({status}), another one starts", file=sys.stderr, flush=True)
            time.sleep(max(0.0, started + PAUSE_SECONDS - time.monotonic()))


def _serve(listener: socket.socket) -> None:
    limit_memory(MEGABYTES)
    _draw(_FIRST)
    for _ in range(MOST_CHARTS):
        connection, _ = listener.accept()
        with connection:
            # The signal ends this process, wherever the engine is.
            signal.setitimer(signal.ITIMER_REAL, CHART_SECONDS)
            _answer(connection)
            signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(connection: socket.socket) -> None:
    """Without a word, when the spec is none or nobody waits any more."""
    _pid, person, _group = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    if person != os.getuid():
        return
    try:
        with connection.makefile("rw", encoding="utf-8") as file:
            _write(file, _draw(json.loads(file.readline())))
    except (OSError, ValueError):
        return


if __name__ == "__main__":
    main()
