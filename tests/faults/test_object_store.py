"""The object store answers badly, hangs or is away: it is waited for, and no half of a file is ever published."""

from collections.abc import Iterator
from shutil import rmtree

import pytest
from django.conf import settings
from django.test.utils import override_settings

from portal import env, stores
from reports.models import Report, State
from tests import gates
from tests.faults.asking import ask, ended, stored, wait_until
from tests.faults.test_disk import is_tried_again
from tests.storage import proxy

pytestmark = [pytest.mark.thorough, pytest.mark.fault(number=13)]


@pytest.fixture(scope="module", autouse=True)
def store(object_store) -> Iterator[proxy.Proxy]:
    """What stands before the store, for the whole module, also when the promises are looked at."""
    url = object_store.bucket()
    with proxy.before(object_store.endpoint) as before:
        before.url = url.replace(str(object_store.port), str(before.server_address[1]))
        with override_settings(STORAGES=settings.STORAGES | {"default": stores.at(before.url, env.DATA_DIR)}):
            yield before


@pytest.fixture
def worker(crew, store):
    store.trouble = ""
    return crew.worker(STORAGE_URL=store.url)


@pytest.fixture
def data(worker, uploaded):
    """A dataset whose files are in the store: the command that brought it has read it here."""
    return uploaded


def forget_copies() -> None:
    """As on a machine that has not made what it is to go on with."""
    rmtree(env.DATA_DIR / "cache")


@pytest.mark.parametrize("step", Report.STEPS)
def test_a_store_that_answers_with_errors_is_waited_for(worker, store, data, step):
    gates.shut(step)
    report = ask(data)
    gates.who_stands_at(step)
    store.trouble = "broken"
    gates.open_all()
    is_tried_again(report)
    store.trouble = ""
    assert ended(report).state == State.READY


@pytest.mark.parametrize("trouble", ["cut", "silent"])
def test_a_store_that_gives_half_or_says_nothing_is_waited_for(worker, store, data, trouble):
    gates.shut("taken gather")
    report = ask(data)
    gates.who_stands_at("taken gather")
    forget_copies()
    store.trouble = trouble
    gates.open_all()
    is_tried_again(report)
    store.trouble = ""
    store.go_on()
    assert ended(report).state == State.READY


def test_a_store_that_takes_nothing_is_waited_for(worker, store, data):
    gates.shut("gather")
    report = ask(data)
    gates.who_stands_at("gather")
    store.trouble = "read-only"
    gates.open_all()
    is_tried_again(report)
    store.trouble = ""
    assert ended(report).state == State.READY


def test_a_store_that_stays_away_fails_the_report_with_the_reason(worker, store, data):
    gates.shut("write_pdf")
    report = ask(data)
    gates.who_stands_at("write_pdf")
    store.trouble = "broken"
    gates.open_all()
    wait_until(lambda: not stored(report).is_unfinished)
    assert stored(report).state == State.FAILED
    assert "the object store answers InternalError" in stored(report).problem["params"]["reason"]
    store.trouble = ""
