"""A look at a source for whoever writes it, in a process of its own that can be killed, with limits.

What somebody writes may ask for any amount of memory and time, and a web server must not be what pays.  It has
threads, so it is not forked (as `reports.sandbox` does): this module is run as a new program, which begins in about a
second because it leaves Django alone.  What it is to do, with passwords, comes through its standard input, pickled as
`multiprocessing` does it; what it answers is JSON, for by then it has worked on what strangers wrote.
"""

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from reports.problems import Problem
from reports.processes import end_with, limit_memory

ROOT = Path(__file__).parents[2]
MEGABYTES = 512
# Beyond the seconds that a look takes by itself: to begin, and to say more precisely what took too long.
MORE_SECONDS = 3
EXIT_OUT_OF_MEMORY = 77
OUT_OF_MEMORY = {EXIT_OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGKILL}


def run(function: Callable, seconds: float):
    """What the function returns: JSON.  It is one of a module that leaves Django alone, or a partial of one.

    Raises Problem (the function's own, `look_slow`, `unexpected`), MemoryError, OSError.
    """
    command = [sys.executable, "-m", __name__, str(os.getpid())]
    limit = seconds + MORE_SECONDS
    options = {"stdout": subprocess.PIPE, "cwd": ROOT, "timeout": limit, "check": False}
    try:
        ended = subprocess.run(command, input=pickle.dumps(function), **options)  # noqa: S603 (nothing is a person's)
    except subprocess.TimeoutExpired:
        raise Problem("look_slow", seconds=round(limit)) from None
    if ended.returncode in OUT_OF_MEMORY:
        raise MemoryError
    if ended.returncode:
        raise Problem("unexpected")
    return _understood(json.loads(ended.stdout))


def _understood(answer: dict):
    if "problem" in answer:
        raise Problem(answer["problem"]["code"], **answer["problem"]["params"])
    if "os_error" in answer:
        raise OSError(*answer["os_error"])
    return answer["result"]


def _main() -> None:
    end_with(int(sys.argv[1]))
    limit_memory(MEGABYTES)
    try:
        function = pickle.load(sys.stdin.buffer)  # noqa: S301 (from whoever started this)
        answer = json.dumps({"result": function()})
    except MemoryError:
        os._exit(EXIT_OUT_OF_MEMORY)
    except Problem as problem:
        answer = json.dumps({"problem": problem.as_json()})
    except OSError as error:
        answer = json.dumps({"os_error": [error.errno, error.strerror or str(error)]})
    print(answer, flush=True)


if __name__ == "__main__":
    _main()
