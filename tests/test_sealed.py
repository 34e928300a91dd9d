"""Sealed texts: to be read with the portal's key, and with no other."""

import pytest

from reports.problems import Problem
from reports.sealed import seal, unseal


def test_a_sealed_text_is_read_again_and_shows_nothing():
    sealed = seal("pão de queijo")
    assert unseal(sealed) == "pão de queijo"
    assert "queijo" not in sealed
    assert seal("pão de queijo") != sealed


def test_nothing_stays_nothing():
    assert seal("") == unseal("") == ""


def test_another_key_reads_nothing(settings):
    sealed = seal("secret")
    settings.SECRET_KEY = "another"
    with pytest.raises(Problem) as caught:
        unseal(sealed)
    assert "SECRET_KEY" in str(caught.value)
