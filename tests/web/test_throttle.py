"""Nobody guesses a password or the secret of a link, and nobody keeps others from signing in."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import default_token_generator
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode

from reports.models import Attempt
from reports.web import throttle
from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db
TOO_OFTEN = "That was tried too often"


@pytest.fixture
def ana(settings):
    """Her password is looked at quickly, and so is one for nobody."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    return PersonFactory(username="ana", email="ana@example.org", password=make_password(PASSWORD))


def at(number: int = 1, **more) -> Client:
    """A browser at one of many addresses."""
    return Client(REMOTE_ADDR=f"192.0.2.{number}", **more)


def tried(client: Client, name: str = "ana", password: str = "wrong"):
    return client.post(reverse("sign_in"), {"username": name, "password": password})


def is_in(client: Client) -> bool:
    return client.get(reverse("datasets")).status_code == 200


def test_after_ten_wrong_passwords_not_even_the_right_one_gets_in_from_there(ana):
    for _ in range(10):
        assert TOO_OFTEN not in tried(at()).content.decode()
    blocked = at()
    page = tried(blocked, password=PASSWORD).content.decode()
    assert TOO_OFTEN in page and "Wait 15 minutes" in page and "error-summary" in page
    # By the address of the same account it is no better.
    tried(blocked, "ANA@example.org", PASSWORD)
    assert not is_in(blocked)
    elsewhere = at(2)
    tried(elsewhere, password=PASSWORD)
    assert is_in(elsewhere)
    Attempt.objects.update(until=timezone.now() - timedelta(seconds=1))
    tried(blocked, password=PASSWORD)
    assert is_in(blocked)


def test_the_right_password_does_not_count(ana):
    for _ in range(11):
        client = at()
        tried(client, password=PASSWORD)
        assert is_in(client)


def test_a_name_that_is_nobodys_is_answered_like_one_that_is_somebodys(ana):
    told = {name: [tried(at(), name).content.decode() for _ in range(11)] for name in ("ana", "nobody")}
    assert [TOO_OFTEN in page for page in told["ana"]] == [TOO_OFTEN in page for page in told["nobody"]]
    assert TOO_OFTEN in told["nobody"][-1] and TOO_OFTEN not in told["nobody"][-2]


@pytest.mark.parametrize("many", ["addresses", "accounts"])
def test_an_account_is_not_guessed_from_many_addresses_nor_many_accounts_from_one(ana, many):
    for number in range(100):
        by = (at(number), "ana") if many == "addresses" else (at(200), f"person {number}")
        assert TOO_OFTEN not in tried(*by).content.decode()
    blocked = at(200)
    assert TOO_OFTEN in tried(blocked, password=PASSWORD).content.decode()
    assert not is_in(blocked)


def test_one_address_alone_does_not_close_an_account_for_others(ana):
    """What is stopped at the address does not count for the account."""
    for _ in range(120):
        tried(at())
    other = at(2)
    tried(other, password=PASSWORD)
    assert is_in(other)


def test_whoever_floods_an_account_does_not_keep_its_person_out_of_their_browser(ana):
    theirs = at()
    tried(theirs, password=PASSWORD)
    theirs.post(reverse("sign_out"))
    for bound in throttle.of_sign_in(RequestFactory().get("/", REMOTE_ADDR="192.0.2.1"), "ana"):
        for _ in range(200):
            Attempt.objects.count_one(bound.key, 15)
    tried(theirs, password=PASSWORD)
    assert is_in(theirs)
    # It is no licence to guess, and is worth nothing for another account, nor when it was made up.
    theirs.post(reverse("sign_out"))
    for _ in range(10):
        tried(theirs)
    assert TOO_OFTEN in tried(theirs, password=PASSWORD).content.decode()
    forged = at()
    forged.cookies["known"] = f"{ana.pk}:forged"
    assert TOO_OFTEN in tried(forged, password=PASSWORD).content.decode()
    other = PersonFactory(username="ben", password=ana.password)
    for _ in range(11):
        page = tried(theirs, "ben").content.decode()
    assert TOO_OFTEN in page and not Attempt.objects.filter(key=f"sign-in {other.pk} known").exists()


def test_of_tries_that_come_at_once_no_more_are_looked_at(ana, monkeypatch):
    from reports.web.accounts import Accounts

    looked_at, authenticate = [], Accounts.authenticate

    def while_others_come(self, *args, **kwargs):
        looked_at.append(1)
        if len(looked_at) == 1:
            for _ in range(12):
                tried(at())
        return authenticate(self, *args, **kwargs)

    monkeypatch.setattr(Accounts, "authenticate", while_others_come)
    tried(at())
    assert len(looked_at) == 10


def test_django_s_administration_has_no_door_of_its_own(client):
    admin = reverse("admin:index")
    door = client.get(admin, follow=True)
    assert door.redirect_chain[-1][0] == f"{reverse('sign_in')}?next={admin}"
    assert client.post(reverse("admin:login"), {"username": "ana", "password": PASSWORD}).status_code == 302
    assert not is_in(client)
    client.force_login(PersonFactory())
    assert client.get(admin, follow=True).status_code == 404


def test_a_new_password_is_not_asked_for_without_end(ana, monkeypatch):
    sent = []
    monkeypatch.setattr("reports.web.account.post", lambda *arguments: sent.append(arguments))
    for number in range(6):
        page = at(number).post(reverse("password_reset"), {"email": "ANA@example.org"}).content.decode()
    assert TOO_OFTEN in page and "Wait 60 minutes" in page and len(sent) == 5
    for number in range(21):
        page = at(9).post(reverse("password_reset"), {"email": f"p{number}@example.org"}).content.decode()
    assert TOO_OFTEN in page and len(sent) == 25


@pytest.mark.parametrize("route", ["join", "password_reset_confirm"])
def test_the_secret_of_a_link_is_not_guessed(client, route):
    address = reverse(route, args=[uuid4(), "x"] if route == "join" else ["MQ", "x-y"])
    statuses = [client.get(address).status_code for _ in range(throttle.MOST_GUESSES + 1)]
    assert statuses[-1] == 429 and 429 not in statuses[:-1]
    assert at(7).get(address).status_code == statuses[0]


def test_a_good_link_to_a_new_password_is_no_guess_and_makes_the_browser_known(client, ana):
    link = [urlsafe_base64_encode(str(ana.pk).encode()), default_token_generator.make_token(ana)]
    form = client.get(reverse("password_reset_confirm", args=link)).url
    new = {"new_password1": "another pass phrase", "new_password2": "another pass phrase"}
    assert client.post(form, new).url == reverse("sign_in")
    assert client.cookies["known"]["httponly"] and not Attempt.objects.filter(count__gt=0).exists()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        (2, "6.6.6.6, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", "192.0.2.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "::ffff:198.51.100.7", "198.51.100.7"),
        (1, "", "192.0.2.1"),
        (1, "x" * 200, "x" * 40),
    ],
)
def test_whose_tries_they_are(settings, proxies, forwarded, address):
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers={"x-forwarded-for": forwarded})
    assert throttle.client_address(request) == address
