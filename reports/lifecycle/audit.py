"""Write down who did what: in the transaction in which it is done, so that there is either both or neither.

Whoever asks over the web is known here for as long as the request takes; whoever acts by other ways is named.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_interface, ip_network
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model

from reports.models import Act, Report
from reports.models.act import MOST_WORDS, Did

# Of an address so much is kept as tells networks apart, and not people.
NETWORK_BITS = {4: 24, 6: 48}


class Actor(NamedTuple):
    """address: of the network; empty when nothing is known of it."""

    person: AbstractBaseUser | AnonymousUser
    address: str = ""


NOBODY = Actor(AnonymousUser())
_actor: ContextVar[Actor] = ContextVar("actor")


@contextmanager
def acting(person: AbstractBaseUser | AnonymousUser, address: str) -> Iterator[None]:
    """What is recorded meanwhile is this person's doing, who has this IP address."""
    token = _actor.set(Actor(person, network_of(address)))
    try:
        yield
    finally:
        _actor.reset(token)


def network_of(address: str) -> str:
    """192.0.2.7 -> 192.0.2.0, of a network its own part; empty for what is neither."""
    try:
        known = ip_interface(address).ip
    except ValueError:
        return ""
    return str(ip_network((known, NETWORK_BITS[known.version]), strict=False).network_address)


def record(did: Did, thing: Model | None = None, *, person: AbstractBaseUser | None = None, detail: str = "") -> None:
    """person: whoever did it, where that is not the one who asks over the web."""
    actor = _actor.get(NOBODY)
    person = person or actor.person
    named = {"by_id": str(person.pk), "by": person.get_username()} if person.is_authenticated else {}
    about = {} if thing is None else _about(thing)
    Act.objects.create(did=did, **named, **about, detail=detail[:MOST_WORDS], address=actor.address)


def _about(thing: Model) -> dict:
    name = "person" if isinstance(thing, AbstractBaseUser) else thing._meta.model_name
    return {"thing": name, "thing_id": str(thing.pk), "label": _label(thing)[:MOST_WORDS]}


def _label(thing: Model) -> str:
    """The title of a report of a burst, also of one that was made again, has a value of its data in it."""
    if isinstance(thing, Report) and (thing.burst_id or thing.again_of_id):
        return thing.definition_name or thing.dataset_name
    return str(thing)
