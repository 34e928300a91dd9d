"""What can go wrong in words that a person can act on.

A problem is stored as its code and parameters and put into words when it is read, so that each reader meets it
in their own language.  A sentence says what was wrong, where, and what to do.
"""

import re

from django.utils.formats import localize

from reports.problems import deliveries, files, limits, making, people, requests, schedules, sources

# NUL, and halves of a pair of surrogates.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")

SENTENCES = {
    **deliveries.SENTENCES,
    **files.SENTENCES,
    **limits.SENTENCES,
    **making.SENTENCES,
    **people.SENTENCES,
    **requests.SENTENCES,
    **schedules.SENTENCES,
    **sources.SENTENCES,
}


class Problem(Exception):
    """An error that a person can understand.  `params` must survive JSON."""

    def __init__(self, code: str, **params):
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return in_words(self.as_json())

    def as_json(self) -> dict:
        return {"code": self.code, "params": {name: storable(value) for name, value in self.params.items()}}


def storable(value):
    """A text that any database takes: a value from a person's file may have characters that PostgreSQL refuses."""
    return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value


def in_words(problem: dict) -> str:
    """The sentence for a stored problem, in the active language."""
    sentence = SENTENCES.get(problem["code"], SENTENCES["unexpected"])
    return str(sentence) % {name: _in_words(value) for name, value in problem["params"].items()}


def _in_words(value) -> str:
    """A problem may be the reason of another one."""
    return in_words(value) if isinstance(value, dict) else localize(value)
