"""What can go wrong when another server is asked over HTTP."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "http_address": _(
        "“%(address)s” is no address that Prelo can ask. Write it like https://example.org/data, without spaces."
    ),
    "http_credentials": _(
        "The address has a user name or a password before “%(host)s”. Leave them out: they belong in a header."
    ),
    "http_header": _(
        "The header “%(name)s”, or its value, has characters that no header may have, such as a line break. Write it "
        "anew."
    ),
    "http_header_own": _("Prelo writes the header “%(name)s” itself. Leave it out."),
    "http_name": _("There is no host called “%(host)s”. Check the address."),
    "http_closed": _(
        "“%(host)s” does not lie in the open internet, so Prelo does not ask it. Your operator can allow it."
    ),
    "http_port": _(
        "Prelo does not ask “%(host)s” on port %(port)s, where the web is not usually served. Your operator can allow "
        "it."
    ),
    "http_unreachable": _("“%(host)s” accepts no connection. Check the address, or try again later."),
    "http_certificate": _(
        "“%(host)s” cannot prove who it is: this machine does not trust whoever signed its certificate. Tell those "
        "who run it."
    ),
    "http_certificate_expired": _("The certificate of “%(host)s” has expired. Tell those who run it."),
    "http_certificate_name": _(
        "The certificate of “%(host)s” is that of another host. Check the address, or tell those who run it."
    ),
    "http_tls": _(
        "No encrypted connection to “%(host)s” came about. Check that the address is to begin with https and has the "
        "right port."
    ),
    "http_time": _("“%(host)s” did not answer within %(seconds)s seconds. Try again later."),
    "http_total": _("“%(host)s” had not finished its answer after %(seconds)s seconds. Ask it for less."),
    "http_queue": _(
        "“%(host)s” is being asked for so much already that this would have to wait too long. Try again later."
    ),
    "http_broken": _("The connection to “%(host)s” broke off in the middle of the answer. Try again."),
    "http_large": _("The answer of “%(host)s” is larger than %(megabytes)s MB. Ask it for less."),
    "http_redirects": _(
        "“%(host)s” leads on to other addresses more than %(limit)s times. Write the address where the data is."
    ),
    "http_onward": _("“%(host)s” leads on to what is no address that can be asked. Tell those who run it."),
    "http_denied": _("“%(host)s” refuses the request (status %(status)s). Check the token or the header."),
    "http_busy": _("“%(host)s” is too busy to answer (status %(status)s). Try again later."),
    "http_failed": _(
        "“%(host)s” has failed (status %(status)s). The fault lies there, not in the address: try again later, or tell "
        "those who run it."
    ),
    "http_status": _("“%(host)s” answers that it cannot do this (status %(status)s). Check the address."),
}
