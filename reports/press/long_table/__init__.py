"""Documents with long tables, set at press speed. WeasyPrint is the engine: it decides what everything looks like."""

from .layout import STYLESHEET
from .press import Facts, write_pdf
from .rows import Row
from .tables import TooManyRows
from .tally import Carrying, Tally

__all__ = ["STYLESHEET", "Carrying", "Facts", "Row", "Tally", "TooManyRows", "write_pdf"]
