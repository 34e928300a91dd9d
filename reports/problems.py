"""What can go wrong in words that a person can act on.

A problem is stored as its code and parameters and put into words when it is read, so that each reader meets it
in their own language.  A sentence says what was wrong, where, and what to do.
"""

import re

from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

# NUL, and halves of a pair of surrogates.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")

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
        "The dataset “%(dataset)s” has no column %(columns)s any more, or another type of it. Edit the definition: it "
        "shows what is to be chosen again."
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
    # People and groups.
    "last_manager": _(
        "%(name)s is the last manager of “%(group)s”. Make somebody else a manager first; then this can be changed."
    ),
    "account_exists": _("%(email)s has an account already. Invite it to a group, or leave out the invitation."),
    "member_already": _("%(email)s is in “%(group)s” already. Change the role in the list of its people."),
    "invitation_used": _("This invitation has been used already. If it was you, sign in."),
    "invitation_expired": _("This invitation is too old: it could be used for a week. Ask %(name)s for a new one."),
    "invitation_void": _("%(name)s, who invited you, may no longer do so. Ask another manager or your operator."),
    "account_inactive": _("The account of %(email)s has been deactivated. Ask your operator."),
    "mail_not_taken": _("The message could not be sent, because the broker does not answer. Try again in a minute."),
    "unknown_place": _("There is no %(unknown)s. What can be filled in is %(known)s."),
    # What is sent.
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
    # Logos.
    "logo_bytes": _("The file has more than %(limit)s MB. Save the logo smaller."),
    "logo_not_a_picture": _("This is not a picture that can be used. Bring a PNG, JPEG, WebP, GIF or SVG."),
    "logo_pixels": _(
        "The picture has %(width)s by %(height)s pixels, which is more than %(most)s million. Save it smaller."
    ),
    "logo_pixels_unsaid": _("The picture has more than %(most)s million pixels. Save it smaller."),
    "logo_animated": _("The picture moves, and paper does not. Save one frame of it."),
    "logo_damaged": _("The picture is damaged or incomplete. Save it again."),
    "logo_svg_element": _(
        "The drawing contains “%(element)s”, which is not allowed in a logo. Save it as plain SVG, with text as paths."
    ),
    "logo_svg_reference": _("The drawing refers to “%(address)s”. A logo must not load anything: embed its shapes."),
    "logo_svg_entities": _("The drawing defines entities, which are not allowed. Save it as plain SVG."),
    "logo_svg_large": _(
        "The drawing has more than %(elements)s elements, or more than %(depth)s inside one another, or copies of "
        "copies. Make it simpler."
    ),
    "logo_svg_size": _("The drawing does not say how large it is. Save it with a width and a height."),
    # Schedules.
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
    # Files that people bring.
    "file_empty": _("The file is empty. Choose a file with column names and rows."),
    "file_no_rows": _("The file has no rows below the column names. Choose a file with data."),
    "file_other_format": _(
        "This is a file of the format %(format)s, whatever its name says. Bring the data as CSV, XLSX, JSON or Parquet."
    ),
    "file_binary": _("This is not a text file. Bring the data as CSV, XLSX, JSON or Parquet."),
    "file_nul": _(
        "Line %(line)s has a NUL character (character %(character)s of the line), which no text contains. "
        "Export the data again."
    ),
    "file_encoding": _(
        "Line %(line)s has characters in another encoding than the text before it. Export the whole file as UTF-8."
    ),
    "file_columns": _("There are %(found)s columns. Prelo can read up to %(limit)s. Leave some out."),
    "line_too_long": _(
        "Line %(line)s is longer than %(limit)s characters. Check that the file is a table with one row on each line."
    ),
    "row_too_long": _(
        "Row %(row)s (line %(line)s) is longer than %(limit)s characters. Look for a quotation mark that is not closed."
    ),
    "row_too_many_values": _(
        "Row %(row)s (line %(line)s) has %(found)s values, but there are %(expected)s columns. "
        "Put values that contain the separator in quotation marks."
    ),
    "quote_unclosed": _(
        'Row %(row)s (line %(line)s) has a quotation mark that is never closed. Close it, or write it twice ("") '
        "if it belongs to the value."
    ),
    "quote_stray": _(
        'Row %(row)s (line %(line)s) has a quotation mark inside a value. Write it twice ("") if it belongs to the '
        "value."
    ),
    "not_integer": _(
        "“%(value)s” in row %(row)s of %(column)s is not a whole number. Choose another type for the column."
    ),
    "not_decimal": _("“%(value)s” in row %(row)s of %(column)s is not a number. Choose another type for the column."),
    "not_date": _("“%(value)s” in row %(row)s of %(column)s is not a date. Choose another type for the column."),
    "not_datetime": _(
        "“%(value)s” in row %(row)s of %(column)s is not a date and time. Choose another type for the column."
    ),
    "not_boolean": _("“%(value)s” in row %(row)s of %(column)s is not yes or no. Choose another type for the column."),
    "xlsx_damaged": _("The workbook is damaged or incomplete. Save it again in your spreadsheet program as XLSX."),
    "xlsx_password": _("The workbook is protected by a password. Save a copy without the password."),
    "xlsx_old": _("This is a file of an old Microsoft Office format, such as XLS. Save it as XLSX."),
    "xlsx_binary": _("This is a workbook of the format XLSB. Save it as XLSX."),
    "xlsx_unpacks": _("The workbook unpacks to more than %(limit)s MB. Save the sheet as CSV."),
    "sheet_unknown": _("There is no sheet “%(sheet)s”. There is: %(sheets)s."),
    "sheet_empty": _("The sheet “%(sheet)s” is empty. Choose another sheet."),
    "sheet_cells": _(
        "The sheet “%(sheet)s” has %(cells)s cells. Prelo can read up to %(limit)s. Save the sheet as CSV."
    ),
    "sheet_reach": _(
        "The sheet “%(sheet)s” reaches to row %(rows)s and column %(columns)s, which makes more than %(limit)s cells. "
        "Delete what stands far away from the table, or save the sheet as CSV."
    ),
    "json_broken": _("Line %(line)s is not correct JSON. Check that the file is complete, or export it again."),
    "json_shape": _('The JSON has no list of objects. Bring a list such as [{"name": "Ana"}, {"name": "Rui"}].'),
    "json_lists": _(
        "The JSON has more than one list of objects: “%(first)s” and “%(second)s”. Bring them as separate files."
    ),
    "json_row": _("Item %(row)s of the JSON is not an object with names and values."),
    "json_value": _(
        "Item %(row)s of the JSON has a value that cannot be kept, such as lists inside lists without end. "
        "Leave it out."
    ),
    "json_row_too_long": _("The item that begins on line %(line)s is longer than 16 million characters. Leave it out."),
    "parquet_damaged": _("The Parquet file is damaged, incomplete or encrypted. Export it again."),
    # Servers that are asked over HTTP.
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
    "http_status": _("“%(host)s” answers that it cannot do this (status %(status)s). Check the address."),
    # Sources: databases, combinations, web addresses.
    "source_rows": _("There are more than %(limit)s rows. Ask for fewer, or tell your operator (SOURCE_ROWS)."),
    "source_bytes": _("There are more than %(limit)s MB of data. Ask for less, or tell your operator (SOURCE_MB)."),
    "connection_gone": _(
        "The connection to the database has been removed, or its owner may not ask it any more. Choose another one."
    ),
    "secret_unsealable": _(
        "The password or token can no longer be read: the portal's SECRET_KEY has changed. Have it written again."
    ),
    "connection_address": _("This is no address of a database. Write one such as postgresql://user@host:5432/name."),
    "connection_kind": _("Prelo cannot ask a “%(kind)s”. Write postgresql://, mysql://, mariadb:// or sqlite:///."),
    "connection_file": _(
        "This is no file that may be read. SQLite files must lie in one of the folders of SQLITE_FOLDERS."
    ),
    "query_empty": _("There is no query. Write one that begins with SELECT or WITH."),
    "query_many": _("There is more than one statement. Write one query, without a semicolon inside."),
    "query_writes": _("The query would change something. Prelo only reads: begin with SELECT or WITH."),
    "query_parameters": _("The query names %(names)s, which are not among its parameters. Add them below the query."),
    "query_same_name": _(
        "Two columns of the query are called “%(column)s”. Give one of them another name: SELECT … AS another_name."
    ),
    "query_no_rows": _("The query found no rows. Look at its conditions."),
    "query_slow": _("The query took longer than %(seconds)s seconds and was stopped. Ask for less."),
    "query_sign_in": _("The database did not accept the user or the password. Tell whoever keeps the connection."),
    "query_unreachable": _("The database cannot be reached. Try again later, or tell whoever keeps the connection."),
    "query_cut": _("The database broke the connection off in the middle. Refresh the data again."),
    "query_refused": _("The database refused the query: %(reason)s"),
    "look_slow": _(
        "The first rows were not there after %(seconds)s seconds. Ask for less, or save it: a worker has more time."
    ),
    "refresh_failed": _("The data could not be read anew: %(reason)s"),
    "refresh_cancelled": _("The data was to be read anew, and that was cancelled."),
    "combination_select": _(
        "Write one SELECT over your datasets. A PIVOT names its columns: "
        "FROM (PIVOT sales ON region IN ('North', 'South') USING sum(total))."
    ),
    "combination_unknown": _(
        "You have no dataset called %(names)s. Write the name of a dataset as it stands in the list, in double "
        "quotation marks when it has spaces."
    ),
    "combination_gone": _(
        "What the combination calls %(names)s is not there or not shared any more. Edit where the data comes from, and "
        "save it anew."
    ),
    "combination_tables": _("The query names more than %(limit)s datasets. Combine fewer."),
    "combination_deep": _("The query has too many parts inside each other. Write it with fewer of them."),
    "combination_ambiguous": _("More than one dataset that is shared with you is called “%(name)s”. Have one renamed."),
    "combination_unread": _("The dataset “%(name)s” has not been read. Look at its page."),
    "combination_function": _(
        "The function %(name)s cannot be used here. Use datasets, and functions of their values."
    ),
    "source_changed": _("Where this data comes from has been changed since. Refresh the data."),
    # Web addresses that are read page by page.
    "http_rest": _(
        "“%(host)s” asks to be left alone for %(seconds)s seconds, which is longer than Prelo waits. Try again later."
    ),
    "api_slow": _("“%(host)s” had not sent everything after %(seconds)s seconds. Ask it for less."),
    "api_html": _(
        "“%(host)s” answers with a web page instead of data. Check the address; perhaps it wants to know who asks, and "
        "a token is missing."
    ),
    "api_xml": _("“%(host)s” answers with XML. Prelo reads JSON, JSON Lines and CSV: look for another address."),
    "api_encoding": _("Page %(page)s of what “%(host)s” answers is not UTF-8, as JSON must be. Tell those who run it."),
    "api_json": _(
        "Line %(line)s of page %(page)s of the answer is not correct JSON. Check the format and the address."
    ),
    "api_shape": _("The answer has no list of objects. Say where the rows are, for example: data.items"),
    "api_lists": _(
        "The answer has more than one list of objects: “%(first)s” and “%(second)s”. Say which of them has the rows."
    ),
    "api_no_rows_at": _("The answer has no list at “%(path)s”. Check where the rows are."),
    "api_path": _("“%(path)s” cannot be looked for in the answer: %(reason)s"),
    "api_no_rows": _("The answer has no rows. Check the address and its parameters."),
    "api_header": _(
        "Page %(page)s has other column names than the first. Check the address, or leave the pagination out."
    ),
    "api_large_page": _(
        "A page is larger than %(limit)s MB, and must be held as a whole to find the rows or the cursor in it. Ask for "
        "smaller pages."
    ),
    "api_same_page": _(
        "Page %(page)s is the same as the one before: the server does not heed “%(parameter)s”. Check how it turns "
        "pages."
    ),
    "api_repeats": _(
        "Page %(page)s leads back to a page that has been read already. Check how the server turns pages."
    ),
    "api_pages": _("There are more than %(limit)s pages. Ask for larger pages, or for less."),
    # What was noticed while a file was read.
    "note_nothing_new": _("The server said that nothing has changed, so these are the rows of the version before."),
    "note_windows_1252": _("The file does not say how its characters are encoded. It was read as Windows-1252."),
    "note_short_rows": _(
        "Rows with fewer values than there are columns: %(rows)s, the first is row %(row)s. The rest was left empty."
    ),
    "note_headers": _("Some columns had no name, or one that cannot be used as it is. They are now: %(columns)s."),
    "note_day_first": _("Dates such as 01/02/2025 were read with the day first in: %(columns)s."),
    "note_times_converted": _("Times with a time zone were converted to the time zone of the portal in: %(columns)s."),
    "note_read_as_decimals": _(
        "Values such as 1.234 or 1,234 were read as decimals, not as thousands, in: %(columns)s. "
        "If they are thousands, change the type to whole number."
    ),
    "note_read_as_thousands": _(
        "Values such as 1,234 were read as thousands, not as decimals, in: %(columns)s. "
        "If they are decimals, change the type to decimal number."
    ),
    "note_cell_errors": _("%(cells)s cells with an error, such as #DIV/0!, were left empty."),
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
