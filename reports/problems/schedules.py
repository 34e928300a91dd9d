"""What can go wrong with schedules, and with bursts of reports."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "schedule_no_definition": _(
        "The definition “%(definition)s” has been deleted or is not shared with you any more. Make a schedule for "
        "another one."
    ),
    "schedule_questions": _(
        "The definition “%(definition)s” does not ask for %(labels)s any more, or otherwise. Edit the schedule, and "
        "answer what is asked now."
    ),
    "schedule_answers": _("The answers to %(labels)s do not fit any more. Edit the schedule, and answer again."),
    "schedule_zone": _("This machine knows no time zone “%(zone)s”. Edit the schedule, and choose another."),
    "schedule_rule": _("The rule of the schedule cannot be read. Edit the schedule, and choose when it comes round."),
    "schedule_owner": _("The account of %(name)s is not active."),
    "schedule_failed": _(
        "It has failed %(count)s times, one after the other. Its history says why. Mend that, then resume it."
    ),
    "slot_missed": _("The portal was not running at that time, and missed times are skipped."),
    "slot_covered": _("The portal was not running at that time. A later one was made in its place."),
    "slot_too_many": _("The portal was not running, and %(count)s times before this one were missed as well."),
    "slot_paused": _("The schedule was paused before it was this one's turn."),
    "slot_no_rows": _("It has no rows."),
    "slot_not_above": _("%(figure)s is %(value)s, and not more than %(threshold)s."),
    "slot_not_below": _("%(figure)s is %(value)s, and not less than %(threshold)s."),
    "slot_not_changed": _(
        "%(figure)s is %(value)s; it was %(before)s, which is no change of more than %(threshold)s %%."
    ),
    "slot_no_figure": _("The report has no sum of “%(figure)s”. Edit the schedule, and choose another key figure."),
    "slot_cancelled": _("The report was cancelled or deleted."),
    # One PDF for each value of a column.
    "burst_too_many": _(
        "“%(column)s” has %(count)s values, and a PDF is made for each of up to %(most)s. Filter the rows, or choose "
        "another column."
    ),
    "burst_long_value": _(
        "“%(column)s” has values of more than %(most)s characters, too long for the title of a PDF. Choose another "
        "column."
    ),
    "burst_more_values": _(
        "“%(column)s” has more than %(most)s values, and a PDF is made for each of up to so many. Choose another "
        "column, unless the filters leave fewer."
    ),
    "burst_column": _(
        "The data has no column “%(column)s” any more, or one whose values cannot have a PDF each. Edit the schedule, "
        "and choose another."
    ),
    "burst_mapping": _(
        "The dataset “%(dataset)s”, which names the recipients, has been deleted, is not shared with you any more, or "
        "has other columns. Edit the schedule, and choose again."
    ),
    "burst_no_address": _(
        "For %(value)s the mapping has “%(address)s”, which is no email address: nothing is sent there."
    ),
    "burst_more_addresses": _("%(count)s more are no email addresses."),
    "burst_no_value": _("The mapping has recipients for %(values)s, of which there are no rows."),
    "burst_failed": _("%(failed)s of %(total)s PDFs could not be made."),
    "burst_no_recipient": _("The mapping has no recipient for it."),
}
