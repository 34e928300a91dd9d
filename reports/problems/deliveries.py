"""What can go wrong when a report is sent."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "too_many_recipients": _(
        "There are %(count)s addresses, and a report may be sent to %(most)s at once. Leave some out, or send to the "
        "address of a mailing list."
    ),
    "mail_refused": _("The mail server refused it: %(answer)s"),
    "mail_deferred": _("The mail server did not take it now: %(answer)s"),
    "receiver_silent": _("The connection failed: %(reason)s"),
    "too_many_targets": _("A schedule sends to %(most)s places at most. Remove one first."),
    "receiver_slow": _("The receiver did not finish within %(seconds)s seconds."),
    "secret_lost": _(
        "The secret of the webhook can no longer be read: the portal's SECRET_KEY has changed. Send it anew."
    ),
    "webhook_refused": _("The receiver refused it: %(answer)s"),
    "webhook_deferred": _("The receiver did not take it now: %(answer)s"),
    "unsubscribed": _("Whoever reads the mail of %(address)s does not want reports from this portal any more."),
    "no_portal_address": _(
        "It needs a link, and the portal does not know its own address. Tell your operator to set PUBLIC_URL."
    ),
    "link_ended": _("Somebody has ended its link before it was sent. Retry to send another link."),
    "report_expired": _("The report has expired before it was sent: its PDF is gone."),
    "sender_lost": _("%(name)s, who sent it, may not read the report any more."),
    "no_folder": _("The portal has no folder for reports. Your operator can set DELIVERY_FOLDER."),
    "path_unclear": _("“%(path)s” leads out of the folder for reports. Write a name such as {title}-{date}.pdf."),
    "path_long": _(
        "The name of the file would have %(length)s characters, and %(most)s are kept. Leave out a place of the name."
    ),
    "file_taken": _("There is another file called “%(path)s”, and nothing is overwritten. Choose another name."),
    "data_not_shared": _("The data of this report is no longer shared with you, so it cannot be made."),
    "note_face_gone": _(
        "The font %(face)s of the group is not installed any more, so the PDF is set in the usual one. "
        "Choose another font for the group, or tell your operator."
    ),
}
