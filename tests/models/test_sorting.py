"""Names come in the order in which people look for them, on every database and in Python."""

import pytest

from reports.models import Group
from reports.models.sorting import by_words, sort_key

NAMES = [
    "agosto",
    "Água",
    "aguardente",
    "Ångström",
    "Éden",
    "eden",
    "Eden",
    "zebra",
    "Zé",
    "vendas 2",
    "Vendas 10",
    "açaí",
]
SORTED = [
    "açaí",
    "agosto",
    "Água",
    "aguardente",
    "Ångström",
    "eden",
    "Eden",
    "Éden",
    "Vendas 10",
    "vendas 2",
    "Zé",
    "zebra",
]


def test_python_sorts_as_people_do():
    assert sorted(NAMES, key=sort_key) == SORTED


@pytest.mark.django_db
def test_the_database_sorts_alike():
    Group.objects.bulk_create(Group(name=name) for name in NAMES)
    assert list(Group.objects.order_by(*by_words("name")).values_list("name", flat=True)) == SORTED
