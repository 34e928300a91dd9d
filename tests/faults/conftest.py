"""Real processes that faults are done to: a Redis, workers, a clock, and a database, of either kind.

Everything here is a process of its own: it can be killed, stopped and started again.  The workers and the clock run
the application of tests/gated.py, so that a test can meet a step just where it wants to.  SECONDS are as short as they
can be for that application, so that what takes minutes in production takes seconds here; the portal's own numbers stay
as they are.  All of them end with the tests of this folder: their clock would set the jobs of other tests going.

`make test` does without the tests marked `thorough`; `make faults` does all of them, and ends with a table of the
faults: number, sentence, database, result and seconds.
"""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from redis import Redis

from reports.models import Dataset
from tests import gates, processes
from tests.brokers import broker_at
from tests.browser.conftest import orders_of
from tests.factories import PersonFactory
from tests.faults import promises

# In production: a lease of 30, a patience of the queue of 60, a grace of 30, and pauses of 5 and 20 seconds.
SECONDS = {"LEASE_SECONDS": "5", "QUEUE_SECONDS": "5", "GRACE_SECONDS": "3", "FIRST_RETRY_SECONDS": "1"}
# More pages than are judged before they are published.
LONG_ROWS = 1500
# Some wait for what may take two minutes.
TEST_SECONDS = 300

_outcomes = pytest.StashKey[dict]()


class Broker:
    """A Redis at one address, whatever happens to its process."""

    def __init__(self, folder: Path):
        self.socket = folder / "redis.sock"
        self.address = f"redis+socket://{self.socket}?virtual_host=0"
        self.client = Redis(unix_socket_path=str(self.socket))
        self.stack = ExitStack()
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process, _ = self.stack.enter_context(processes.redis(self.socket))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def fill(self) -> None:
        self.client.config_set("maxmemory", 1)

    def silence(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def recover(self) -> None:
        if self.process is None or self.process.poll() is not None:
            self.start()
        self.process.send_signal(signal.SIGCONT)
        self.client.config_set("maxmemory", 0)


class Crew:
    """Workers, of which those that do not run any more are replaced when somebody wants one."""

    def __init__(self, broker: Broker):
        self.variables = SECONDS | {"BROKER_URL": broker.address, "RESULT_URL": broker.address}
        self.stack = ExitStack()
        self.running: list[tuple[dict, subprocess.Popen]] = []

    def worker(self, **variables: str) -> subprocess.Popen:
        """The only worker, with these variables.  A new one, unless the one that runs has the same."""
        self._forget_the_dead()
        if [own for own, _ in self.running] == [variables]:
            return self.running[0][1]
        self.dismiss()
        return self.another(**variables)

    def another(self, **variables: str) -> subprocess.Popen:
        """One more worker."""
        worker = processes.worker(application="tests.gated", **self.variables | variables)
        process, _ = self.stack.enter_context(worker)
        self.running.append((variables, process))
        return process

    def dismiss(self) -> None:
        self.stack.close()
        self.running.clear()

    def pids(self) -> list[int]:
        self._forget_the_dead()
        return [process.pid for _, process in self.running]

    def _forget_the_dead(self) -> None:
        self.running = [(variables, process) for variables, process in self.running if process.poll() is None]


@pytest.fixture(scope="package")
def _broker(tmp_path_factory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("faults"))
    with broker.stack:
        yield broker


@pytest.fixture(scope="package")
def _crew(django_db_setup, _broker) -> Iterator[Crew]:
    crew = Crew(_broker)
    yield crew
    gates.open_all()
    _broker.recover()
    crew.dismiss()


@pytest.fixture(scope="package")
def _web(django_db_setup, _broker) -> Iterator[str]:
    variables = {"BROKER_URL": _broker.address, "RESULT_URL": _broker.address, "DEBUG": "True"}
    with processes.web("tests.gated_web", **variables) as (_, match):
        yield match[1]


@pytest.fixture(scope="package")
def _clock(django_db_setup, _broker) -> Iterator[None]:
    with processes.beat("tests.gated", BROKER_URL=_broker.address, RESULT_URL=_broker.address):
        yield


@pytest.fixture
def broker(transactional_db, _broker) -> Iterator[Broker]:
    """An empty Redis, to which this process publishes, too."""
    _broker.recover()
    _broker.client.flushall()
    with broker_at(_broker.address):
        yield _broker


@pytest.fixture(autouse=True)
def crew(broker, _crew, _clock, monkeypatch) -> Iterator[Crew]:
    """The workers; and after the test, what Prelo promises."""
    monkeypatch.setattr("reports.models.job.QUEUE_SECONDS", float(SECONDS["QUEUE_SECONDS"]))
    yield _crew
    gates.open_all()
    broker.recover()
    promises.check(monkeypatch, _crew.pids())


@pytest.fixture
def patience(crew, monkeypatch) -> dict[str, str]:
    """As in production, for tests in which jobs wait for each other, and none is lost: the variables of a worker."""
    monkeypatch.setattr("reports.models.job.QUEUE_SECONDS", 60)
    return {"QUEUE_SECONDS": "60"}


@pytest.fixture
def worker(crew) -> subprocess.Popen:
    return crew.worker()


@pytest.fixture
def web(broker, _web) -> str:
    """The address of a real web server, which publishes to the same Redis."""
    return _web


@pytest.fixture
def sales(transactional_db) -> Dataset:
    """Sixty orders: one page or two."""
    return orders_of(PersonFactory(), "Sales", 60)


@pytest.fixture
def uploaded(transactional_db, tmp_path) -> Dataset:
    """The same sixty rows, whose file is there as well."""
    (tmp_path / "sales.csv").write_text("Shop,Total\n" + "".join(f"Shop {n},{n}.50\n" for n in range(60)))
    call_command("import_dataset", tmp_path / "sales.csv", name="Sales")
    return Dataset.objects.get()


@pytest.fixture
def archive(transactional_db) -> Dataset:
    """So many orders that their PDF is judged after it was published."""
    return orders_of(PersonFactory(), "Archive", LONG_ROWS)


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("fault"):
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    marker = item.get_closest_marker("fault")
    if marker:
        outcomes = item.config.stash.setdefault(_outcomes, {})
        outcome = outcomes.setdefault(item.nodeid, [marker.kwargs["number"], item.name, "passed", 0.0, []])
        outcome[2] = report.outcome if report.outcome != "passed" else outcome[2]
        outcome[3] += report.duration
        outcome[4] = [f"{name}: {figure}" for name, figure in item.user_properties]
    return report


def pytest_terminal_summary(terminalreporter, config):
    outcomes = config.stash.get(_outcomes, {})
    if not outcomes:
        return
    terminalreporter.section("faults")
    for number, name, result, seconds, figures in sorted(outcomes.values()):
        sentence = name.removeprefix("test_").replace("_", " ")
        line = f"{number:>2}  {sentence:<100}  {connection.vendor:<10}  {result:<7} {seconds:6.1f} s"
        terminalreporter.write_line("  ".join([line, *figures]))
