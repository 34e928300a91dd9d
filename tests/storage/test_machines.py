"""Two workers and a web server that share a database, a broker and an object store, and nothing else.

Each is on a machine of its own, as far as it can tell: a network namespace, and a DATA_DIR.  The servers have another
one, and all are joined by a bridge.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from portal import env, run
from tests import processes, servers

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(300)]

SERVERS, NETWORK = "10.91.0.1", "10.91.0"
MACHINES = {"a": "10.91.0.2", "b": "10.91.0.3", "web": "10.91.0.4"}
# More than there are workers, and an odd number: whoever is free takes the step that has waited longest.
REPORTS = 9
DOWNLOAD = """
import sys, urllib.request
asked = urllib.request.Request(sys.argv[1], headers={"Cookie": f"sessionid={sys.argv[2]}"})
sys.stdout.buffer.write(urllib.request.urlopen(asked, timeout=60).read())
"""
SIGN_IN = """
from django.contrib.auth import get_user_model
from django.test import Client
client = Client()
client.force_login(get_user_model().objects.get(username="demo"))
print("session", client.cookies["sessionid"].value)
"""

SECRET_KEY = "known to all three machines, and to nobody else at all"


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def inside(name: str) -> list[str]:
    return ["ip", "netns", "exec", f"prelo-{name}"]


@contextmanager
def network() -> Iterator[None]:
    """A namespace for the servers with a bridge, and one for each machine that is joined to it."""
    made = ["servers", *MACHINES]
    try:
        for name in made:
            ip("netns", "add", f"prelo-{name}")
            ip("-n", f"prelo-{name}", "link", "set", "lo", "up")
        ip("-n", "prelo-servers", "link", "add", "bridge", "type", "bridge")
        ip("-n", "prelo-servers", "address", "add", f"{SERVERS}/24", "dev", "bridge")
        ip("-n", "prelo-servers", "link", "set", "bridge", "up")
        for name, address in MACHINES.items():
            far = ["type", "veth", "peer", "name", "eth0", "netns", f"prelo-{name}"]
            ip("-n", "prelo-servers", "link", "add", f"to-{name}", *far)
            ip("-n", "prelo-servers", "link", "set", f"to-{name}", "master", "bridge", "up")
            ip("-n", f"prelo-{name}", "address", "add", f"{address}/24", "dev", "eth0")
            ip("-n", f"prelo-{name}", "link", "set", "eth0", "up")
        yield
    finally:
        for name in made:
            subprocess.run(["ip", "netns", "delete", f"prelo-{name}"], check=False, capture_output=True)


class Machine:
    def __init__(self, name: str, folder: Path, variables: dict[str, str]):
        self.name, self.folder = name, folder
        own = {"DATA_DIR": str(folder), "SECRET_KEY": SECRET_KEY, "ALLOWED_HOSTS": "*", "DEBUG": "False"}
        self.variables = variables | own

    def run(self, *command: str | Path) -> bytes:
        """What a command prints here."""
        whole = [*inside(self.name), *command]
        done = subprocess.run(whole, cwd=env.ROOT, env=os.environ | self.variables, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        return done.stdout

    def manage(self, *arguments: str | Path) -> str:
        return self.run(sys.executable, "manage.py", *arguments).decode()

    def worker(self, *, queues: str):
        command = [*inside(self.name), processes.BIN / "celery", "--app", "portal", "--quiet", "worker"]
        command += ["--hostname", f"worker@{self.name}", "--queues", queues, "--concurrency", "1"]
        command += ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
        return processes.running(self.log, command, ready=r"@\S+ ready\.", **self.variables)

    def web(self):
        variables = self.variables | {"HOST": MACHINES[self.name], "PORT": "8000", "WEB_PROCESSES": "1"}
        command = [*inside(self.name), processes.BIN / "gunicorn", "--config", "deploy/gunicorn.py"]
        command += ["--log-level", "info", "portal.wsgi"]
        return processes.running(self.log, command, ready=r"Listening at: (\S+)", **variables)

    @property
    def log(self) -> str:
        return f"machine-{self.name}"

    def steps(self) -> set[tuple[str, str]]:
        """(report, step) of all that was done here."""
        text = (env.DATA_DIR / f"{self.log}.log").read_text()
        return set(re.findall(r"The step ended: (?:queued|ready) \[report=(\S+) epoch=1 step=(\w+)", text))


@pytest.fixture
def machines(tmp_path) -> Iterator[tuple[dict[str, Machine], Path]]:
    """Their names, and the folder where the database's socket is."""
    if os.geteuid():
        pytest.skip("NOT TESTED: network namespaces need root")
    with ExitStack() as ended:
        try:
            ended.enter_context(network())
        except subprocess.CalledProcessError as error:
            pytest.skip(f"NOT TESTED: network namespaces are not permitted here: {error.stderr.decode().strip()}")
        folder = Path(ended.enter_context(TemporaryDirectory(prefix="prelo-pg-")))
        database = servers.PostgreSQL(folder)
        with (folder / "data/pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {NETWORK}.0/24 trust\n")
        database.start(*inside("servers"), listen=SERVERS)
        ended.callback(database.stop)
        broker = [*inside("servers"), run.redis_server(), "--bind", SERVERS, "--port", "6379", "--protected-mode", "no"]
        broker += ["--save", "", "--dir", tmp_path]
        ended.enter_context(processes.running("machines-redis", broker, ready="eady to accept connections"))
        store = servers.ObjectStore(SERVERS)
        store.start(*inside("servers"))
        ended.callback(store.stop)
        variables = {
            "JOBS_PER_PERSON": str(REPORTS),
            "DATABASE_URL": f"postgresql://prelo@{SERVERS}/postgres",
            "BROKER_URL": f"redis://{SERVERS}:6379/0",
            "RESULT_URL": f"redis://{SERVERS}:6379/0",
            "STORAGE_URL": f"s3://key:secret@prelo/files?endpoint={store.endpoint}",
        }
        made = {name: Machine(name, tmp_path / name, variables) for name in MACHINES}
        make_bucket = "import boto3, sys; boto3.client('s3', endpoint_url=sys.argv[1], aws_access_key_id='key', "
        make_bucket += "aws_secret_access_key='secret', region_name='us-east-1').create_bucket(Bucket='prelo')"
        made["web"].run(sys.executable, "-c", make_bucket, store.endpoint)
        yield made, folder


