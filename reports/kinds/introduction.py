"""The text before the data, in a little of Markdown: paragraphs, emphasis, lists and links.

Whatever else it holds is printed as it was written: HTML is text.
"""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

MOST_CHARACTERS = 4_000
SCHEMES = ("http:", "https:", "mailto:")
_RULES = ("emphasis", "link", "list", "newline", "escape")
_TAGS = {
    "paragraph": "p",
    "em": "em",
    "strong": "strong",
    "bullet_list": "ul",
    "ordered_list": "ol",
    "list_item": "li",
}

_markdown = MarkdownIt("zero").enable(list(_RULES))
# An address that is none of ours is text, brackets and all.
_markdown.validateLink = lambda address: address.strip().lower().startswith(SCHEMES)


def as_html(text: str) -> SafeString:
    """The text as HTML that has no tags but those above, and links to the web and to addresses of mail."""
    return mark_safe("".join(_pieces(_markdown.parse(text))))  # noqa: S308 (all that is not a tag of ours is escaped)


def _pieces(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        name, _, end = token.type.rpartition("_")
        if token.type == "inline":
            yield from _pieces(token.children or [])
        elif token.hidden:  # the one paragraph of an item
            continue
        elif name in _TAGS and end in ("open", "close"):
            yield f"<{'/' if end == 'close' else ''}{_TAGS[name]}>"
        elif token.type == "link_open":
            yield f'<a href="{escape(str(token.attrs["href"]))}">'
        elif token.type == "link_close":
            yield "</a>"
        elif token.type in ("softbreak", "hardbreak"):
            yield "<br>" if token.type == "hardbreak" else "\n"
        else:
            yield escape(token.content)
