"""The page where the managers of a group say how its reports look."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from reports.lifecycle import inline
from reports.lifecycle.request import looks_kept, make_again, request_report
from reports.models import Brand, Definition, Group, Logo, Membership, Report, Role, State
from tests.factories import DatasetFactory, PersonFactory, SnapshotFactory, definition_of
from tests.pipeline.test_logo import SVG, picture

pytestmark = pytest.mark.django_db
GOOD = {"accent": "#7a1f5c", "second": "#b8860b", "face": "", "header": "Ours", "footer": ""}


@pytest.fixture
def group() -> Group:
    return Group.objects.create(name="Coffee")


@pytest.fixture
def manager(client, group):
    return signed_in(client, group, Role.MANAGER)


def signed_in(client, group, role, **values):
    person = PersonFactory(**values)
    if role:
        Membership.objects.create(group=group, person=person, role=role)
    client.force_login(person)
    return person


def address(group, name="brand", *more):
    return reverse(name, args=[group.pk, *more])


def save(client, group, file=None, **values):
    return client.post(address(group), {**GOOD, **values, **({"logo_file": file} if file else {})})


def drawn(logo: Logo) -> Logo:
    """The logo after a worker has looked at it."""
    logo.queue()
    inline.make(logo, lambda job: None)
    return logo


def bring(client, group, data: bytes, name="logo.png") -> Logo:
    save(client, group, SimpleUploadedFile(name, data))
    return Brand.objects.get(group=group).newest


@pytest.mark.parametrize("name", ["brand", "brand_logo_state", "brand_preview"])
def test_only_managers_and_staff_may(client, group, name):
    method = client.post if name == "brand_preview" else client.get
    assert method(address(group, name)).url.startswith(reverse("sign_in"))
    signed_in(client, group, None)
    assert method(address(group, name)).status_code == 404
    for role in (Role.READER, Role.AUTHOR):
        signed_in(client, group, role)
        response = method(address(group, name))
        assert response.status_code == 403 and "Coffee" not in response.content.decode()
    for role, values in ((Role.MANAGER, {}), (None, {"is_staff": True})):
        signed_in(client, group, role, **values)
        assert method(address(group, name)).status_code == 200


def test_the_managers_of_another_group_do_not_know_it(client, group):
    signed_in(client, Group.objects.create(name="Tea"), Role.MANAGER)
    assert client.get(address(group)).status_code == save(client, group).status_code == 404
    assert not Brand.objects.exists()


@pytest.mark.usefixtures("manager")
def test_looks_are_kept(client, group):
    assert save(client, group).url == address(group)
    brand = Brand.objects.get(group=group)
    assert brand.as_json() == {"name": "Coffee", **GOOD}
    html = client.get(address(group)).content.decode()
    assert "#7a1f5c on white paper has a contrast of 9.6 to 1." in html
    assert "contraste de 9,6 para 1" in client.get(address(group), HTTP_ACCEPT_LANGUAGE="pt-br").content.decode()


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"accent": "#ffcc00"}, "contrast of 1.5 to 1. It needs 4.5 to 1. The shade #8e7200 would do."),
        ({"second": "#b4c0e6"}, "It needs 3 to 1."),
        ({"accent": "red;}"}, "is not a colour"),
        ({"face": "Nowhere Sans"}, "Nowhere Sans"),
        ({"header": "x" * 71}, "at most 70 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(client, group, wrong, words):
    response = save(client, group, **wrong)
    assert response.status_code == 422 and words in response.content.decode()
    assert not Brand.objects.exists()


@pytest.mark.usefixtures("manager")
def test_a_face_that_is_gone_is_named_and_may_stay(client, group):
    Brand.objects.create(group=group, face="Gone Sans")
    assert "Gone Sans (not installed any more)" in client.get(address(group)).content.decode()
    assert save(client, group, face="Gone Sans").status_code == 303


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "data"), [("l.png", picture()), ("l.svg", SVG.format("<path d='M0 0'/>").encode())])
def test_a_logo_is_used_once_it_has_been_checked(client, group, manager, name, data):
    logo = bring(client, group, data, name)
    assert f"{name} is being checked" in client.get(address(group, "brand_logo_state")).content.decode()
    assert Brand.objects.get().logo is None
    assert drawn(logo).state == State.READY and Brand.objects.get().logo == logo
    response = client.get(address(group, "brand_logo", logo.pk))
    assert response["Content-Type"] == ("image/png" if name == "l.png" else "image/svg+xml")
    client.force_login(PersonFactory())
    assert client.get(address(group, "brand_logo", logo.pk)).status_code == 404
    client.force_login(manager)
    save(client, group, remove_logo="on")
    assert Brand.objects.get().logo is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("manager")
def test_a_logo_that_is_refused_says_why_and_the_one_before_stays(client, group):
    good = drawn(bring(client, group, picture()))
    bad = drawn(bring(client, group, SVG.format("<script/>").encode(), "bad.svg"))
    html = client.get(address(group)).content.decode()
    assert bad.state == State.FAILED and "The drawing contains “script”" in html
    assert Brand.objects.get().logo == good and address(group, "brand_logo", good.pk) in html


def asked_for(owner, group, name: str = "Monthly") -> Report:
    """From a definition that is shared with the group."""
    version = definition_of(owner, name).current
    Definition.objects.filter(pk=version.definition_id).update(group=group)
    version.definition.refresh_from_db()
    return request_report(owner, "listing", version.dataset.current, {}, title="x", language="en", version=version)


@pytest.mark.django_db(transaction=True)
def test_a_report_keeps_the_brand_that_it_was_asked_for_with(client, group, manager):
    first = drawn(bring(client, group, picture()))
    report = asked_for(manager, group)
    save(client, group, header="Other", accent="#000000")
    second = drawn(bring(client, group, picture("JPEG"), "other.jpg"))
    again = make_again(report, manager)
    for made in (report, again):
        assert (made.brand["header"], made.brand["accent"], made.logo) == ("Ours", "#7a1f5c", first)
    newer = asked_for(manager, group, "Another")
    assert newer.logo == second
    assert looks_kept(None) == {} and Report.objects.get(pk=report.pk).group == group


@pytest.mark.django_db(transaction=True)
def test_a_logo_lives_as_long_as_anything_has_it(client, group, manager):
    logo = drawn(bring(client, group, picture()))
    report = asked_for(manager, group)
    later = logo.requested_at.replace(year=2100)
    save(client, group, remove_logo="on")
    assert not Logo.objects.unused(later).exists()
    report.delete()
    assert list(Logo.objects.unused(later)) == [logo] and not Logo.objects.unused(logo.requested_at).exists()


def test_the_preview_has_the_looks_that_are_not_kept_yet(client, group, manager):
    dataset = DatasetFactory(owner=manager)
    dataset.current = SnapshotFactory(dataset=dataset)
    dataset.save()
    assert 'id="preview-pane"' in client.get(address(group)).content.decode()
    client.post(address(group, "brand_preview"), {**GOOD, "header": "Not yet"}, HTTP_HX_REQUEST="true")
    preview = Report.objects.get()
    assert preview.is_preview and preview.brand["header"] == "Not yet" and not Brand.objects.exists()
    wrong = client.post(address(group, "brand_preview"), {**GOOD, "accent": "#ffffff"}, HTTP_HX_REQUEST="true")
    assert "contrast of 1.0 to 1" in wrong.content.decode() and Report.objects.count() == 1


@pytest.mark.usefixtures("manager")
def test_without_data_the_page_says_that_there_is_no_preview(client, group):
    assert "once there is a dataset" in client.get(address(group)).content.decode()


@pytest.mark.usefixtures("manager")
def test_the_page_needs_few_queries(client, group, django_assert_max_num_queries):
    save(client, group)
    client.get(address(group))
    with django_assert_max_num_queries(7):
        client.get(address(group))
