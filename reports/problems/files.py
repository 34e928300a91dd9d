"""What can go wrong with files that people bring, and what is noticed while they are read."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
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
    "parquet_unpacks": _(
        "The %(rows)s rows of the Parquet file unpack to more than %(limit)s GB. Export fewer rows or columns."
    ),
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
