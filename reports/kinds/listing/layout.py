"""How wide the columns of a listing are, on which page, in which size of type.

Widths are in units of the font size (em) until the size is chosen, then in points.
"""

from dataclasses import dataclass

from reports.paper import SIZES as SHEETS
from reports.paper import USUAL
from reports.problems import Problem

# On both sides, as `print.css` sets it.
MARGIN = 51.02
SIZES = (9, 8.5, 8, 7.5, 7, 6.5, 6)
# Below this size a page is turned before the type gets smaller.
COMFORTABLE = 8
# No page has room for more.
MOST_COLUMNS = 60
# Between two columns: as it should be, and where many columns need the room.
PADDING, TIGHT_PADDING = 1.5, 0.7
# A text column is never wider than it takes to read well, unless there is room to spare; a word may be broken when it
# is longer than this.
LONGEST_TYPICAL, LONGEST_WORD, LONGEST_HEADING_WORD = 18.0, 7.0, 4.5
# Room to spare that a column takes beyond what its longest value needs.
SLACK = 12.0


@dataclass(frozen=True)
class Needs:
    """What a column needs: `least`, below which values break badly; `typical`, at which most of them stay on one
    line; `most`, at which all of them do."""

    least: float
    typical: float
    most: float


@dataclass(frozen=True)
class Layout:
    """`size` and `widths` are in points, `padding` in em."""

    orientation: str
    size: float
    padding: float
    widths: list[float]


def needs_of_numbers(width: float, heading: float, heading_word: float) -> Needs:
    """A column whose values are never broken: `width` is the widest of them, the others are the heading's."""
    least = max(width, min(heading_word, LONGEST_HEADING_WORD))
    return Needs(least, max(least, heading_word), max(least, heading))


def needs_of_text(longest: float, typical: float, word: float, heading: float, heading_word: float) -> Needs:
    least = max(min(word, LONGEST_WORD), min(heading_word, LONGEST_HEADING_WORD))
    typical = max(least, heading_word, min(typical, LONGEST_TYPICAL))
    return Needs(least, typical, max(longest, heading, typical))


def lay_out(needs: list[Needs], orientation: str, *, asked: int, paper: str = USUAL) -> Layout:
    """The largest type, upright if possible, in which the columns fit.

    `needs` may stop at MOST_COLUMNS of the `asked` ones.  Raises Problem `too_many_columns`.
    """
    page_widths = page_widths_of(paper)
    pages = ("portrait", "landscape") if orientation == "auto" else (orientation,)
    typical = sum(need.typical + PADDING for need in needs)
    least = sum(need.least + TIGHT_PADDING for need in needs)
    roomy = [(page, size) for page in pages for size in SIZES if size >= COMFORTABLE]
    tight = [(pages[-1], size) for size in SIZES]
    if asked <= MOST_COLUMNS:
        for width, padding, choices in (
            (typical, PADDING, roomy),
            (typical, PADDING, tight),
            (least, TIGHT_PADDING, tight),
        ):
            for page, size in choices:
                if width * size <= page_widths[page]:
                    return Layout(page, size, padding, _shared_out(needs, page_widths[page], size, padding))
    raise Problem("too_many_columns", asked=asked, fit=_fitting(needs, page_widths[pages[-1]] / SIZES[-1]))


def page_widths_of(paper: str) -> dict[str, float]:
    """How wide the text of a page is, in points."""
    width, height = SHEETS[paper]
    return {"portrait": width - 2 * MARGIN, "landscape": height - 2 * MARGIN}


def _shared_out(needs: list[Needs], page_width: float, size: float, padding: float) -> list[float]:
    """Everybody gets the least, then what is left goes to the typical widths, then to the longest values."""
    widths = [need.least for need in needs]
    room = page_width / size - sum(widths) - padding * len(needs)
    for goals in ([n.typical for n in needs], [n.most for n in needs], [n.most + SLACK for n in needs]):
        wishes = [goal - given for goal, given in zip(goals, widths, strict=True)]
        share = min(1.0, room / sum(wishes)) if sum(wishes) > 0 else 0.0
        widths = [given + wish * share for given, wish in zip(widths, wishes, strict=True)]
        room -= sum(wishes) * share
    return [round((width + padding) * size, 2) for width in widths]


def _fitting(needs: list[Needs], width: float) -> int:
    for count, need in enumerate(needs):
        width -= need.least + TIGHT_PADDING
        if width < 0:
            return count
    return len(needs)
