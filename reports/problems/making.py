"""What can go wrong while a report is asked for and made."""

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
    "storage": _("A file could not be read or written (%(reason)s). Try again, or tell your operator."),
    "file_missing": _("A file that this step needs is not there any more. Try again: it is made anew."),
    "dataset_gone": _("The data of this report has been deleted, so it cannot be made again."),
    "data_expired": _("The data of this report has expired, so it cannot be made again."),
    "unknown_kind": _("There is no kind of report called “%(kind)s”. There is: %(known)s."),
    "setting_unclear": _("“%(setting)s” is not an option. Write option=value."),
    "unknown_option": _("There is no option “%(option)s”. There is: %(known)s."),
    "columns_gone": _("The data has no column %(columns)s any more. Choose the columns again."),
    "too_many_columns": _("%(asked)s columns do not fit on a page; %(fit)s do. Choose fewer columns."),
    "style_few_rows": _(
        "The style of this kind of report lets a table have up to %(most)s rows, and this one has %(rows)s. "
        "Filter the rows, or tell your operator."
    ),
    "sheet_full": _(
        "There are %(rows)s rows, and a sheet has room for %(limit)s. Take the data as CSV, or ask for fewer rows."
    ),
    "definition_no_data": _(
        "The dataset “%(dataset)s” has been deleted or is not shared any more. Edit the definition and choose another."
    ),
    "definition_unread": _("The dataset “%(dataset)s” has not been read. Look at its page."),
    "definition_columns": _(
        "The dataset “%(dataset)s” has no column %(columns)s any more. Edit the definition: it shows what is to be "
        "chosen again."
    ),
    "definition_types": _(
        "The dataset “%(dataset)s” has another type of %(retyped)s than before. Correct the type on its page, or edit "
        "the definition: it shows what is to be chosen again."
    ),
    "definition_columns_types": _(
        "The dataset “%(dataset)s” has no column %(columns)s any more, and another type of %(retyped)s than before. "
        "Edit the definition: it shows what is to be chosen again."
    ),
    "definition_kind": _("The portal has no kind of report called “%(kind)s” any more. Make a new definition."),
    "unsealable": _(
        "The password of this PDF can no longer be read: the portal's SECRET_KEY has changed. Ask for a new report."
    ),
    "receipt_rows": _(
        "%(printed)s rows were printed, but %(gathered)s were gathered, so the PDF was not published. "
        "Tell your operator."
    ),
    "receipt_sum": _(
        "What was printed of %(column)s adds up to %(printed)s, the data to %(gathered)s, so the PDF was not "
        "published. Tell your operator."
    ),
    "receipt_figure": _(
        "The figure %(figure)s is not to be found in the PDF, so it was not published. Tell your operator."
    ),
    "not_valid": _("The PDF breaks a rule of %(standard)s (%(rule)s), so it was not published. Tell your operator."),
    "not_judged": _(
        "The PDF could not be checked against %(standard)s (%(reason)s), so it was not published. Tell your operator."
    ),
    # What was noticed while a PDF was written.
    "note_no_glyphs": _(
        "No font of this machine has %(count)s of the characters (%(script)s: %(shown)s). They are printed as empty "
        "boxes. The package %(package)s would help: tell your operator."
    ),
}
