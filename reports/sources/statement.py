"""One statement that reads, as a person wrote it: what is in it besides quotations and comments."""

import re

from reports.problems import Problem

# Quotations and comments of all databases that are asked.  A backslash escapes only in MySQL; read so everywhere, a
# quotation ends at the same place or later, and what hides in it is refused by the database itself.
_APART = re.compile(r"""'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|`[^`]*`|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/""", re.DOTALL)
_READS = re.compile(r"[\s(]*(select|with|values|table)\b", re.IGNORECASE)
_NAMED = re.compile(r"(?<![:\w\\]):([a-zA-Z_]\w*)(?!:)")
# What MySQL does although it looks like a comment; it is not told apart from a quotation.
_HIDDEN = re.compile(r"/\*M?!")


def checked(sql: str) -> str:
    """A statement without the semicolon at its end.  Raises Problem unless it is one that reads.

    The databases refuse the same, each in its words; this is the first of two locks.
    """
    bare = _APART.sub(" ", sql)
    ended = bare.rstrip().rstrip(";").rstrip()
    if not ended.strip():
        raise Problem("query_empty")
    if ";" in ended:
        raise Problem("query_many")
    if not _READS.match(bare) or _writes_a_file(sql) or _HIDDEN.search(sql):
        raise Problem("query_writes")
    # Whatever follows the last semicolon is a comment.
    return without_end(sql)


def _writes_a_file(sql: str) -> bool:
    """Whether it may be MySQL's INTO OUTFILE or INTO DUMPFILE: comments may stand between, and 1.0INTO is two words."""
    target = sql.lower().partition("into")[2]
    return "outfile" in target or "dumpfile" in target


def without_end(sql: str) -> str:
    """A statement without the last semicolon that is none of a quotation or a comment."""
    apart = [match.span() for match in _APART.finditer(sql)]
    place = next(
        (
            place
            for place in range(len(sql) - 1, -1, -1)
            if sql[place] == ";" and not any(start <= place < end for start, end in apart)
        ),
        None,
    )
    return sql if place is None else sql[:place]


def names_in(sql: str) -> list[str]:
    """The parameters that a statement names, each once, in order."""
    return list(dict.fromkeys(_NAMED.findall(_APART.sub(" ", sql))))


def literal_apart(sql: str) -> str:
    """The same for SQLAlchemy, which would look for parameters in quotations and comments, too."""
    return _APART.sub(lambda match: match[0].replace(":", "\\:"), sql)
