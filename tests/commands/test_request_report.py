import os
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
from django.core.management import CommandError, call_command

from portal import env
from reports.kinds.listing.form import ListingForm
from reports.lifecycle.definitions import Content, define
from reports.management.accounts import demo_account
from reports.models import Dataset, Definition, Group, Membership, Profile, Report, State
from tests.factories import PersonFactory, SnapshotFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sales(transactional_db, tmp_path) -> str:
    """The name of a dataset of the demo account's."""
    path = tmp_path / "sales.csv"
    lines = [f"Shop {n:03},{['North', 'South'][n % 2]},{n}.50" for n in range(120)]
    path.write_text("\n".join(["Shop,Region,Total", *lines]))
    call_command("import_dataset", path, name="Sales")
    return "Sales"


@pytest.fixture
def unread(transactional_db) -> str:
    """A dataset of the demo account's whose file is nowhere: enough for what is refused before it is opened."""
    snapshot = SnapshotFactory(dataset__owner=demo_account(), dataset__name="Sales")
    snapshot.dataset.current = snapshot
    snapshot.dataset.save()
    return "Sales"


@pytest.fixture
def output(tmp_path):
    return tmp_path / "report.pdf"


def text_of(path) -> str:
    document = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_a_listing_without_options_has_every_row_and_every_column(sales, output, capsys):
    call_command("request_report", "listing", dataset=sales, output=output, inline=True)
    text = text_of(output)
    assert all(f"Shop {n:03}" in text for n in range(120))
    assert all(name in text for name in ("Shop", "Region", "Total"))
    assert f"{output}: {len(pypdfium2.PdfDocument(output))} page" in capsys.readouterr().out


def test_a_profile_describes_the_columns_that_are_asked_for(sales, output):
    settings = ["columns=Region,Total", "filters=Total >= 100"]
    call_command("request_report", "profile", dataset=sales, output=output, inline=True, set=settings, language="pt-br")
    text = text_of(output)
    assert "O que se destaca" in text and "North" in text and "119,50" in text
    assert "Shop" not in text


def test_options_are_set_by_name(sales, output):
    options = ["columns=Shop", "columns=Total", "title=Big shops", "filters=Total >= 100"]
    call_command("request_report", "listing", dataset=sales, output=output, inline=True, set=options)
    text = text_of(output)
    assert "Big shops" in text
    assert "Region" not in text
    assert "Shop 100" in text
    assert "Shop 099" not in text


def test_paper_and_times_are_those_of_the_account(sales, output):
    Profile.objects.create(person=demo_account(), paper="Letter", time_zone="Asia/Tokyo")
    call_command("request_report", "listing", dataset=sales, output=output, inline=True)
    call_command("request_report", "listing", dataset=sales, output=output, inline=True, set=["paper=A4"])
    made = Report.objects.order_by("requested_at")
    assert [(report.options["paper"], report.time_zone) for report in made] == [
        ("Letter", "Asia/Tokyo"),
        ("A4", "Asia/Tokyo"),
    ]


def test_a_value_is_read_in_the_language_of_the_report(sales, output):
    options = ["filters=Total >= 100,5"]
    call_command("request_report", "listing", dataset=sales, output=output, inline=True, set=options, language="pt-br")
    report = Report.objects.get()
    assert report.language == "pt-br"
    assert report.rows == 20


def test_a_running_worker_makes_it(worker, sales, output):
    call_command("request_report", "summary", dataset=sales, output=output)
    assert "Sales" in text_of(output)
    assert Report.objects.get().state == State.READY


@pytest.mark.parametrize(
    ("broker", "complaint"),
    [
        ("redis.sock?virtual_host=5", "No worker answers."),
        ("nobody.sock?virtual_host=0", "Nothing answers at BROKER_URL."),
    ],
)
def test_without_a_worker_it_says_how_to_go_on(redis_server, unread, output, broker, complaint):
    command = [sys.executable, "manage.py", "request_report", "listing", "--dataset", unread, "--output", output]
    variables = {"BROKER_URL": f"redis+socket://{env.DATA_DIR}/{broker}"}
    done = subprocess.run(
        command, cwd=env.ROOT, env=os.environ | variables, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert complaint in done.stderr
    assert "--inline" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"kind": "poster"}, "poster"),
        ({"dataset": "Costs"}, "demo has no dataset “Costs”. There is: Sales."),
        ({"owner": "nobody"}, "There is no account “nobody”."),
        ({"set": ["colour=red"]}, "colour"),
        ({"set": ["columns"]}, "columns"),
        ({"set": ["columns=Region, Price"]}, "Price"),
        ({"set": ["orientation=sideways"]}, "sideways"),
        ({"output": Path("no/such/folder.pdf")}, "no/such/folder.pdf cannot be written"),
    ],
)
def test_a_wrong_argument_is_explained_and_nothing_is_made(unread, output, arguments, complaint):
    arguments = {"kind": "listing", "dataset": unread, "output": output} | arguments
    with pytest.raises(CommandError) as refusal:
        call_command("request_report", arguments.pop("kind"), inline=True, **arguments)
    assert complaint in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not output.exists()
    assert not Report.objects.exists()


