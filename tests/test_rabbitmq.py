"""RabbitMQ instead of Redis: the whole job through a real worker, and what is lost on the way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from hashlib import sha256

import pypdfium2
import pytest
from django.core.management import call_command
from django.utils import timezone

from portal import env
from portal.celery import app
from reports import artifacts, storage
from reports.lifecycle.cancel import cancel
from reports.lifecycle.request import request_report
from reports.lifecycle.sweep import sweep
from reports.management.commands.request_report import checked
from reports.models import Dataset, Report, State
from tests import gates, processes, servers
from tests.brokers import broker_at
from tests.factories import PersonFactory
from tests.folders import files_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rabbitmq]

STEPS = Report.STEPS
QUEUES = ("reports", "snapshots", "quick", "deliveries")
# What a person may have to wait for the page that answers their request.
MOST_SECONDS = 5
PATIENCE_SECONDS = 90


@pytest.fixture(scope="module")
def rabbitmq(tmp_path_factory) -> Iterator[tuple[subprocess.Popen, str]]:
    """Its process and its address."""
    with servers.rabbitmq(tmp_path_factory.mktemp("rabbitmq"), processes.free_port()) as running:
        yield running


@pytest.fixture(scope="module")
def worker_of(django_db_setup) -> Iterator[Callable[[str], subprocess.Popen]]:
    """`worker_of(address)` is the worker with gates that runs; it is started when there is none any more."""
    with ExitStack() as stack:
        started = {}

        def running(address: str) -> subprocess.Popen:
            if address not in started or started[address].poll() is not None:
                worker = processes.worker(application="tests.gated", BROKER_URL=address, RESULT_URL="")
                started[address], _ = stack.enter_context(worker)
            return started[address]

        yield running
        gates.open_all()


@pytest.fixture
def broker(transactional_db, rabbitmq) -> Iterator[str]:
    """The address of the RabbitMQ to which this process publishes, too; it holds no messages."""
    _, address = rabbitmq
    with broker_at(address):
        for queue in QUEUES:
            on_the_broker("queue_purge", queue)
        yield address
        gates.open_all()


@pytest.fixture
def gated_worker(broker, worker_of) -> subprocess.Popen:
    return worker_of(broker)


@pytest.fixture
def sales(transactional_db, tmp_path) -> Dataset:
    (tmp_path / "sales.csv").write_text("Shop,Total\n" + "".join(f"Shop {n:03},{n}.50\n" for n in range(120)))
    call_command("import_dataset", tmp_path / "sales.csv", name="Sales")
    return Dataset.objects.get()


def on_the_broker(operation: str, queue: str) -> None:
    with app.connection_for_write() as connection:
        app.amqp.queues[queue](connection.default_channel).declare()
        getattr(connection.default_channel, operation)(queue)


def ask(dataset: Dataset, **changes) -> Report:
    return request_report(**checked(dataset.owner, "listing", dataset.name, [], "en") | changes)


def stored(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ended(report: Report) -> Report:
    wait_until(lambda: not stored(report).is_unfinished)
    return stored(report)


def assert_one_pdf(report: Report) -> None:
    """The one that the row names, and no other file."""
    assert report.state == State.READY
    assert [entry["step"] for entry in report.timeline] == list(STEPS)
    home = storage.path_of(artifacts.home_of(report))
    wait_until(lambda: files_in(home) == [storage.path_of(report.pdf)])
    assert sha256(storage.path_of(report.pdf).read_bytes()).hexdigest() == report.sha256


def kill(process_id: int) -> None:
    os.kill(process_id, signal.SIGKILL)
    processes.wait_for_the_end_of(process_id)


def kill_worker(worker: subprocess.Popen) -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def let_its_lease_end(report: Report) -> None:
    """What otherwise takes half a minute, or a whole one; and the clock ticks."""
    Report.objects.filter(pk=report.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep()


def test_the_command_line_gets_its_pdf(gated_worker, broker, sales, tmp_path):
    output = tmp_path / "sales.pdf"
    command = [sys.executable, "manage.py", "request_report", "listing", "--dataset", "Sales", "--output", output]
    variables = os.environ | {"BROKER_URL": broker, "RESULT_URL": ""}
    done = subprocess.run(command, cwd=env.ROOT, env=variables, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with pypdfium2.PdfDocument(output) as document:
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
    assert all(f"Shop {n:03}" in text for n in range(120))


def test_cancelling_frees_the_worker_and_leaves_no_pdf(gated_worker, sales):
    gates.shut("render")
    report = ask(sales)
    child = gates.who_stands_at("render")
    assert cancel(report)
    # The step's own process, which would stand at the gate for ever, is gone.
    wait_until(lambda: not processes.descendants(child))
    gates.open_all()
    assert_one_pdf(ended(ask(sales)))
    assert (stored(report).state, list(stored(report).artifacts)) == (State.CANCELLED, ["gather"])


@pytest.mark.parametrize(
    "step", [pytest.param(step, marks=pytest.mark.thorough) if step != "render" else step for step in STEPS]
)
def test_a_killed_child_costs_its_step_and_none_before_it(gated_worker, sales, step):
    gates.shut(step)
    report = ask(sales)
    child = gates.who_stands_at(step)
    before = stored(report).timeline
    kill(child)
    gates.open_all()
    let_its_lease_end(report)
    report = ended(report)
    assert_one_pdf(report)
    assert (len(before), report.timeline[: len(before)]) == (STEPS.index(step), before)
    assert report.epoch == 2


@pytest.mark.thorough
def test_a_killed_workers_step_is_done_again_by_another(gated_worker, broker, worker_of, sales):
    gates.shut("render")
    report = ask(sales)
    gates.who_stands_at("render")
    before = stored(report).timeline
    kill_worker(gated_worker)
    gates.open_all()
    worker_of(broker)
    let_its_lease_end(report)
    report = ended(report)
    assert_one_pdf(report)
    assert report.timeline[:1] == before


@pytest.mark.thorough
def test_a_message_that_was_taken_and_not_recorded_comes_again(gated_worker, broker, worker_of, sales):
    gates.shut("taken gather")
    report = ask(sales)
    gates.who_stands_at("taken gather")
    assert stored(report).state == State.QUEUED
    kill_worker(gated_worker)
    gates.open_all()
    worker_of(broker)
    report = ended(report)
    assert_one_pdf(report)
    assert report.epoch == 1


def test_a_message_that_comes_again_after_the_next_was_published_does_nothing(gated_worker, broker, worker_of, sales):
    gates.shut("published gather")
    # The worker's other child takes the next step, and must not get far.
    gates.shut("taken render")
    report = ask(sales)
    gates.who_stands_at("published gather")
    gates.who_stands_at("taken render")
    before = stored(report).timeline
    kill_worker(gated_worker)
    gates.open_all()
    worker_of(broker)
    report = ended(report)
    assert_one_pdf(report)
    assert (report.epoch, len(before), report.timeline[:1]) == (1, 1, before)


@pytest.mark.parametrize("operation", ["queue_purge", pytest.param("queue_delete", marks=pytest.mark.thorough)])
def test_a_broker_that_forgets_everything_costs_no_report(gated_worker, sales, operation):
    gates.shut("gather")
    running = [ask(sales) for _ in range(2)]
    wait_until(lambda: Report.objects.filter(state=State.RUNNING).count() == 2)
    waiting = ask(sales, owner=PersonFactory(is_staff=True))
    for queue in QUEUES:
        on_the_broker(operation, queue)
    gates.open_all()
    for report in running:
        assert_one_pdf(ended(report))
    assert stored(waiting).state == State.QUEUED
    let_its_lease_end(waiting)
    assert_one_pdf(ended(waiting))


def asked_and_kept(dataset: Dataset) -> Report:
    """A report that was asked for while the broker does not answer."""
    started = time.monotonic()
    report = ask(dataset)
    assert time.monotonic() - started < MOST_SECONDS
    assert stored(report).state == State.REQUESTED
    return report


@pytest.mark.thorough
def test_everybody_finds_back_to_a_broker_that_was_short_of_memory_and_gone(worker_of, sales, tmp_path):
    port = processes.free_port()
    with ExitStack() as stack:
        with servers.rabbitmq(tmp_path, port, "-rabbit vm_memory_high_watermark {absolute,1000000}") as (_, address):
            stack.enter_context(broker_at(address))
            worker_of(address)
            stack.enter_context(processes.beat("tests.gated", BROKER_URL=address, RESULT_URL=""))
            reports = [asked_and_kept(sales) for _ in range(2)]
        reports.append(asked_and_kept(sales))
        with servers.rabbitmq(tmp_path, port):
            # Nobody here publishes them: the clock asks the worker to sweep, and that one does.
            for report in reports:
                assert_one_pdf(ended(report))


def test_a_broker_that_falls_silent_keeps_nobody_waiting(rabbitmq, gated_worker, sales):
    assert_one_pdf(ended(ask(sales)))
    process, _ = rabbitmq
    process.send_signal(signal.SIGSTOP)
    try:
        report = asked_and_kept(sales)
    finally:
        process.send_signal(signal.SIGCONT)
    sweep()
    assert_one_pdf(ended(report))
