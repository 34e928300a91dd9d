"""What can go wrong because a person has as much as one person may have."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "limit_waiting": _(
        "One person may have %(most)s reports that wait or are being made, and has as many. Wait until one has ended, "
        "or cancel one."
    ),
    "limit_stored": _(
        "One person may have %(most)s MB stored. %(name)s has %(used)s MB, and this would be more. Delete datasets or "
        "reports that are not needed."
    ),
    "limit_uploads": _("One person may upload %(most)s files an hour. Wait a while, then try again."),
}
