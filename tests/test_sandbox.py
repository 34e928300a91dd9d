"""The forked process: what it says arrives, what it wastes is bounded, and nothing of it stays."""

import faulthandler
import os
import signal
import time

import pytest

from reports import sandbox
from reports.problems import Problem
from tests.processes import wait_for_the_end_of


def run(function, *, seconds=20, megabytes=1024, on_tick=lambda progress: True, tick=0.05):
    return sandbox.run(function, seconds=seconds, megabytes=megabytes, on_tick=on_tick, tick=tick)


def test_the_result_comes_back():
    assert run(lambda progress: {"rows": 3}) == {"rows": 3}


def test_a_large_result_comes_back_whole():
    names = [f"column {n}" for n in range(50_000)]
    assert run(lambda progress: {"columns": names}) == {"columns": names}


def test_progress_is_seen_while_the_work_goes_on():
    seen = []

    def work(progress):
        progress(5, 10)
        time.sleep(0.5)
        return {}

    run(work, on_tick=lambda progress: seen.append((progress.done, progress.total)) or True)
    assert (5, 10) in seen


def test_a_problem_comes_back_with_its_parameters():
    def work(progress):
        raise Problem("too_slow", seconds=7)

    with pytest.raises(Problem) as caught:
        run(work)
    assert caught.value.as_json() == {"code": "too_slow", "params": {"seconds": 7}}


def test_a_bug_is_unexpected_and_an_os_error_stays_one():
    with pytest.raises(Problem, match="did not expect"):
        run(lambda progress: 1 / 0)

    def full_disk(progress):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left") as caught:
        run(full_disk)
    assert caught.value.errno == 28


def test_work_that_never_ends_is_stopped_in_c_code_too():
    started = time.monotonic()
    with pytest.raises(Problem) as caught:
        run(lambda progress: {"never": sum(range(10**12))}, seconds=0.5)
    assert caught.value.code == "too_slow"
    assert time.monotonic() - started < 5


def test_too_much_memory_is_refused():
    with pytest.raises(Problem) as caught:
        run(lambda progress: {"length": len(bytearray(600 * 1024 * 1024))}, megabytes=300)
    assert caught.value.as_json() == {"code": "too_large", "params": {"megabytes": 300}}


def test_a_crash_of_the_interpreter_is_a_problem():
    def work(progress):
        faulthandler.disable()  # pytest's, which would print a page
        os.kill(os.getpid(), signal.SIGSEGV)

    with pytest.raises(Problem) as caught:
        run(work)
    assert caught.value.code == "crashed"


def test_the_caller_can_stop_the_work_and_its_children_die(tmp_path):
    def work(progress):
        if os.fork() == 0:
            (tmp_path / "half").write_text(str(os.getpid()))
            (tmp_path / "half").rename(tmp_path / "grandchild")
            time.sleep(60)
            os._exit(0)
        time.sleep(60)
        return {}

    with pytest.raises(sandbox.Stopped):
        run(work, on_tick=lambda progress: not (tmp_path / "grandchild").exists())
    grandchild = int((tmp_path / "grandchild").read_text())
    wait_for_the_end_of(grandchild)


def test_the_work_dies_with_whoever_asked_for_it(tmp_path):
    reader, writer = os.pipe()
    parent = os.fork()
    if parent == 0:
        try:

            def work(progress):
                os.write(writer, str(os.getpid()).encode())
                time.sleep(60)
                return {}

            run(work, seconds=60)
        finally:
            os._exit(0)
    os.close(writer)
    worker = int(os.read(reader, 20))
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    # The write end closes only when the last process that holds it is gone.
    assert os.read(reader, 1) == b""
    wait_for_the_end_of(worker)
