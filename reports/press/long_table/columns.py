"""How wide columns are.

No column is wider than its content needs, none is narrower than its longest word (or than its longest number: columns
that are aligned to the end of the line never wrap), and between the two all columns are as wide as one another. A width
in the CSS of a ``<col>`` stands. When the CSS gives the table a width, what is left over goes to all columns, in
proportion. When even the longest words do not fit, the widest columns give way first, texts before numbers.
"""

from typing import NamedTuple

from .forme import Forme
from .rows import Spool
from .type_case import UNITS, TypeCase

_SLACK = 1 / 64  # CSS pixels: sums of lengths must not come out a hair too small


class Need(NamedTuple):
    """What a column needs, in CSS pixels, padding and borders included."""

    least: float
    most: float
    keeps: bool  # never wraps


def widths(forme: Forme, spool: Spool) -> list[float]:
    """The width of each column, in CSS pixels. Sets ``wraps`` of the forme's cells."""
    inner = forme.available - forme.decoration - forme.spacing[0] * (forme.columns + 1)
    most = _most(forme, spool)
    needs = [Need(width, width, True) for width in most]
    if sum(most) > inner:
        words = _longest_words(forme, spool, most)
        needs = [
            Need(most[column] if _keeps(forme, column) else max(words[column], head), most[column], keeps)
            for column, (head, keeps) in enumerate(
                (_words_of_head(forme, column), _keeps(forme, column)) for column in range(forme.columns)
            )
        ]
    needs = [
        need if width is None else Need(width, width, True) for need, width in zip(needs, forme.fixed, strict=True)
    ]
    chosen = _share(needs, inner, forme.fills, forme.fixed)
    for kind in forme.kinds.values():
        for cell in kind.cells:
            room = sum(chosen[cell.column : cell.column + cell.span])
            cell.wraps = cell.span > 1 or room < most[cell.column]
    return chosen


def _most(forme: Forme, spool: Spool) -> list[float]:
    """The width of each column's widest text, when nothing wraps."""
    most = [case.measure(case.text(text)) / UNITS + sides for case, text, sides in forme.heads]
    cases = {key: [(c.column, c.case, c.left + c.right) for c in kind.cells] for key, kind in forme.kinds.items()}
    widest = {key: [0] * len(cells) for key, cells in cases.items()}
    measures = {key: [case.measure for _, case, _ in cells] for key, cells in cases.items()}
    spanning = {key for key, kind in forme.kinds.items() if any(cell.span > 1 for cell in kind.cells)}
    texts = {key: [case.text for _, case, _ in cells] for key, cells in cases.items()}
    for key, cells in spool:
        if key in spanning:
            continue
        known = widest[key]
        for index, text in enumerate(cells):
            if "  " in text or not text.isprintable():
                text = texts[key][index](text)
            width = measures[key][index](text)
            if width > known[index]:
                known[index] = width
    for key, cells in cases.items():
        if key not in spanning:
            for (column, _, sides), width in zip(cells, widest[key], strict=True):
                most[column] = max(most[column], width / UNITS + sides)
    return [width + _SLACK for width in most]


def _keeps(forme: Forme, column: int) -> bool:
    kinds = [kind.cells[column] for kind in forme.kinds.values() if len(kind.cells) == forme.columns]
    return any(cell.align == "end" or not cell.case.breaks_lines for cell in kinds)


def _words_of_head(forme: Forme, column: int) -> float:
    case, text, sides = forme.heads[column]
    return _longest(case, case.text(text)) / UNITS + sides + _SLACK


def _longest(case: TypeCase, text: str) -> int:
    return max(map(case.measure, text.split()), default=0)


def _longest_words(forme: Forme, spool: Spool, most: list[float]) -> list[float]:
    """The width of the longest word in each column that may wrap."""
    longest = [0.0] * forme.columns
    for key, cells in spool:
        styles = forme.kinds[key].cells
        if len(styles) != forme.columns:
            continue
        for style, text in zip(styles, cells, strict=True):
            column, sides = style.column, style.left + style.right
            if " " not in text and "\n" not in text:
                width = style.case.measure(style.case.text(text)) / UNITS + sides if text else 0
            else:
                width = _longest(style.case, style.case.text(text)) / UNITS + sides
            longest[column] = max(longest[column], width)
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
