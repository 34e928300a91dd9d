import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal import env

VARIABLE = re.compile(r'env\.(\w+)\(\s*"([A-Z_]+)",\s*(.+)\)')


def variables_of_env() -> dict[str, str]:
    """Name -> default as it is written in env.py."""
    return {name: default for _, name, default in VARIABLE.findall((env.ROOT / "portal/env.py").read_text())}


def variables_of_example() -> dict[str, str]:
    return dict(re.findall(r"^#([A-Z_]+)=(.*)$", (env.ROOT / ".env.example").read_text(), re.MULTILINE))


def value_with(variables: dict[str, str], name: str) -> str:
    """What `portal.env` makes of the given environment, in a fresh process."""
    code = f"from portal import env; print(env.{name})"
    plain = {key: value for key, value in os.environ.items() if key not in variables_of_env()}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=env.ROOT, env=plain | variables, capture_output=True, text=True, check=True
    )
    return done.stdout.removesuffix("\n")


def test_the_example_lists_every_variable_and_no_other():
    assert variables_of_env().keys() == variables_of_example().keys()


@pytest.mark.parametrize(
    "name", [name for name, default in variables_of_env().items() if re.match(r"[\d_]+$|[TF]", default)]
)
def test_the_example_shows_the_default(name):
    assert variables_of_example()[name] == variables_of_env()[name].replace("_", "")


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "BROKER_URL", "EMAIL_URL", "METRICS_TOKEN"])
def test_a_secret_may_lie_in_a_file(tmp_path, name):
    (tmp_path / "secret").write_text("in-a-file\n")
    given = {name: "in-the-environment", f"{name}_FILE": str(tmp_path / "secret")}
    assert value_with(given, name) == "in-a-file"
    with pytest.raises(subprocess.CalledProcessError) as failed:
        value_with({f"{name}_FILE": str(tmp_path / "none")}, name)
    assert f"{name}_FILE must be a readable file" in failed.value.stderr


def test_the_socket_of_redis_lies_in_the_data_folder():
    assert env.redis_socket(Path("/srv/prelo")) == Path("/srv/prelo/redis.sock")


def test_a_long_data_folder_still_gets_a_socket_that_can_be_bound(tmp_path):
    long = tmp_path / ("x" * 90) / ("y" * 90)
    path = env.redis_socket(long)
    assert path != env.redis_socket(long.with_name("z" * 90))
    path.parent.mkdir(mode=0o700)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
    finally:
        path.unlink(missing_ok=True)
        path.parent.rmdir()


def test_the_broker_survives_spaces_and_signs_in_the_data_folder(tmp_path):
    from kombu import Connection
    from kombu.utils.url import url_to_parts

    folder = tmp_path / "my data #1? 100%"
    url = value_with({"DATA_DIR": str(folder)}, "BROKER_URL")
    assert "/" + url_to_parts(Connection(url).hostname).path == str(folder / "redis.sock")


def test_another_broker_is_used_for_results_too():
    assert value_with({"BROKER_URL": "redis://elsewhere:6379/3"}, "RESULT_URL") == "redis://elsewhere:6379/3"


def test_rabbitmq_keeps_no_results():
    assert value_with({"BROKER_URL": "amqp://elsewhere//"}, "RESULT_URL") == ""
    assert (
        value_with({"BROKER_URL": "amqp://elsewhere//", "RESULT_URL": "redis://here"}, "RESULT_URL") == "redis://here"
    )
