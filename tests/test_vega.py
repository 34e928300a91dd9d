"""The chart process: its charts are those of an engine of one's own, and nobody depends on it."""

import http.server
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reports import sandbox, vega
from reports.problems import Problem
from tests import processes
from tests.processes import descendants, wait_for_the_end_of


def chart(label: str, **more) -> dict:
    """Clipped, which is why its SVG has an id in it."""
    return {
        "data": {"values": [{"name": label, "value": 1}]},
        "mark": {"type": "bar", "clip": True},
        "encoding": {"x": {"field": "value", "type": "quantitative"}, "y": {"field": "name", "type": "nominal"}},
        **more,
    }


# A regular expression that tries for years.
ENDLESS = chart("endless", transform=[{"calculate": f"test(/^(a+)+$/, '{'a' * 50}b')", "as": "hit"}])


def in_fork(*specs: dict, enough: threading.Event | None = None) -> dict:
    """What `draw` makes of the specs where charts are drawn, and whether an engine had to be started there."""

    def work(progress) -> dict:
        return {"charts": [vega.draw(spec) for spec in specs], "own": "vl_convert" in sys.modules}

    return sandbox.run(work, seconds=60, megabytes=4096, on_tick=lambda progress: not (enough and enough.is_set()))


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """A machine that runs tests may be busy."""
    monkeypatch.setattr(vega, "PATIENCE_SECONDS", 60)


@pytest.fixture
def watcher() -> Iterator[int]:
    """The process id of a chart process of this test's."""
    process = vega.start()
    yield process.pid
    process.kill()
    process.wait()


@pytest.fixture
def engine(watcher) -> int:
    """The one that has the engine in it, and that has drawn a chart."""
    assert not in_fork(chart("first"))["own"]
    return engine_of(watcher)


def engine_of(watcher: int) -> int:
    (pid,) = descendants(watcher)
    return pid


def wait_for_another(watcher: int, engine: int) -> None:
    wait_for_the_end_of(engine)
    deadline = time.monotonic() + 20
    while in_fork(chart("another"))["own"]:
        assert time.monotonic() < deadline
    assert engine_of(watcher) != engine


def test_a_chart_is_the_same_wherever_it_is_drawn_and_whatever_was_drawn_before():
    specs = [chart("b"), chart("a"), chart("b")]
    alone = in_fork(*specs)
    assert alone["own"]
    assert 'id="clip0"' in alone["charts"][0]
    assert alone["charts"][0] == alone["charts"][2] != alone["charts"][1]
    process = vega.start()
    try:
        assert in_fork(*specs) == {"charts": alone["charts"], "own": False}
    finally:
        process.kill()
        process.wait()


def test_words_are_not_taken_for_ids(engine):
    label = 'id="clip7" url(#clip8)'
    (svg,) = in_fork(chart(label))["charts"]
    assert label in svg


def test_many_may_ask_at_once(engine):
    def ask(number: int) -> list[str]:
        return re.findall(r">(chart \d+)<", in_fork(chart(f"chart {number}"))["charts"][0])

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(ask, range(18))) == [[f"chart {number}"] for number in range(18)]
    assert Path(f"/proc/{engine}").exists()


def test_whoever_asks_before_the_engine_has_started_waits_for_it():
    process = vega.start()
    try:
        assert not in_fork(chart("a"))["own"]
    finally:
        process.kill()
        process.wait()


def test_an_engine_that_is_killed_while_it_is_asked_costs_nobody_a_chart(watcher, engine):
    def ask(number: int) -> list[str]:
        return in_fork(*[chart(f"chart {number}")] * 20)["charts"]

    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(ask, number) for number in range(3)]
        os.kill(engine, signal.SIGKILL)
        for number, answer in enumerate(asked):
            assert all(f">chart {number}<" in svg for svg in answer.result())
    wait_for_another(watcher, engine)


