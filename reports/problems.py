"""What can go wrong in words that a person can act on.

A problem is stored as its code and parameters and put into words when it is read, so that each reader meets it
in their own language.  A sentence says what was wrong, where, and what to do.
"""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "unexpected": _(
        "Something went wrong that Prelo did not expect. Try again; if it fails again, tell your operator."
    ),
    "worker_lost": _(
        "The worker stopped in the middle of this step %(attempts)s times. Try again, or tell your operator."
    ),
    "crashed": _("The program that makes the document crashed. Try again, or tell your operator."),
    "too_slow": _("This step took longer than %(seconds)s seconds and was stopped. Ask for fewer rows."),
    "too_large": _("This step needed more than %(megabytes)s MB of memory and was stopped. Ask for fewer rows."),
    "storage": _("The file could not be stored (%(reason)s). Prelo will try again by itself."),
    "dataset_gone": _("The data of this report has been deleted, so it cannot be made again."),
    "unknown_kind": _("There is no kind of report called “%(kind)s”. There is: %(known)s."),
    "setting_unclear": _("“%(setting)s” is not an option. Write option=value."),
    "unknown_option": _("There is no option “%(option)s”. There is: %(known)s."),
    "columns_gone": _("The data has no column %(columns)s any more. Choose the columns again."),
    "too_many_columns": _("%(asked)s columns do not fit on a page; %(fit)s do. Choose fewer columns."),
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
        return {"code": self.code, "params": self.params}


def in_words(problem: dict) -> str:
    """The sentence for a stored problem, in the active language."""
    sentence = SENTENCES.get(problem["code"], SENTENCES["unexpected"])
    return str(sentence) % problem["params"]
