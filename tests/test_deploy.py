"""The three ways to run Prelo start the same processes: `make run`, containers, and systemd."""

import re
import shutil
import subprocess
from configparser import ConfigParser

import pytest
import yaml

from portal import env
from portal.celery import QUEUES
from tests.test_env import variables_of_env

UNITS = env.ROOT / "deploy/systemd"


def arguments_of(command: str) -> dict[str, str]:
    """Option -> value, of what starts a worker; the name of the host is written differently everywhere."""
    found = dict(re.findall(r"--(\w[\w-]*)(?: ([^-\s]\S*))?", command.replace("%%h", "%h").replace("%H", "%h")))
    return {name: value for name, value in found.items() if name not in ("app", "hostname")}


@pytest.fixture(scope="module")
def supervised() -> dict[str, dict]:
    """Name -> arguments of the workers that `make run` starts."""
    parser = ConfigParser(interpolation=None, comment_prefixes=[";"])
    parser.read(env.ROOT / "deploy/supervisord.conf")
    commands = {name.removeprefix("program:"): part.get("command", "") for name, part in parser.items()}
    return {name: arguments_of(command) for name, command in commands.items() if " worker " in command}


@pytest.fixture(scope="module")
def services() -> dict[str, dict]:
    return yaml.safe_load((env.ROOT / "compose.yaml").read_text())["services"]


def test_every_queue_is_served(supervised):
    assert set(",".join(worker["queues"] for worker in supervised.values()).split(",")) == set(QUEUES)


def test_containers_run_the_same_workers(supervised, services):
    commands = {name: " ".join(service.get("command", [])) for name, service in services.items()}
    assert supervised == {name: arguments_of(command) for name, command in commands.items() if " worker " in command}


def test_systemd_runs_the_same_workers(supervised):
    command = re.search(r"ExecStart=(.*)", (UNITS / "prelo-worker@.service").read_text())[1]
    found = []
    for path in UNITS.glob("*.env"):
        variables = dict(re.findall(r"^([A-Z]+)=(.*)$", path.read_text(), re.MULTILINE))
        worker = arguments_of(command.replace("${QUEUES}", variables.pop("QUEUES")))
        found.append(worker | {name.lower(): value for name, value in variables.items()})
    assert sorted(found, key=str) == sorted(supervised.values(), key=str)


def test_the_target_wants_every_unit():
    wanted = re.search(r"Wants=(.*)", (UNITS / "prelo.target").read_text())[1].split()
    single = {path.name for path in UNITS.glob("*.service") if "@" not in path.name}
    assert set(wanted) == single | {f"prelo-worker@{path.stem}.service" for path in UNITS.glob("*.env")}


def test_containers_are_given_variables_that_there_are(services):
    for name in ("web", "worker", "quick", "deliveries", "beat", "migrate"):
        assert services[name]["environment"].keys() <= variables_of_env().keys()


def test_only_the_web_server_can_be_reached_and_from_this_machine_alone(services):
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
def test_systemd_understands_the_units(tmp_path):
    for path in UNITS.iterdir():
        here = path.read_text().replace("/srv/prelo", str(env.ROOT)).replace("User=prelo", "User=root")
        (tmp_path / path.name.replace("@.", "@reports.")).write_text(here)
    units = [path for path in tmp_path.iterdir() if path.suffix in (".service", ".target")]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)
    about_ours = [line for line in done.stderr.splitlines() if "prelo" in line]
    assert about_ours == []
