"""Real servers for tests, each in a folder of its own and reached by this machine alone."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import boto3
import psycopg
from psycopg import sql

from portal import env
from tests import processes

# Refuses to run as root.
POSTGRESQL_USER = "postgres"
MARIADB_USER = "mysql"
# What the Debian package's wrapper runs, which would insist on the machine's own folders.
RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class PostgreSQL:
    """An empty PostgreSQL in an existing folder, in which its socket is, too.  May be stopped and started again."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.running = ExitStack()
        user = _unprivileged()
        if user:
            shutil.chown(folder, user, user)
        # Names are sorted as most installations sort them, and not by their bytes as in SQLite.
        options = ["--username=prelo", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        options += ["--locale-provider=icu", "--icu-locale=en-US", "--no-sync"]
        command = [_postgresql_program("initdb"), f"--pgdata={folder}/data", *options]
        subprocess.run(command, user=user, group=user, cwd="/", check=True, capture_output=True)

    def start(self, *before: str, listen: str = "") -> None:
        """`before`: what starts it, such as `ip netns exec name`, which needs root; `listen`: an address."""
        # Nothing has to survive the machine.
        settings = {"listen_addresses": listen, "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        user = _unprivileged()
        if before:
            before += ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups")
            user = None
        command = [*before, _postgresql_program("postgres"), "-D", self.folder / "data", "-k", self.folder]
        # Threads and processes of hundreds of tests may leave some open for a while.
        settings["max_connections"] = "400"
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        # SIGINT: it ends its clients' connections instead of waiting for them.
        server = processes.running(
            "postgresql", command, ready="system is ready to accept", user=user, stop=signal.SIGINT
        )
        self.running.enter_context(server)

    def stop(self) -> None:
        self.running.close()


def new_database(name: str) -> str:
    """Make a database without tables on the server of the tests; returns what DATABASE_URL is then to be.

    On SQLite that is nothing: there a new data folder has a new database.
    """
    if not env.DATABASE_URL:
        return ""
    address = urlsplit(env.DATABASE_URL)
    with psycopg.connect(address._replace(path="/postgres").geturl(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return address._replace(path=f"/{name}").geturl()


@contextmanager
def mariadb(folder: Path) -> Iterator[str]:
    """A MariaDB in an existing folder, and the port where it listens.  Its user `prelo` may do everything; his password
    is `secret`."""
    user = MARIADB_USER if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user, user)
    data, port = folder / "data", processes.free_port()
    # Nobody's settings are looked at; nothing has to survive the machine.
    options = ["--no-defaults", f"--datadir={data}", "--innodb-flush-log-at-trx-commit=0", "--innodb-log-file-size=8M"]
    install = ["mariadb-install-db", *options, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(install, user=user, group=user, cwd="/", check=True, capture_output=True)
    begin = folder / "begin.sql"
    begin.write_text("CREATE USER prelo@'%' IDENTIFIED BY 'secret';\nGRANT ALL ON *.* TO prelo@'%';\n")
    begin.chmod(0o644)
    command = ["/usr/sbin/mariadbd", *options, f"--socket={folder}/socket", f"--port={port}", f"--init-file={begin}"]
    command += ["--bind-address=127.0.0.1", f"--pid-file={folder}/pid"]
    with processes.running("mariadb", command, ready="ready for connections", user=user):
        yield port


class ObjectStore:
    """A moto that answers as Amazon's S3 does, at one address of this machine, whatever happens to its process.  What
    was in it is gone when it is started again."""

    def __init__(self, host: str = "127.0.0.1"):
        self.host, self.port = host, processes.free_port()
        self.endpoint = f"http://{host}:{self.port}"
        self.running = ExitStack()
        self.process: subprocess.Popen | None = None

    def start(self, *before: str) -> None:
        """`before`: what starts it, such as `ip netns exec name`."""
        command = [*before, processes.BIN / "moto_server", "-H", self.host, "-p", self.port]
        self.process, _ = self.running.enter_context(processes.running("moto", command, ready="Running on"))

    def stop(self) -> None:
        self.running.close()

    def bucket(self, name: str = "") -> str:
        """A new bucket, and what STORAGE_URL is to be for it."""
        name = name or f"prelo-{uuid4()}"
        self.client.create_bucket(Bucket=name)
        return f"s3://key:s%2Fcret@{name}/files?{urlencode({'endpoint': self.endpoint})}"

    @property
    def client(self):
        keys = {"aws_access_key_id": "key", "aws_secret_access_key": "s/cret", "region_name": "us-east-1"}
        return boto3.client("s3", endpoint_url=self.endpoint, **keys)

    def keys_in(self, url: str) -> list[str]:
        found = self.client.list_objects_v2(Bucket=urlsplit(url).hostname)
        return [entry["Key"] for entry in found.get("Contents", [])]


@contextmanager
def rabbitmq(folder: Path, port: str, erlang_arguments: str = "") -> Iterator[tuple[subprocess.Popen, str]]:
    """A RabbitMQ that keeps its messages in `folder`, and its address.  May be stopped, killed and started again.

    Erlang finds its nodes through a server of names, epmd; this RabbitMQ has one of its own.
    """
    loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
    names = {"ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_EPMD_PORT": processes.free_port()}
    settings = {
        "NODENAME": "prelo@localhost",
        "NODE_IP_ADDRESS": "127.0.0.1",
        "NODE_PORT": port,
        "DIST_PORT": processes.free_port(),
        "MNESIA_BASE": f"{folder}/mnesia",
        "LOG_BASE": str(folder),
        "LOGS": "-",
        "PID_FILE": f"{folder}/pid",
        # None of these is there: the machine's own settings are not looked at.
        "CONF_ENV_FILE": f"{folder}/environment",
        "CONFIG_FILE": f"{folder}/rabbitmq",
        "ENABLED_PLUGINS_FILE": f"{folder}/plugins",
        "SERVER_ADDITIONAL_ERL_ARGS": f"{loopback} {erlang_arguments}",
    }
    variables = {f"RABBITMQ_{name}": value for name, value in settings.items()} | names
    # HOME: the cookie that Erlang makes.  The other one: the script becomes the server instead of its parent.
    variables |= {"HOME": str(folder), "RUNNING_UNDER_SYSTEMD": "true"}
    with (
        processes.running("epmd", ["epmd", "-d"], ready="epmd running", **names),
        processes.running("rabbitmq", [RABBITMQ], ready="completed with", **variables) as (process, _),
    ):
        yield process, f"amqp://guest:guest@127.0.0.1:{port}//"


def _postgresql_program(name: str) -> Path:
    """Debian keeps them out of the path, by version."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    assert found, "The tests with PostgreSQL need Debian's package postgresql: make test installs it"
    return found[-1]


def _unprivileged() -> str | None:
    return POSTGRESQL_USER if os.geteuid() == 0 else None
