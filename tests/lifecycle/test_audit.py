"""The audit log: in the transaction of the act, without secrets, and never changed."""

import pytest
from django.db import IntegrityError, transaction

from reports.lifecycle import audit
from reports.lifecycle.cancel import delete_report
from reports.models import Act, Report, State
from reports.models.act import Did
from tests.factories import PersonFactory, ReportFactory, burst_of, definition_of, schedule_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return PersonFactory(username="ana")


def test_what_was_deleted_is_still_told(ana):
    report = ReportFactory(owner=ana, title="Figures of the board")
    pk = str(report.pk)
    with audit.acting(ana, "192.0.2.7"):
        delete_report(report)
    ana_id = str(ana.pk)
    ana.delete()
    act = Act.objects.get()
    assert (act.did, act.by, act.by_id, act.address) == (Did.DELETED, "ana", ana_id, "192.0.2.0")
    assert (act.thing, act.thing_id, act.label) == ("report", pk, "Figures of the board")


def test_what_did_not_happen_is_not_told(ana):
    report = ReportFactory(owner=ana)
    with pytest.raises(RuntimeError), transaction.atomic():
        delete_report(report)
        raise RuntimeError
    assert Report.objects.exists() and not Act.objects.exists()


def test_what_fails_half_way_is_not_told(ana, monkeypatch):
    monkeypatch.setattr(Report, "delete", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        delete_report(ReportFactory(owner=ana))
    assert not Act.objects.exists()


def test_what_cannot_be_told_does_not_happen(ana, monkeypatch):
    report = ReportFactory(owner=ana)
    monkeypatch.setattr(Act.objects, "create", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        delete_report(report)
    assert Report.objects.filter(pk=report.pk).exists()


def test_an_act_cannot_be_written_anew(ana):
    audit.record(Did.SIGNED_IN, person=ana)
    act = Act.objects.get()
    act.by = "somebody else"
    with pytest.raises(IntegrityError), transaction.atomic():
        act.save()
    assert Act.objects.get().by == "ana"


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.77", "203.0.113.0"), ("2001:db8:12:3456::1", "2001:db8:12::"), ("unix:", ""), ("", "")],
)
def test_of_an_address_the_network_is_kept(address, network):
    assert audit.network_of(address) == network


def test_the_value_of_a_burst_is_not_told(ana):
    burst = burst_of(schedule_of(definition_of(ana, name="Monthly")), State.READY)
    report = burst.reports.get()
    ReportFactory(owner=ana, title=report.title, definition_name="Monthly", again_of=report)
    for report in Report.objects.order_by("again_of"):
        delete_report(report)
    assert [act.label for act in Act.objects.all()] == ["Monthly", "Monthly"]


def test_whoever_acts_next_is_somebody_else(ana):
    with audit.acting(ana, "192.0.2.7"):
        pass
    audit.record(Did.SIGNED_IN)
    act = Act.objects.get()
    assert (act.by, act.address) == ("", "")
