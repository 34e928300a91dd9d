import os
import stat
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal import env
from reports import storage
from reports.models import Dataset
from tests import servers
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sales(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text("Region,Code,Total\nNorth,007,10.50\nSouth,008,20.25\n")
    return path


def test_a_file_becomes_a_dataset_of_the_demo_account(sales, capsys):
    call_command("import_dataset", sales, name="Sales")
    dataset = Dataset.objects.get(owner__username="demo", name="Sales")
    assert [(c.name, c.type) for c in dataset.current.typed_columns] == [
        ("Region", "text"),
        ("Code", "text"),
        ("Total", "decimal"),
    ]
    assert "“Sales” has 2 rows and 3 columns now (version 1)." in capsys.readouterr().out


def test_the_demo_password_is_kept_where_only_the_operator_can_read_it(sales):
    call_command("import_dataset", sales, name="Sales")
    password = env.DATA_DIR / "demo-password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert Dataset.objects.get().owner.check_password(password.read_text())


def test_the_same_name_gets_a_new_version_and_the_old_one_stays(sales):
    owner = PersonFactory()
    call_command("import_dataset", sales, name="Sales", owner=owner.username)
    sales.write_text("Region,Total\nEast,1\n")
    call_command("import_dataset", sales, name="Sales", owner=owner.username)
    dataset = Dataset.objects.get(owner=owner)
    assert (dataset.current.number, dataset.current.rows) == (2, 1)
    assert dataset.snapshots.get(number=1).rows == 2


def test_the_database_is_not_locked_while_the_file_is_copied(sales, monkeypatch):
    locked, put = [], storage.put
    monkeypatch.setattr(storage, "put", lambda *file: locked.append(connection.in_atomic_block) or put(*file))
    call_command("import_dataset", sales, name="Sales")
    assert locked and not any(locked)


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.csv", b""), ("not.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"), ("book.xlsx", b"PK\x03\x04cut off")],
)
def test_a_file_that_cannot_be_read_leaves_no_dataset(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError) as refusal:
        call_command("import_dataset", path, name="Sales")
    assert "\n" not in str(refusal.value)
    assert not Dataset.objects.exists()


def test_a_bad_file_leaves_the_version_in_use_alone(sales):
    call_command("import_dataset", sales, name="Sales")
    sales.write_bytes(b"")
    with pytest.raises(CommandError):
        call_command("import_dataset", sales, name="Sales")
    assert Dataset.objects.get().current.number == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"file": "missing.csv"}, "missing.csv cannot be read: No such file or directory."),
        ({"file": "."}, ". cannot be read: Is a directory."),
        ({"name": " "}, "--name: This field cannot be blank."),
        ({"name": "n" * 121}, "--name: Ensure this value has at most 120 characters (it has 121)."),
        ({"owner": "nobody"}, "There is no account “nobody”."),
    ],
)
def test_a_wrong_argument_is_explained(sales, arguments, complaint):
    arguments = {"file": sales, "name": "Sales"} | arguments
    with pytest.raises(CommandError) as refusal:
        call_command("import_dataset", arguments.pop("file"), **arguments)
    assert str(refusal.value).startswith(complaint)


def test_a_failure_is_one_line_and_exit_status_1(tmp_path, sales, database_server):
    """Here with a database that has no tables yet."""
    command = [sys.executable, "manage.py", "import_dataset", str(sales), "--name", "Sales"]
    variables = os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": servers.new_database("empty")}
    done = subprocess.run(command, cwd=env.ROOT, env=variables, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    complaint = "CommandError: The database does not answer as it should: "
    assert done.stderr.startswith((f"{complaint}no such table", f'{complaint}relation "auth_user" does not exist'))
    assert done.stderr.endswith("make migrate\n")
    assert done.stderr.count("\n") == 1
