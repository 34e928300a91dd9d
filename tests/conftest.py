"""Parts that tests share: a real database, Redis, worker, web server and browser.

Those that run in processes of their own are started once, by the first test that wants them.  They see what a test
has committed, so such a test works on the database without a surrounding transaction, and it is emptied after it.

The tests may be dealt out to several processes (`make test` has two): each has a data folder of its own, and so its own
database, Redis, worker, web server and browser.
"""

import atexit
import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import psycopg
import pymysql
import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from portal import env, stores
from tests import dealing, emptying, http_server, processes, servers

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

NO_RABBITMQ = "RabbitMQ is not installed: apt-get install rabbitmq-server"

# Once the tests have run: 0 when all passed, 1 when one failed.
_exit_status = None

# The same examples everywhere and each time: what fails, fails for whoever changed something.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.load_profile("same")

TransactionTestCase._fixture_teardown = staticmethod(emptying.empty)


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("rabbitmq") and not servers.RABBITMQ.exists():
            item.add_marker(pytest.mark.skip(reason=NO_RABBITMQ))
        for fixture in {"worker", "page"}.intersection(item.fixturenames):
            item.add_marker({"worker": "worker", "page": "browser"}[fixture])
    # Once the worker runs it takes every job that it finds: those who want to see a job wait come before.
    items.sort(key=lambda item: "worker" in item.fixturenames)


def pytest_xdist_make_scheduler(config, log):
    config.option.loadscopereorder = False
    return dealing.Together(config, log)


def pytest_terminal_summary(terminalreporter):
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_RABBITMQ in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(
            f"NOT TESTED: {len(skipped)} tests were skipped. {NO_RABBITMQ}", red=True, bold=True
        )


def pytest_sessionfinish(exitstatus):
    global _exit_status
    _exit_status = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure():
    """End here, with pytest's summary as the last word: when Python takes itself apart, DuckDB's binding lists whatever
    of it is still referenced (by the context that holds Django's language, for one) as leaks."""
    if _exit_status not in (0, 1):
        return
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_exit_status)


@pytest.fixture(autouse=True)
def _portals_language() -> Iterator[None]:
    """A request leaves its language behind; the next test begins with the portal's."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def database_server() -> Iterator[servers.PostgreSQL | None]:
    """The PostgreSQL that the settings name; SQLite needs none."""
    if connection.vendor == "sqlite":
        yield None
        return
    server = servers.PostgreSQL(Path(connection.settings_dict["HOST"]))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_server):
    """The database has the name that other processes with the same settings use."""
    database = connection.settings_dict
    database["TEST"]["NAME"] = str(database["NAME"])


@pytest.fixture(scope="session")
def postgresql(database_server) -> Iterator[str]:
    """The address of a database of a real PostgreSQL, that a dataset may be read from.  `guarded` has the password
    `secret`; everybody else is let in."""
    with contextlib.ExitStack() as ended:
        server = database_server
        if server is None:
            folder = Path(ended.enter_context(TemporaryDirectory(prefix="prelo-pg-")))
            server = servers.PostgreSQL(folder)
            server.start()
            ended.callback(server.stop)
        rules = server.folder / "data/pg_hba.conf"
        rules.write_text("local all guarded scram-sha-256\n" + rules.read_text())
        address = f"postgresql://prelo@/postgres?host={server.folder}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE ROLE guarded LOGIN SUPERUSER PASSWORD 'secret'")
            connection.execute("CREATE DATABASE sources")
        yield address.replace("/postgres", "/sources")


@pytest.fixture(scope="session")
def mariadb() -> Iterator[str]:
    """The address of a database of a real MariaDB; the password is `secret`."""
    with TemporaryDirectory(prefix="prelo-mariadb-") as folder, servers.mariadb(Path(folder)) as port:
        with pymysql.connect(host="127.0.0.1", port=int(port), user="prelo", password="secret") as connection:
            connection.cursor().execute("CREATE DATABASE sources")
        yield f"mariadb://prelo@127.0.0.1:{port}/sources"


@pytest.fixture(scope="session")
def object_store() -> Iterator[servers.ObjectStore]:
    store = servers.ObjectStore()
    store.start()
    yield store
    store.stop()


@pytest.fixture
def bucket(object_store, settings, tmp_path) -> str:
    """Storage is a new bucket, whose address this is; the copies and the scratch lie in a folder of the test's."""
    url = object_store.bucket()
    settings.DATA_DIR = tmp_path / "here"
    settings.FILE_UPLOAD_TEMP_DIR = settings.DATA_DIR / "tmp"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir(parents=True)
    settings.STORAGES = settings.STORAGES | {"default": stores.at(url, settings.DATA_DIR)}
    return url


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address of a real Redis, which is the broker."""
    with processes.redis():
        yield env.BROKER_URL


@pytest.fixture(scope="session")
def _server() -> Iterator[http_server.Server]:
    with http_server.running() as server:
        yield server


@pytest.fixture
def server(_server, settings, redis_server) -> http_server.Server:
    """A real HTTP server of this machine, which staff have allowed; it answers as the test says, and may be asked
    without a pause."""
    settings.ALLOWED_NETWORKS = ["127.0.0.1"]
    settings.REQUESTS_PER_SECOND = 1000
    # Tests that have it refuse for a while must not keep others waiting.
    redis.Redis(unix_socket_path=str(env.REDIS_SOCKET)).delete("prelo:pace:127.0.0.1")
    _server.forget()
    return _server


@pytest.fixture(scope="session")
def _worker(django_db_setup, redis_server) -> Iterator[None]:
    with processes.worker():
        yield


@pytest.fixture
def worker(transactional_db, _worker) -> None:
    """A real worker process that serves all queues."""


@pytest.fixture(scope="session")
def _portal(django_db_setup) -> Iterator[str]:
    processes.collect_static_files()
    with processes.web() as (_, match):
        yield match[1]


@pytest.fixture
def live_portal(transactional_db, _portal) -> str:
    """The address of a real web server."""
    return _portal


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=processes.chromium(), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, live_portal) -> Iterator[Page]:
    """A page of the live portal.  The test fails when a script did, or when the content policy was broken."""
    with browser.new_context(base_url=live_portal, locale="en-GB") as context:
        page = context.new_page()
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        yield page
        # What htmx says of a connection that a test has cut is no error of a script.
        complaints = [text for text in complaints if not text.startswith("htmx:sendError")]
        assert not [text for text in complaints if "Content Security Policy" in text or "Error" in text]


@pytest.fixture
def sign_in(page, live_portal) -> Callable:
    """`sign_in(person)` gives the browser that person's session."""

    return partial(give_session, page.context, portal=live_portal)


def give_session(context: BrowserContext, person, portal: str) -> None:
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": portal}])