def rows(database: Path, query: str) -> list[tuple]:
    with psycopg.connect(f"postgresql://prelo@/postgres?host={database}") as connection:
        return connection.execute(query).fetchall()


def test_two_workers_share_the_work_and_a_web_server_gives_what_they_made(machines, tmp_path):
    (a, b, web), database = machines[0].values(), machines[1]
    (tmp_path / "sales.csv").write_text("Shop,Total\n" + "".join(f"Shop {n},{n}.50\n" for n in range(60)))
    web.manage("migrate", "--verbosity", "0")
    web.manage("collectstatic", "--no-input", "--verbosity", "0")
    with a.worker(queues="snapshots,reports"), web.web():
        # Read by A, which alone is there.
        web.manage("import_dataset", tmp_path / "sales.csv", "--name", "Sales")
        with b.worker(queues="reports,quick"):
            ask_for_many = f"""
from reports.lifecycle.request import request_report
from reports.management.commands.request_report import checked
from reports.models import Dataset
dataset = Dataset.objects.get()
for number in range({REPORTS}):
    request_report(**checked(dataset.owner, "listing", dataset.name, [], "en"))
"""
            web.manage("shell", "-c", ask_for_many)
            processes.wait_until(lambda: made(database) == REPORTS, "the reports are made", 120)
        session = re.search(r"session (\S+)", web.manage("shell", "-c", SIGN_IN))[1]
        for report, digest in rows(database, "SELECT id, sha256 FROM reports_report"):
            address = f"http://{MACHINES['web']}:8000/reports/{report}/report.pdf"
            assert sha256(web.run(sys.executable, "-c", DOWNLOAD, address, session)).hexdigest() == digest
    by_a, by_b = a.steps(), b.steps()
    assert by_a and by_b and not by_a & by_b
    assert {report for report, _ in by_a} & {report for report, _ in by_b}, "some report went across both"
    assert not list((web.folder / "cache/reports").glob("*")), "the web server has copies of nothing that it passes on"


def made(database: Path) -> int:
    return rows(database, "SELECT count(*) FROM reports_report WHERE state = 'ready'")[0][0]
