"""How wide columns are.

No column is wider than its content needs, none is narrower than its longest word (or than its longest number: columns
that are aligned to the end of the line never wrap), and between the two all columns are as wide as one another. A width
in the CSS of a ``<col>`` stands. When the CSS gives the table a width, what is left over goes to all columns, in
proportion. When even the longest words do not fit, the widest columns give way first, texts before numbers.
"""

from collections.abc import Sequence
from typing import NamedTuple

from .forme import Cell, Forme
from .rows import KEYS, Spool
from .type_case import UNITS, TypeCase

_SLACK = 1 / 64  # CSS pixels: sums of lengths must not come out a hair too small


class Need(NamedTuple):
    """What a column needs, in CSS pixels, padding and borders included."""

    least: float
    most: float
    keeps: bool  # never wraps


def widths(forme: Forme, spool: Spool, carried: Sequence[str] = ()) -> list[float]:
    """The width of each column, in CSS pixels. Sets ``wraps`` of the forme's cells.

    ``carried`` has the widest text of each cell of a carried line.
    """
    inner = forme.available - forme.decoration - forme.spacing[0] * (forme.columns + 1)
    widest = _widest(forme, spool)
    most = _widened(_most(forme, widest), forme, carried)
    needs = [Need(width, width, True) for width in most]
    if sum(most) > inner:
        keeps = [_keeps(forme, column) for column in range(forme.columns)]
        words = _widened(_longest_words(forme, spool, most, keeps), forme, carried)
        needs = [Need(*need) for need in zip(words, most, keeps, strict=True)]
    needs = [
        need if width is None else Need(width, width, True) for need, width in zip(needs, forme.fixed, strict=True)
    ]
    chosen = _share(needs, inner, forme.fills, forme.fixed)
    rooms = {cell: sum(chosen[cell.column : cell.column + cell.span]) for cell in widest}
    for cell, width in widest.items():
        room = rooms[cell] + forme.spacing[0] * (cell.span - 1) - cell.left - cell.right
        cell.wraps = width > int(room * UNITS)
    return chosen


def _widest(forme: Forme, spool: Spool) -> dict[Cell, int]:
    """The width of the widest text in each cell of each kind of row, in Pango units, when nothing wraps."""
    cells = {key: kind.cells for key, kind in forme.kinds.items()}
    getters = {key: [cell.case.advances.__getitem__ for cell in known] for key, known in cells.items()}
    widest = {key: [0] * len(known) for key, known in cells.items()}
    as_is = {key for key, known in cells.items() if spool.tidy and all(cell.case.is_plain for cell in known)}
    for key, texts in spool:
        if key not in as_is:
            texts = [cell.case.text(text) for cell, text in zip(cells[key], texts, strict=True)]
        known = widest[key]
        for index, (getter, text) in enumerate(zip(getters[key], texts, strict=True)):
            try:
                width = sum(map(getter, text))
            except KeyError:
                width = cells[key][index].case.measure(text)
            if width > known[index]:
                known[index] = width
    return {cell: width for key, known in cells.items() for cell, width in zip(known, widest[key], strict=True)}


def _most(forme: Forme, widest: dict[Cell, int]) -> list[float]:
    """The width of each column's widest text, padding and borders included."""
    most = [case.measure(case.text(text)) / UNITS + sides for case, text, sides in forme.heads]
    for cell, width in widest.items():
        if cell.span == 1:
            most[cell.column] = max(most[cell.column], width / UNITS + cell.left + cell.right)
    return [width + _SLACK for width in most]


def _widened(widths: list[float], forme: Forme, carried: Sequence[str]) -> list[float]:
    """Room for carried lines, which never wrap. The last of the columns that a text spans makes room for it."""
    if not carried:
        return widths
    widths = list(widths)
    cells = next(kind.cells for key, kind in forme.kinds.items() if KEYS[key].role == "carried")
    for cell, text in zip(cells, carried, strict=True):
        last = cell.column + cell.span - 1
        before = sum(widths[cell.column : last]) + forme.spacing[0] * (cell.span - 1)
        width = cell.case.measure(cell.case.line(text)) / UNITS + cell.left + cell.right + _SLACK
        widths[last] = max(widths[last], width - before)
    return widths


def _keeps(forme: Forme, column: int) -> bool:
    kinds = [
        kind.cells[column]
        for key, kind in forme.kinds.items()
        if len(kind.cells) == forme.columns and KEYS[key].role != "carried"
    ]
    return any(cell.align == "end" or not cell.case.breaks_lines for cell in kinds)


def _longest(case: TypeCase, text: str) -> int:
    return max(map(case.measure, text.split()), default=0)


def _longest_words(forme: Forme, spool: Spool, most: list[float], keeps: list[bool]) -> list[float]:
    """The width of the longest word in each column that may wrap, its heading included; of the others ``most``."""
    loose = [column for column in range(forme.columns) if not keeps[column] and forme.fixed[column] is None]
    longest = list(most)
    for column in loose:
        case, text, sides = forme.heads[column]
        longest[column] = _longest(case, case.text(text)) / UNITS + sides
    for key, cells in spool if loose else ():
        styles = forme.kinds[key].cells
        if len(styles) != forme.columns:
            continue
        for column in loose:
            case, sides = styles[column].case, styles[column].left + styles[column].right
            longest[column] = max(longest[column], _longest(case, case.text(cells[column])) / UNITS + sides)
    return [min(width + _SLACK, limit) for width, limit in zip(longest, most, strict=True)]


def _share(needs: list[Need], inner: float, fills: bool, fixed: list[float | None]) -> list[float]:
    least, most = [need.least for need in needs], [need.most for need in needs]
    if sum(least) > inner:
        firm = sum(need.least for need in needs if need.keeps)
        loose = [need for need in needs if not need.keeps]
        # Texts keep a tenth of an equal share each; when the numbers leave less than that, all columns give way.
        if loose and inner - firm > len(loose) * inner / len(needs) / 10:
            level = _level([0] * len(loose), [need.least for need in loose], inner - firm)
            return [need.least if need.keeps else min(need.least, level) for need in needs]
        level = _level([0] * len(needs), least, inner)
        return [min(width, level) for width in least]
    if sum(most) > inner:
        level = _level(least, most, inner)
        return [max(low, min(high, level)) for low, high in zip(least, most, strict=True)]
    open_columns = [column for column, width in enumerate(fixed) if width is None] or list(range(len(needs)))
    rest = (inner - sum(most)) / (sum(most[column] for column in open_columns) or 1) if fills else 0
    return [width * (1 + rest) if column in open_columns else width for column, width in enumerate(most)]


def _level(least: list[float], most: list[float], total: float) -> float:
    """The level where columns, each kept between its least and its most, fill the total."""
    low, high = 0.0, max(most)
    for _ in range(60):
        level = (low + high) / 2
        if sum(max(a, min(b, level)) for a, b in zip(least, most, strict=True)) > total:
            high = level
        else:
            low = level
    return low
