"""The history of reports: whose it is, what is found in it, and how it is paged."""

import unicodedata
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from reports.models.access import groups_of
from reports.models.ticket import TicketQuerySet

# Characters in which it is searched: an index holds them.
MOST_SEARCHED = 500


class Place(NamedTuple):
    """Where a report stands in the history."""

    requested_at: datetime
    pk: UUID

    def __str__(self) -> str:
        return f"{self.requested_at.isoformat()}~{self.pk}"


class HistoryQuerySet(TicketQuerySet):
    def newest(self, person, most: int, **sought):
        """The newest `most` of the history of a person, the newest first; `sought` as in `among_newest`."""
        return self.among_newest(person, most, **sought).order_by("-requested_at", "-id")[:most]

    def among_newest(self, person, most: int, **sought):
        """The newest `most` of each part of the history of a person that pass filters: `after`, a Place, begins behind
        it; `words` must all stand in `search`; the rest are fields.  Those of bursts, which have pages of their own,
        are found by words only, and by `burst`.

        Each index of the history is asked by itself for its newest ones: a database that were asked for "mine or my
        groups'" would sort them all.
        """
        # SQLite takes no LIMIT in the parts of a union, but in a subquery of theirs.
        newest = [_sought(part, **sought).values("pk")[:most] for part in self._histories(person)]
        first, *others = (self.model.objects.filter(pk__in=pks).order_by().values("pk") for pks in newest)
        return self.filter(pk__in=first.union(*others, all=True) if others else first)

    def _histories(self, person) -> list[QuerySet]:
        """Reports that a person may see, each in the order of an index of its own."""
        listed = self.model.objects.filter(is_preview__in=[False]).order_by("-requested_at", "-id")
        if person.is_staff:
            return [listed]
        groups = groups_of(person).values_list("pk", flat=True)
        return [listed.filter(owner=person), *(listed.exclude(owner=person).filter(group=group) for group in groups)]


def _sought(reports: QuerySet, *, after: Place | None = None, words: str = "", **fields) -> QuerySet:
    if after:
        behind = Q(requested_at=after.requested_at, pk__lt=after.pk) | Q(requested_at__lt=after.requested_at)
        reports = reports.filter(behind, requested_at__lte=after.requested_at)
    if not words and "burst" not in fields:
        reports = reports.filter(burst=None)
    for word in searchable(words).split():
        reports = reports.filter(search__contains=word)
    return reports.filter(**fields)


def searchable(*texts: str) -> str:
    """Texts without capitals and accents: what is searched, and what is searched for."""
    apart = unicodedata.normalize("NFKD", " ".join(texts).casefold().replace("\0", " "))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))[:MOST_SEARCHED]
