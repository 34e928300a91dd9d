"""Reports: who sees them, the history, and what one can do with one."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from reports import storage
from reports.models import Report, State
from tests.factories import PersonFactory, ReportFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


def history(client, query="") -> str:
    return client.get(reverse("reports") + query).content.decode()


def ready(owner, **values) -> Report:
    report = ReportFactory(owner=owner, state=State.READY, step="write_pdf", rows=1234, pages=12, bytes=2048, **values)
    report.artifacts = {"write_pdf": f"reports/{report.pk}/1/write_pdf"}
    report.save()
    path = storage.path_of(report.pdf)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"%PDF-1.7 of a test")
    return report


@pytest.mark.parametrize("name", ["report", "report_progress", "report_pdf"])
def test_the_report_of_somebody_else_is_not_found(client, alice, name):
    assert client.get(reverse(name, args=[ready(PersonFactory()).pk])).status_code == 404


@pytest.mark.parametrize("name", ["report_cancel", "report_retry", "report_delete"])
def test_nobody_changes_the_report_of_somebody_else(client, alice, name):
    report = ReportFactory(state=State.FAILED if name == "report_retry" else State.QUEUED)
    assert client.post(reverse(name, args=[report.pk])).status_code == 404
    assert Report.objects.get().state == report.state


@pytest.mark.parametrize("name", ["report", "report_progress", "report_pdf"])
def test_staff_see_every_report(client, name):
    client.force_login(PersonFactory(is_staff=True))
    assert client.get(reverse(name, args=[ready(PersonFactory()).pk])).status_code == 200


@pytest.mark.parametrize("name", ["report", "report_progress", "report_pdf"])
def test_a_preview_is_no_report(client, alice, name):
    preview = ready(alice, is_preview=True)
    assert client.get(reverse(name, args=[preview.pk])).status_code == 404
    assert str(preview.pk) not in history(client)


@pytest.mark.parametrize("address", ["/reports/", f"/reports/{UUID(int=1)}/", f"/reports/{UUID(int=1)}/report.pdf"])
def test_one_signs_in_first(client, address):
    assert client.get(address).url.startswith(reverse("sign_in"))


@pytest.mark.parametrize("name", ["report_cancel", "report_retry", "report_delete"])
def test_what_changes_something_is_not_done_by_looking(client, alice, name):
    report = ReportFactory(owner=alice)
    assert client.get(reverse(name, args=[report.pk])).status_code == 405
    assert client.get(reverse("reports_delete")).status_code == 405
    assert client.post(reverse("report", args=[report.pk])).status_code == 405


def test_the_history_has_ones_own_reports_the_newest_first(client, alice):
    now = timezone.now()
    ReportFactory(owner=alice, title="Older", requested_at=now - timedelta(hours=2))
    ReportFactory(owner=alice, title="Newer", requested_at=now - timedelta(hours=1))
    ReportFactory(title="Of somebody else")
    html = history(client)
    assert html.index("Newer") < html.index("Older")
    assert "Of somebody else" not in html


def test_staff_see_whose_reports_they_are(client):
    client.force_login(PersonFactory(is_staff=True))
    ReportFactory(owner=PersonFactory(username="bob"))
    assert "bob" in history(client)


def test_the_history_is_filtered_by_state(client, alice):
    ReportFactory(owner=alice, title="Done", state=State.READY)
    ReportFactory(owner=alice, title="Broken", state=State.FAILED)
    ReportFactory(owner=alice, title="On its way", state=State.RUNNING)
    assert "Broken" in history(client, "?state=failed") and "Done" not in history(client, "?state=failed")
    assert "On its way" in history(client, "?state=unfinished") and "Done" not in history(client, "?state=unfinished")
    assert "Done" in history(client, "?state=nonsense")


@pytest.mark.parametrize(("query", "chip"), [("", "All"), ("?state=failed", "Failed"), ("?state=nonsense", "All")])
def test_the_chip_that_was_chosen_is_marked_and_no_other(client, alice, query, chip):
    ReportFactory(owner=alice, state=State.FAILED)
    assert re.findall(r'aria-current="true">(\w+) <span class="chip__count"', history(client, query)) == [chip]


def test_a_state_in_which_there_is_no_report_says_so(client, alice):
    ReportFactory(owner=alice)
    assert "No report is in this state." in history(client, "?state=failed")


def test_the_first_page_leads_to_the_first_report(client, alice):
    assert "Your first report" in history(client)


def test_a_long_history_has_pages_that_keep_the_filter(client, alice):
    ReportFactory.create_batch(30, owner=alice, state=State.READY)
    first = history(client, "?state=ready")
    older = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = history(client, older)
    assert "state=ready" in older
    titles = [re.findall(r'id="report-([^"]+)"', html) for html in (first, second)]
    assert [len(titles[0]), len(titles[1])] == [25, 5]
    assert not set(titles[0]) & set(titles[1])
    assert 'rel="next"' not in second


def test_a_longer_history_costs_no_more_queries(client, alice, django_assert_num_queries):
    client.force_login(PersonFactory(is_staff=True))
    ReportFactory(owner=alice)
    with django_assert_num_queries(7):
        history(client)
    for _ in range(20):
        ReportFactory()
    with django_assert_num_queries(7):
        history(client)


def test_the_history_asks_for_itself_while_something_is_being_made(client, alice):
    report = ReportFactory(owner=alice, state=State.RUNNING)
    html = history(client)
    assert "data-live" in html
    address = html.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    assert client.get(address, **HTMX).status_code == 204
    Report.objects.filter(pk=report.pk).update(state=State.READY)
    fragment = client.get(address, **HTMX).content.decode()
    assert "Ready" in fragment and "data-live" not in fragment and "<html" not in fragment


def test_the_mark_of_the_poll_does_not_stay_in_the_addresses(client, alice):
    ReportFactory.create_batch(30, owner=alice, state=State.RUNNING)
    fragment = client.get(reverse("reports") + "?seen=old&state=unfinished", **HTMX).content.decode()
    assert "seen=old" not in fragment
    assert re.search(r'rel="next" href="\?state=unfinished&amp;after=', fragment)


def test_the_reports_that_were_ticked_are_deleted_with_their_files(client, alice, django_capture_on_commit_callbacks):
    gone, kept = [ready(alice), ready(alice)], ready(alice)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("reports_delete"), {"report": [report.pk for report in gone]}, follow=True)
    assert "2 reports deleted." in response.content.decode()
    assert list(Report.objects.all()) == [kept]
    assert [storage.exists(report.pdf) for report in (*gone, kept)] == [False, False, True]


@pytest.mark.parametrize("ticked", [[], ["nonsense"], ["\x00"], [str(uuid4())]])
def test_nothing_ticked_deletes_nothing(client, alice, ticked):
    ReportFactory(owner=alice)
    response = client.post(reverse("reports_delete"), {"report": ticked}, follow=True)
    assert "No report was chosen" in response.content.decode()
    assert Report.objects.count() == 1


def test_nobody_deletes_the_reports_of_somebody_else(client, alice):
    report = ReportFactory()
    client.post(reverse("reports_delete"), {"report": [report.pk]})
    assert Report.objects.filter(pk=report.pk).exists()


def test_a_report_that_is_being_made_can_be_cancelled_and_asked_for_again(client, alice):
    report = ReportFactory(owner=alice, state=State.RUNNING, step="render")
    response = client.post(reverse("report_cancel", args=[report.pk]))
    assert (response.status_code, response.url) == (303, reverse("report", args=[report.pk]))
    assert "Ask again" in client.get(response.url).content.decode()
    client.post(reverse("report_retry", args=[report.pk]))
    assert Report.objects.get().state == State.REQUESTED


def test_a_report_that_was_faster_is_not_cancelled(client, alice):
    report = ready(alice)
    response = client.post(reverse("report_cancel", args=[report.pk]), follow=True)
    assert "had ended before" in response.content.decode()
    assert Report.objects.get().state == State.READY


def test_a_failed_report_says_why_and_offers_to_retry(client, alice):
    problem = {"code": "too_many_columns", "params": {"asked": 30, "fit": 24}}
    report = ReportFactory(owner=alice, state=State.FAILED, step="render", problem=problem)
    html = client.get(reverse("report", args=[report.pk])).content.decode()
    assert "30 columns do not fit on a page" in html
    assert reverse("report_retry", args=[report.pk]) in html
    assert reverse("report_pdf", args=[report.pk]) not in html


def test_a_deleted_report_is_gone(client, alice):
    report = ReportFactory(owner=alice, title="Old one", state=State.RUNNING)
    response = client.post(reverse("report_delete", args=[report.pk]), follow=True)
    assert "“Old one” has been deleted." in response.content.decode()
    assert client.get(reverse("report_progress", args=[report.pk])).status_code == 404


def test_the_page_of_a_finished_report_says_what_was_asked_for(client, alice):
    options = {
        "title": "",
        "columns": ["Region", "Total"],
        "filters": [{"column": "Region", "test": "not_equals", "value": "North"}],
        "sort": ["-Total"],
        "group": "",
        "totals": ["Total"],
        "carry": True,
        "orientation": "landscape",
    }
    report = ready(alice, options=options, finished_at=timezone.now())
    html = client.get(reverse("report", args=[report.pk])).content.decode()
    for words in ("12 pages", "1,234 rows", "2.0 KB", "Region, Total", "Region is not “North”", "Landscape"):
        assert words in html.replace("\xa0", " ")
    assert "Total, largest first" in html
    assert re.search(r"Carry totals over each page</dt>\s*<dd[^>]*>Yes<", html)
    assert "data-live" not in html and "http-equiv" not in html


def test_a_report_outlives_its_dataset_and_its_kind(client, alice):
    report = ready(alice, options={"columns": ["Region"]}, kind="retired")
    report.snapshot.dataset.delete()
    html = client.get(reverse("report", args=[report.pk])).content.decode()
    assert "retired" in html and "(deleted)" in html
    assert "New report like this" not in html
