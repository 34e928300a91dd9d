"""`make run`, as a person meets it: one process in the foreground, and everything else under it."""

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from portal import env
from tests import processes, servers
from tests.processes import descendants


def variables_for(folder: Path, port: str) -> dict:
    broker = f"redis+socket://{folder}/redis.sock?virtual_host=0"
    return {"DATA_DIR": str(folder), "PORT": port, "BROKER_URL": broker, "RESULT_URL": broker, "DEBUG": "False"}


@pytest.fixture(scope="module")
def portal(tmp_path_factory, database_server):
    """The process, the address and the variables of a running portal without demo data."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "demo-loaded").touch()
    variables = variables_for(folder, processes.free_port()) | {"DATABASE_URL": servers.new_database("run")}
    with processes.running("run", [sys.executable, "-m", "portal.run"], ready=r"Prelo is at (\S+)", **variables) as (
        process,
        match,
    ):
        yield process, match[1], variables


def run_again(variables: dict) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "portal.run"]
    return subprocess.run(
        command, cwd=env.ROOT, env=os.environ | variables, capture_output=True, text=True, timeout=30, check=False
    )


def status_of(address: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request("GET", "/")
    return connection.getresponse().status


def answers(address: str) -> bool:
    try:
        return status_of(address) in (200, 302)
    except OSError:
        return False


def test_it_serves_people_who_are_not_signed_in(portal):
    assert answers(portal[1])


def test_a_second_one_on_the_same_data_is_refused(portal):
    done = run_again(portal[2])
    assert done.returncode == 1
    assert f"Prelo already runs with the data in {portal[2]['DATA_DIR']}" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_named_with_a_way_out(portal, tmp_path):
    done = run_again(variables_for(tmp_path, portal[2]["PORT"]))
    assert done.returncode == 1
    assert f"make run PORT={int(portal[2]['PORT']) + 1}" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_database_that_does_not_answer_is_told_in_a_line(tmp_path):
    missing = {"DATABASE_URL": f"postgresql://prelo@/prelo?host={tmp_path}"}
    done = run_again(variables_for(tmp_path, processes.free_port()) | missing)
    assert done.returncode == 1
    assert done.stderr.startswith("The database does not answer: connection ")
    assert done.stderr.count("\n") == 1


def test_the_web_server_does_without_the_libraries_that_lay_out_pages(portal):
    """They take a second to load at each start, and memory."""
    web = [pid for pid, line in descendants(portal[0].pid).items() if "gunicorn" in line]
    assert web
    assert not [pid for pid in web if "libpango" in Path(f"/proc/{pid}/maps").read_text()]


def test_a_web_server_that_dies_is_started_again(portal):
    process, address, _ = portal
    dead = min(pid for pid, line in descendants(process.pid).items() if "gunicorn" in line)
    os.kill(dead, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while dead in descendants(process.pid) or not answers(address):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_ctrl_c_ends_everything(portal):
    process, address, variables = portal
    started = descendants(process.pid)
    assert sum("celery" in line for line in started.values()) >= 3
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    for pid in started:
        processes.wait_for_the_end_of(pid)
    assert not (Path(variables["DATA_DIR"]) / "redis.sock").exists()
    assert not answers(address)
