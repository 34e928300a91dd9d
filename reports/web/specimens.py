"""Samples for the parts of pages that show what was found out, sent, made and done, as `style/specimens.html` wants
them.  Nothing of it is stored."""

from datetime import timedelta
from types import SimpleNamespace

from django.core.paginator import Paginator

from reports import shared_time
from reports.kinds.profile.drawing import histogram
from reports.kinds.values import TYPE_NAMES
from reports.models import Act, Burst, BurstPart, BurstValue, Dataset, Delivery, Report, State
from reports.models.act import Did
from reports.models.delivery import Channel
from reports.problems import Problem
from reports.web.audit import THINGS


def specimens(person) -> dict:
    return {**_contents(), **_ledger(person), **_burst(person), **_acts(), **_expiry()}


def _contents() -> dict:
    """As `contents.contents_of` has it."""
    counts = [2, 5, 14, 30, 22, 9, 3, 0, 1]
    figures = [("Mean", "49.70"), ("Median", "48.20")]
    number = {"name": "Total", "type": TYPE_NAMES["decimal"], "missing": "0", "distinct": "58", "figures": figures}
    words = [("North", 31, "52 %"), ("South", 29, "48 %")]
    text = {"name": "Region", "type": TYPE_NAMES["text"], "missing": "2 (3 %)", "distinct": "2", "figures": figures[:1]}
    return {
        "dataset": Dataset(name="Sales"),
        "findings": ["60 rows, 2 columns.", "Total and Day go together."],
        "described": [
            number | {"drawing": histogram(counts, alt="1.00 – 99.00"), "remarks": ["2 outliers"]},
            text | {"top": words, "remarks": []},
        ],
    }


def _ledger(person) -> dict:
    """A delivery in each of its states."""
    busy, refused = Problem("webhook_deferred", answer="503"), Problem("mail_refused", answer="550 5.1.1")
    states = {
        State.QUEUED: {},
        State.RUNNING: {},
        State.RETRY_WAIT: {
            "problem": busy.as_json(),
            "channel": Channel.WEBHOOK,
            "recipient": "https://hooks.example.org",
        },
        State.READY: {"answers": [{"at": "", "text": "250 2.0.0 Ok: queued"}]},
        State.FAILED: {"problem": refused.as_json(), "attempts": 3},
    }
    report = Report(title="Sales", state=State.READY)
    known = {"report": report, "owner": person, "channel": Channel.EMAIL, "recipient": "ana@example.org"}
    return {
        "report": report,
        "deliveries": [Delivery(state=state, **known | values) for state, values in states.items()],
    }


def _burst(person) -> dict:
    """As `bursts.burst` has it, when it has stopped half-way."""
    burst = Burst(title="Sales", column="Region", owner=person, state=State.READY)
    problem = Problem("burst_no_recipient").as_json()
    part = BurstPart(burst=burst, state=State.CANCELLED)
    values = [
        BurstValue(name=f"Region {place}", rows=30, part=part, report=report, recipients=["ana@example.org"])
        for place, report in enumerate([Report(state=state) for state in (State.READY, State.FAILED, State.EXPIRED)])
    ]
    values[0].problem = problem
    values.append(BurstValue(name="Region 3", rows=12, part=part))
    counts = {"total": 4, "made": 2, "expired": 1, "failed": 1, "gone": 0}
    return {"burst": burst, "values": Paginator(values, 10).page(1), "counts": counts, "is_stopped": True}


def _acts() -> dict:
    now = shared_time.now()
    known = {"at": now, "by": "ana", "address": "192.0.2.0", "thing_id": "1", "thing": "report", "label": "Sales"}
    acts = [
        Act(did=Did.SENT, **known | {"detail": "ben@example.org"}),
        Act(did=Did.USED_LINK, **known | {"by": ""}),
        Act(did=Did.MADE_MANAGER, **known | {"thing": "person", "label": "ben", "detail": "Finance"}),
        Act(did=Did.SIGNED_IN, at=now, by="ana", address="2001:db8:12::"),
    ]
    return {"acts": [(act, THINGS.get(act.thing, "")) for act in acts]}


def _expiry() -> dict:
    """A report that goes, one that stays, and one that is gone."""
    soon = shared_time.now() + timedelta(days=10)
    return {"lasting": [SimpleNamespace(expires_at=soon), SimpleNamespace()], "expired": Report(state=State.EXPIRED)}
