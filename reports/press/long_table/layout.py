"""WeasyPrint's layout of a document, with what the press needs of its insides."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import Any
from xml.etree.ElementTree import Element

from cssselect2 import ElementWrapper
from weasyprint import CSS, DEFAULT_OPTIONS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.document import Document, Page
from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.html import get_html_metadata
from weasyprint.layout import LayoutContext, layout_document
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.layout.page import make_margin_boxes
from weasyprint.pdf import VARIANTS
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.text.fonts import FontConfiguration

# What every long table is set with, unless the document's own CSS says otherwise. WeasyPrint's own tables need the
# same rules to look the same.
STYLESHEET = """
:where(table[data-rows]) { font-kerning: none; font-variant-ligatures: none; overflow-wrap: anywhere }
:where(table[data-rows]) :where(tr) { break-inside: avoid }
:where(table[data-rows]) :where(tr.group) { break-after: avoid }
:where(table[data-rows]) :where(tr.subtotal, tr.total) { break-before: avoid; font-weight: bold }
:where(table[data-rows]) :where(tr.carried) { white-space: nowrap }
"""


@cache
def _own_sheet() -> CSS:
    return CSS(string=STYLESHEET)


@dataclass
class Layout:
    """A document that WeasyPrint has laid out."""

    context: Any
    boxes: list  # PageBox of each page
    _document: Callable[[list[Page]], Document]

    @cached_property
    def document(self) -> Document:
        """What is to be written. Its links and bookmarks lead to where the boxes are when this is first asked for."""
        return self._document([Page(box) for box in self.boxes])

    def margin_boxes(self, index: int, number: int, total: int) -> list:
        """The margin boxes of page ``index`` (from 0), as if it were page ``number`` of ``total``."""
        page, context = self.boxes[index], self.context
        state = copy.deepcopy(context.page_maker[index + 1][3])
        state[1].update(page=[number], pages=[total])
        context.current_page = index + 1
        made = list(make_margin_boxes(context, page, state))
        for box in made:
            layout_box_backgrounds(page, box, context.get_image_from_uri)
        return made

    def number(self, index: int) -> int:
        """The value of the page counter on page ``index`` (from 0)."""
        return self.context.page_maker[index + 1][3][1]["page"][0]


@dataclass
class Source:
    """A document to be laid out, again and again, while its tables change."""

    html: HTML
    stylesheets: list[CSS]
    font_config: FontConfiguration | None
    options: dict = field(default_factory=dict)

    def __post_init__(self):
        self.font_config = self.font_config or FontConfiguration()
        self.counter_style = CounterStyle()
        self.options = DEFAULT_OPTIONS | {"cache": {}} | self.options
        _, defaults = VARIANTS.get(self.options["pdf_variant"], (None, {}))
        self.options |= {name: value for name, value in defaults.items() if self.options.get(name) in (None, False)}
        # Sheets that come first lose against the document's own.
        self.sheets = [_own_sheet(), *self.stylesheets]

    def lay_out(self, css: str = "", total: int = 0) -> Layout:
        """Lay the document out with ``css`` added. ``total`` is what the counter of pages says, if not 0."""
        profiles: dict = {}
        context, root = self.build(css, profiles)
        known = {"total": total, "unwanted": _unwanted(context)}
        context.__class__ = type("Context", (_Context,), {"counters": type("Counters", (_Counters,), known)})
        return Layout(context, list(layout_document(self.html, root, context)), partial(self._document, profiles))

    def _document(self, profiles: dict, pages: list[Page]) -> Document:
        metadata = DocumentMetadata(**get_html_metadata(self.html))
        intent = self.options["output_intent"]
        document = Document(pages, metadata, self.html.url_fetcher, self.font_config, profiles, intent)
        document._html = self.html
        return document

    def build(self, css: str = "", profiles: dict | None = None) -> tuple[Any, Any]:
        """The document's boxes before they are laid out: (context, root)."""
        sheets = [*self.sheets, CSS(string=css, font_config=self.font_config)] if css else self.sheets
        options = self.options | {"stylesheets": sheets}
        profiles = {} if profiles is None else profiles
        context = Document._build_layout_context(self.html, self.font_config, self.counter_style, profiles, options)
        root = build_formatting_structure(
            self.html.etree_element,
            context.style_for,
            context.get_image_from_uri,
            self.html.base_url,
            context.target_collector,
            self.counter_style,
            context.footnotes,
        )
        return context, root

    def alone(self, root: Element) -> "Source":
        """The same styles for another tree of elements."""
        other = copy.copy(self)
        other.html = copy.copy(self.html)
        other.html.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        other.html.etree_element = root
        return other


