"""Processes that make reports are killed, wherever they are in their work."""

import subprocess

import pytest

from reports.lifecycle.upload import read_again
from reports.models import Dataset, Report, State, Validation
from tests import gates, processes
from tests.faults.asking import ask, ended, kill, stored, told, wait_until

thorough = pytest.mark.thorough
fault = pytest.mark.fault


def kill_worker(worker: subprocess.Popen) -> None:
    """Its first process alone, which is all that the kernel kills; the others end with it."""
    others = processes.descendants(worker.pid)
    assert any("reports.vega" in line for line in others.values())
    worker.kill()
    worker.wait()
    for pid in others:
        processes.wait_for_the_end_of(pid)


@fault(number=1)
@pytest.mark.parametrize(
    "step", [pytest.param("gather", marks=thorough), "render", pytest.param("write_pdf", marks=thorough)]
)
def test_a_killed_child_costs_its_step_and_none_before_it(worker, sales, step):
    gates.shut(step)
    report = ask(sales)
    child = gates.who_stands_at(step)
    before = stored(report).timeline
    kill(child)
    gates.open_all()
    report = ended(report)
    assert report.state == State.READY
    assert [entry["step"] for entry in before] == list(Report.STEPS[: len(before)])
    assert report.timeline[: len(before)] == before
    assert report.epoch == 2


@fault(number=1)
@thorough
def test_a_child_that_is_killed_while_it_reads_a_file_costs_nothing_but_time(worker, uploaded):
    gates.shut("read")
    snapshot = read_again(uploaded.current, types={}, sheet="")
    kill(gates.who_stands_at("read"))
    gates.open_all()
    snapshot = ended(snapshot)
    assert (snapshot.state, snapshot.epoch, snapshot.rows) == (State.READY, 2, 60)
    assert Dataset.objects.get().current == snapshot


@fault(number=1)
@thorough
def test_a_child_that_is_killed_while_it_judges_a_pdf_leaves_it_published(worker, archive):
    gates.shut("validate")
    report = ask(archive)
    child = gates.who_stands_at("validate")
    published = stored(report)
    assert (published.state, published.verdict) == (State.READY, None)
    kill(child)
    gates.open_all()
    validation = ended(Validation.objects.get())
    assert (validation.state, validation.epoch) == (State.READY, 2)
    report = stored(report)
    assert report.verdict["conforms"]
    assert (report.sha256, report.finished_at) == (published.sha256, published.finished_at)


@fault(number=2)
def test_a_worker_that_is_killed_between_taking_a_message_and_recording_it_loses_nothing(worker, crew, sales):
    gates.shut("taken gather")
    report = ask(sales)
    gates.who_stands_at("taken gather")
    assert stored(report).state == State.QUEUED
    kill_worker(worker)
    gates.open_all()
    crew.worker()
    report = ended(report)
    # It was found by the sweeper: the broker would have waited for half an hour.
    assert (report.state, report.epoch) == (State.READY, 2)


@fault(number=2)
@thorough
def test_a_message_that_a_killed_worker_took_from_redis_and_told_nobody_of_is_published_again(crew, broker, sales):
    crew.dismiss()
    report = ask(sales)
    assert broker.client.lpop("reports")
    assert broker.client.keys("unacked*") == []
    crew.worker()
    report = ended(report)
    assert (report.state, report.epoch) == (State.READY, 2)


@fault(number=2)
@thorough
@pytest.mark.parametrize("step", Report.STEPS)
def test_a_killed_workers_step_is_done_again_by_another(worker, crew, sales, step):
    gates.shut(step)
    report = ask(sales)
    gates.who_stands_at(step)
    before = stored(report).timeline
    kill_worker(worker)
    gates.open_all()
    crew.worker()
    report = ended(report)
    assert (report.state, report.epoch) == (State.READY, 2)
    assert report.timeline[: len(before)] == before


@fault(number=2)
@thorough
def test_the_judgement_of_a_killed_worker_is_found_by_the_sweeper(worker, crew, archive):
    gates.shut("validate")
    report = ask(archive)
    gates.who_stands_at("validate")
    kill_worker(worker)
    gates.open_all()
    crew.worker()
    assert ended(Validation.objects.get()).state == State.READY
    assert stored(report).verdict["conforms"]


@fault(number=3)
@thorough
def test_a_message_that_comes_again_after_the_next_step_was_published_makes_no_second_result(crew, sales):
    # Redis gives the message to another worker when it is so old, and looks every ten seconds.
    worker = crew.worker(VISIBILITY_SECONDS="3")
    gates.shut("published gather")
    report = ask(sales)
    gates.who_stands_at("published gather")
    assert stored(report).step == "render"
    before = stored(report).timeline
    kill_worker(worker)
    gates.open_all()
    crew.worker(VISIBILITY_SECONDS="3")
    report = ended(report)
    assert (report.state, report.epoch, report.timeline[:1]) == (State.READY, 1, before)
    wait_until(lambda: told(report, "gather", "refused"))