def test_a_report_that_fails_says_why(unread, output):
    with pytest.raises(CommandError) as refusal:
        call_command("request_report", "listing", dataset=unread, output=output, inline=True)
    assert str(refusal.value) == Report.objects.get().problem_in_words
    assert not output.exists()


def test_a_password_comes_from_a_file(sales, output, tmp_path):
    (tmp_path / "password").write_text("pão de queijo\nsecond line\n")
    password_file = tmp_path / "password"
    call_command("request_report", "listing", dataset=sales, output=output, inline=True, password_file=password_file)
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(output)
    assert len(pypdfium2.PdfDocument(output, password="pão de queijo")) > 1


def test_a_password_file_that_is_not_there_is_one_line(unread, output, tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command(
            "request_report", "listing", dataset=unread, output=output, inline=True, password_file=tmp_path / "none"
        )
    assert not Report.objects.exists()


def test_characters_without_a_font_are_told(transactional_db, output, tmp_path, capsys):
    (tmp_path / "unheard.csv").write_text("Word,Number\n\u0378,1\n")
    call_command("import_dataset", tmp_path / "unheard.csv", name="Unheard")
    call_command("request_report", "listing", dataset="Unheard", output=output, inline=True)
    assert "(Unknown Script: \u0378)" in capsys.readouterr().err


@pytest.fixture
def monthly(sales) -> str:
    """The name of a definition of the demo account's that asks for a region and a least total."""
    dataset = Dataset.objects.get(name=sales)
    filters = [
        {"column": "Region", "test": "equals", "value": "South", "asked": "Region"},
        {"column": "Total", "test": "at_least", "value": "", "asked": "At least"},
    ]
    form = ListingForm({"columns": ["Shop"], "title": "By region"}, columns=dataset.current.typed_columns)
    assert form.is_valid(), form.error_lines()
    options = {**form.options(), "filters": filters}
    columns = [column for column in dataset.current.columns if column["name"] != "Shop"]
    define(demo_account(), Content("Monthly", "listing", dataset, sales, options, columns))
    return "Monthly"


def test_what_is_shared_with_a_group_is_printed_by_its_members(monthly, sales, output):
    group = Group.objects.create(name="Sales")
    Membership.objects.create(group=group, person=PersonFactory(username="alice"))
    PersonFactory(username="bruno")
    Dataset.objects.update(group=group)
    Definition.objects.update(group=group)
    for wanted in ({"definition": monthly}, {"kind": "listing", "dataset": sales}):
        call_command("request_report", owner="alice", output=output, inline=True, **wanted)
        with pytest.raises(CommandError, match="bruno has no"):
            call_command("request_report", owner="bruno", output=output, inline=True, **wanted)
    assert set(Report.objects.values_list("owner__username", flat=True)) == {"alice"}


def test_a_definition_is_asked_for_with_answers_by_their_labels(monthly, output):
    call_command("request_report", definition=monthly, output=output, inline=True, set=["At least=100"])
    text = text_of(output)
    assert "By region" in text and "Shop 101" in text
    assert "Shop 100" not in text and "Shop 099" not in text
    report = Report.objects.get()
    assert (report.definition_name, report.version.number, report.rows) == ("Monthly", 1, 10)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"definition": "Weekly"}, "demo has no definition “Weekly”. There is: Monthly."),
        ({"definition": "Monthly", "set": ["Colour=red"]}, "There is no option “Colour”. There is: Region, At least."),
        ({"definition": "Monthly", "set": ["At least=much"]}, "At least: “much” is not a number."),
        ({"definition": "Monthly", "set": ["Region"]}, "“Region” is not an option. Write option=value."),
        ({"definition": "Monthly", "dataset": "Sales"}, "or a --definition alone"),
        ({}, "or a --definition alone"),
    ],
)
def test_a_wrong_answer_is_explained_and_nothing_is_made(monthly, output, arguments, complaint):
    with pytest.raises(CommandError) as refusal:
        call_command("request_report", inline=True, output=output, **arguments)
    assert complaint in str(refusal.value)
    assert not Report.objects.exists()
