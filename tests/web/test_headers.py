"""What browsers are told, and what becomes of a session."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/sign-in/", "/datasets/", "/nowhere/", "/admin/", "/healthz"])
def test_every_answer_is_closed_to_other_sites(client, path):
    client.force_login(PersonFactory(is_staff=True))
    answer = client.get(path)
    if path != "/healthz":  # which is answered before all else
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in answer["Permissions-Policy"] and "geolocation=()" in answer["Permissions-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"] and "*" not in answer["Content-Security-Policy"]
    assert not answer.cookies.get("sessionid")


def test_over_https_a_browser_stays_with_it(client, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 1000
    assert client.get("/sign-in/").url == "https://testserver/sign-in/"
    assert client.get("/sign-in/", secure=True)["Strict-Transport-Security"] == "max-age=1000"


def signed_in(client: Client, person) -> str:
    client.post(reverse("sign_in"), {"username": person.username, "password": PASSWORD})
    return client.cookies["sessionid"].value


def test_scripts_and_other_sites_get_no_cookie():
    client = Client()
    client.get(reverse("sign_in"))
    client.post(reverse("set_language"), {"language": "pt-br"})
    signed_in(client, PersonFactory())
    assert set(client.cookies) == {"csrftoken", "sessionid", "django_language", "known"}
    for cookie in client.cookies.values():
        assert cookie["httponly"] and cookie["samesite"] == "Lax", cookie


def test_a_session_gets_another_name_when_somebody_signs_in():
    client, person = Client(), PersonFactory()
    client.cookies["sessionid"] = "chosen-by-somebody-else-00000000"
    first = signed_in(client, person)
    assert first != "chosen-by-somebody-else-00000000"
    client.post(reverse("sign_out"))
    assert signed_in(client, person) != first


def test_a_new_password_ends_the_sessions_in_other_browsers():
    person, here, there = PersonFactory(), Client(), Client()
    before = signed_in(here, person)
    signed_in(there, person)
    new = {"new_password1": "another pass phrase", "new_password2": "another pass phrase"}
    here.post(reverse("password_change"), {"old_password": PASSWORD, **new})
    assert here.get(reverse("datasets")).status_code == 200
    assert here.cookies["sessionid"].value != before
    assert there.get(reverse("datasets")).status_code == 302


def test_what_is_behind_a_page_is_not_changed_without_its_token():
    strict, person = Client(enforce_csrf_checks=True), PersonFactory()
    strict.force_login(person)
    assert strict.post(reverse("set_theme"), {"theme": "dark"}).status_code == 403
    strict.get(reverse("profile"))
    token = strict.cookies["csrftoken"].value
    answer = strict.post(reverse("set_theme"), {"theme": "dark", "csrfmiddlewaretoken": token})
    assert answer.status_code == 303
