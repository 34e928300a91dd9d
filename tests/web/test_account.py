"""Signing in, the password, the language, and the pages that are shown instead of a page."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    person = PersonFactory(username="alice")
    client.force_login(person)
    return person


def test_a_stranger_is_asked_to_sign_in_and_then_sent_on(client):
    PersonFactory(username="alice")
    asked = client.get(reverse("datasets"))
    assert asked.url == f"{reverse('sign_in')}?next={reverse('datasets')}"
    signed_in = client.post(asked.url, {"username": "alice", "password": PASSWORD, "next": reverse("datasets")})
    assert signed_in.url == reverse("datasets")


def test_a_wrong_password_is_explained_and_takes_the_focus(client):
    PersonFactory(username="alice")
    page = client.post(reverse("sign_in"), {"username": "alice", "password": "wrong"}).content.decode()
    assert 'class="error-summary"' in page and "data-focus" in page
    assert "<title>Error: Sign in · Prelo</title>" in page


def test_signing_out_takes_a_post(client, alice):
    assert client.get(reverse("sign_out")).status_code == 405
    client.post(reverse("sign_out"))
    assert client.get(reverse("datasets")).status_code == 302


def test_a_password_can_be_changed(client, alice):
    new = "another pass phrase"
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post(reverse("password_change"), fields).url == reverse("profile")
    assert Client().login(username="alice", password=new)


def test_an_error_beside_a_field_is_tied_to_it(client, alice):
    page = client.post(reverse("password_change"), {"old_password": "wrong"}).content.decode()
    assert 'id="id_old_password_error"' in page
    assert 'aria-describedby="id_old_password_error"' in page
    assert 'href="#id_old_password"' in page


def test_a_stranger_can_choose_the_language(client):
    client.post(reverse("set_language"), {"language": "pt-br", "next": reverse("sign_in")})
    assert '<html lang="pt-br">' in client.get(reverse("sign_in")).content.decode()


def test_no_page_holds_a_script_or_a_style_of_its_own(client, alice):
    page = client.get(reverse("password_change"))
    assert "<style" not in page.content.decode() and " style=" not in page.content.decode()
    assert "<script>" not in page.content.decode()
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_a_form_from_another_site_meets_words_and_not_a_stack_trace():
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("sign_in"), {"username": "alice", "password": PASSWORD})
    assert answer.status_code == 403
    assert "The form is too old" in answer.content.decode()


def test_an_unknown_address_leads_back(client, alice):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert reverse("home") in answer.content.decode()


@pytest.mark.parametrize("code", ["400", "403", "404", "413", "500", "507"])
def test_an_error_page_needs_neither_a_request_nor_a_person(code):
    page = render_to_string(f"{code}.html")
    assert "<h1>" in page and "account-menu" not in page