def _unwanted(context) -> dict:
    """The total of pages, when no text needs it but that of margin boxes, which are made last."""
    for item in context.target_collector.counter_lookup_items.values():
        if any("pages" in names for names in (item.missing_counters, *item.missing_target_counters.values())):
            return {}
    return {"pages": None}


class _Context(LayoutContext):
    """A layout context with counters of our own."""

    counters: type
    _quoted: dict | None = None  # what texts say of their targets

    @property
    def page_maker(self) -> list:
        """What WeasyPrint knows of each page: the fourth item of each entry has the counters."""
        return self._page_maker

    @page_maker.setter
    def page_maker(self, entries: list) -> None:
        """WeasyPrint does so before the first page is laid out, and whenever all have been."""
        self._page_maker = type("Maker", (_Maker,), {"counters": self.counters})(entries)
        self._quote_pages()

    def _quote_pages(self) -> None:
        """Where a text says on which page something else is (as contents do), let it say so now, and have its page laid
        out again: WeasyPrint notices later, and lays it out once more."""
        collector = self.target_collector
        found = {name: item.cached_page_counter_values for name, item in collector.target_lookup_items.items()}
        if found == self._quoted:
            return
        self._quoted = found
        for (_, where), item in collector.counter_lookup_items.items():
            page = item.page_maker_index
            if where == "content" and item.missing_target_counters and page is not None and page < len(self.page_maker):
                item.parse_again(item.cached_page_counter_values)
                self.page_maker[page][-1]["content_changed"] = True


class _Maker(list):
    counters: type

    def append(self, entry: tuple) -> None:
        values = entry[3][1]
        if not isinstance(values, _Counters):
            first, scopes, groups = entry[3][0], entry[3][2], entry[3][3]
            entry = (*entry[:3], (first, self.counters(values), scopes, groups), *entry[4:])
        super().append(entry)


class _Counters(dict):
    """The counters of a page.  WeasyPrint lays pages out again when they have changed, and the total of pages, which it
    takes for 0 at first, always does: it changes nothing here when it is known beforehand, or unwanted."""

    total = 0
    unwanted: dict

    def __setitem__(self, name: str, values: list[int]) -> None:
        known = self.total and name == "pages" and values != [0]
        super().__setitem__(name, [self.total] if known else values)

    def __eq__(self, other) -> bool:
        return {**self, **self.unwanted} == {**other, **self.unwanted}

    def __ne__(self, other) -> bool:
        return not self == other


def tables_of(page, element) -> Iterator[tuple[Any, Any, Any]]:
    """The parts of the table ``element`` on a page, each with its wrapper and the box around that."""
    yield from _find(page, None, element)


def _find(box, parents, element) -> Iterator[tuple[Any, Any, Any]]:
    if isinstance(box, boxes.TableBox) and box.element is element:
        yield box, *parents
    elif isinstance(box, boxes.ParentBox):
        for child in box.children:
            yield from _find(getattr(child, "_box", child), (box, parents and parents[0]), element)


def way_to(box, goal) -> list:
    """The boxes from one box to another one in it, both included."""
    if box is goal:
        return [box]
    for child in box.children if isinstance(box, boxes.ParentBox) else ():
        if way := way_to(getattr(child, "_box", child), goal):
            return [box, *way]
    return []