def test_without_a_chart_process_one_draws_oneself(watcher, engine):
    os.kill(watcher, signal.SIGKILL)
    wait_for_the_end_of(engine)
    drawn = in_fork(chart("alone"))
    assert drawn["own"]
    assert ">alone<" in drawn["charts"][0]


def test_one_that_does_not_answer_is_not_waited_for_twice(monkeypatch):
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind("")
        deaf.listen()
        monkeypatch.setattr(vega, "_address", deaf.getsockname())
        monkeypatch.setattr(vega, "PATIENCE_SECONDS", 0.2)
        assert in_fork(chart("a"), chart("b"))["own"]
        deaf.setblocking(False)
        deaf.accept()
        with pytest.raises(BlockingIOError):
            deaf.accept()


def test_a_chart_without_end_is_ended_and_others_get_theirs(watcher, engine):
    enough, idle = threading.Event(), files_of(engine)
    with ThreadPoolExecutor(1) as pool:
        endless = pool.submit(in_fork, ENDLESS, enough=enough)
        while files_of(engine) == idle:
            time.sleep(0.01)
        assert ">mine<" in in_fork(chart("mine"))["charts"][0]
        wait_for_another(watcher, engine)
        # Whoever wants it goes on alone, to the limit of their own step.
        assert not endless.done()
        enough.set()
        with pytest.raises(sandbox.Stopped):
            endless.result()


def files_of(pid: int) -> int:
    """How many files the process has open; a connection is one."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def test_the_memory_of_an_engine_is_bounded(engine):
    limits = Path(f"/proc/{engine}/limits").read_text()
    assert re.search(r"Max data size +(\d+)", limits)[1] == str(vega.MEGABYTES * 1024 * 1024)


def test_an_engine_is_replaced_after_so_many_charts(monkeypatch):
    monkeypatch.setattr(vega, "MOST_CHARTS", 2)
    # This engine is a fork of the tests, which hold much by the end.
    monkeypatch.setattr(vega, "MEGABYTES", 8192)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("")
        listener.listen()
        parent = os.getpid()
        watcher = os.fork()
        if watcher == 0:
            sys.argv = ["vega", str(parent), str(listener.detach())]
            vega.main()
        monkeypatch.setattr(vega, "_address", listener.getsockname())
    try:
        assert not in_fork(chart("a"))["own"]
        engine = engine_of(watcher)
        assert not in_fork(chart("b"), chart("c"))["own"]
        assert engine_of(watcher) != engine
    finally:
        os.kill(watcher, signal.SIGKILL)
        os.waitpid(watcher, 0)


def drawn_or_refused(spec: dict) -> str:
    try:
        return in_fork(spec)["charts"][0]
    except Problem:
        return ""


def test_a_chart_reaches_no_file_and_no_address(tmp_path, engine):
    asked = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)

    secret = tmp_path / "secret.csv"
    secret.write_text("name,value\nsecret,1\n")
    with http.server.HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/data.csv"
        for url in (address, secret.as_uri(), str(secret)):
            assert "secret" not in drawn_or_refused(chart("a", data={"url": url}))
        server.shutdown()
    assert asked == []


def test_nothing_stays_when_the_owner_is_killed():
    code = "import signal; from reports import vega; print(vega.start().pid, flush=True); signal.pause()"
    with processes.running("owner", [sys.executable, "-c", code], ready=r"^(\d+)$") as (owner, match):
        watcher = int(match[1])
        while not (engines := list(descendants(watcher))):
            time.sleep(0.01)
        owner.kill()
        wait_for_the_end_of(watcher)
        wait_for_the_end_of(engines[0])


def test_a_worker_keeps_a_chart_process_and_takes_it_along(redis_server):
    with processes.worker(queues="none", concurrency=1) as (worker, _):
        # The one that watches, and the one that it has started.
        drawing = [pid for pid, line in descendants(worker.pid).items() if f"reports.vega {worker.pid} " in line]
        assert len(drawing) == 2
        os.killpg(worker.pid, signal.SIGKILL)
        for pid in drawing:
            wait_for_the_end_of(pid)
