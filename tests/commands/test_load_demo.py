import pytest
from django.core.management import call_command

from reports.management.demo import FILES
from reports.models import Dataset, Report, State

pytestmark = pytest.mark.django_db(transaction=True)

TYPES = {
    "Coffee sales": {
        "Date": "date",
        "Order number": "text",
        "Quantity": "integer",
        "Unit price": "decimal",
        "Total": "decimal",
    },
    "Service tickets": {
        "Opened": "datetime",
        "Closed": "datetime",
        "Within target": "boolean",
        "Satisfaction": "integer",
    },
    "Leituras de energia": {"Data da leitura": "date", "CEP": "text", "Medidor": "text", "Consumo (kWh)": "decimal"},
}


def test_the_demo_ends_with_a_finished_report_and_is_loaded_once(worker):
    call_command("load_demo")
    for dataset in Dataset.objects.all():
        types = {column.name: column.type for column in dataset.current.typed_columns}
        assert types == types | TYPES[dataset.name]
    report = Report.objects.get()
    assert (report.owner.username, report.state) == ("demo", State.READY)
    assert report.title == "Coffee sales, 2024 and 2025"

    call_command("load_demo")
    assert Dataset.objects.count() == len(FILES)
    assert not Dataset.objects.filter(current__number__gt=1).exists()
    assert Report.objects.get() == report


def test_the_data_is_the_same_on_every_machine():
    assert [len(demo.content()) for demo in FILES] == [len(demo.content()) for demo in FILES]
