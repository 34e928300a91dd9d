"""What can go wrong with databases, combinations and web addresses."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
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
    "refresh_held": _(
        "The data was read anew, but its columns have changed, so that it is held back until somebody decides on the "
        "page of the dataset. %(reason)s"
    ),
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
}
