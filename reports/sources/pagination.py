"""Where the next page of an API is."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode

from reports.networks import led_to, origin_of, read_address, without
from reports.problems import Problem
from reports.sources.pages import found
from reports.sources.patience import Page

NONE, PAGE, OFFSET, CURSOR, LINK = "none", "page", "offset", "cursor", "link"
# A chain that is longer has no end, or is no way to read so much.
MOST_PAGES = 5000
LINKS = re.compile(r"<([^<>]*)>((?:[^,<\"]|\"[^\"]*\")*)")
RELATION = re.compile(r"""\brel\s*=\s*(?:"([^"]*)"|([^\s;,]+))""", re.IGNORECASE)


class Pages:
    """The addresses of one reading.

    settings: {"address", "parameters": [[name, value]], "pages": one of the above, "page_name": the parameter that
    turns pages, "first_page", "cursor": JMESPath}.
    """

    def __init__(self, settings: dict):
        self.settings, self.number, self.rows = settings, 1, 0
        self.address = self.first()
        self.seen = {self.address}

    def first(self) -> str:
        way, name = self.settings["pages"], self.settings["page_name"]
        start = {PAGE: [(name, self.settings["first_page"])], OFFSET: [(name, 0)]}.get(way, [])
        return self._with(start)

    def after(self, page: Page, rows: int, document: object) -> bool:
        """Whether there is another page after one with so many rows; then `address` is its address.

        `document`: the page's JSON, for a cursor.  Raises Problem `api_repeats`, `api_pages`, `http_onward`.
        """
        following = self._following(page, rows, document)
        if following is None:
            return False
        if following in self.seen:
            raise Problem("api_repeats", page=self.number)
        self.seen.add(following)
        self.number += 1
        if self.number > MOST_PAGES:
            raise Problem("api_pages", limit=MOST_PAGES)
        self.address = following
        return True

    def _following(self, page: Page, rows: int, document: object) -> str | None:
        self.rows += rows
        name = self.settings["page_name"]
        match self.settings["pages"]:
            # A page may have fewer rows than were asked for, so only one without any is the end.
            case "page" if rows:
                return self._with([(name, self.settings["first_page"] + self.number)])
            case "offset" if rows:
                return self._with([(name, self.rows)])
            case "cursor":
                return self._at(page, found(self.settings["cursor"], document))
            case "link":
                return next(_next_links(page), None)
        return None

    def _at(self, page: Page, cursor: object) -> str | None:
        """A cursor is a value of the parameter, or an address."""
        if cursor is None or cursor == "" or isinstance(cursor, (bool, list, dict)):
            return None
        if isinstance(cursor, str) and cursor.startswith(("http://", "https://", "/", "?")):
            return led_to(page.address, cursor).url
        return self._with([(self.settings["page_name"], cursor)])

    def _with(self, parameters: list[tuple]) -> str:
        return with_parameters(self.settings["address"], [*self.settings["parameters"], *parameters])


def with_parameters(address: str, parameters: list) -> str:
    """Raises Problem `http_address`, `http_credentials`."""
    target = read_address(address)
    query = "&".join(part for part in (target.query, urlencode([*map(tuple, parameters)])) if part)
    return target._replace(query=query or None).url


def with_secret_parameter(address: str, home: str, name: str, secret: str) -> str:
    """For the host that the secret is meant for, and no other; an address that came from there may have it already."""
    target = read_address(address)
    if origin_of(target) != origin_of(read_address(home)):
        return without(target, {name: secret}).url
    if name in dict(parse_qsl(target.query or "", keep_blank_values=True)):
        return address
    return with_parameters(address, [(name, secret)])


def _next_links(page: Page) -> Iterator[str]:
    for target, parameters in LINKS.findall(page.headers.get("Link", "")):
        relation = RELATION.search(parameters)
        if relation and "next" in (relation[1] or relation[2]).lower().split():
            yield led_to(page.address, target).url
