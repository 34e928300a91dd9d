"""Whatever a table of text holds comes back, without the spaces around it, when its columns are said to be text."""

import csv
import io
import tempfile
from pathlib import Path

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.sources import file

# NUL is no text; the unit separator is what stands between the values of a single column.
LETTERS = st.one_of(
    st.sampled_from("ab 01,;|\t\"'\n\r-./é€"),
    st.characters(codec="utf-8", exclude_characters="\0\x1f", exclude_categories=["Cs"]),
)
# Letters that never make UTF-8 by accident.
CP1252 = st.sampled_from("ab 01,;|\t\"'\n\r-./éãçÕ")
ENCODINGS = {"utf-8": LETTERS, "utf-8-sig": LETTERS, "utf-16": LETTERS, "cp1252": CP1252}


@st.composite
def tables(draw):
    encoding = draw(st.sampled_from(list(ENCODINGS)))
    width = draw(st.integers(2, 5))
    cells = st.text(ENCODINGS[encoding], max_size=8)
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=12))
    return encoding, draw(st.sampled_from(",;\t|")), draw(st.sampled_from(["\n", "\r\n"])), rows


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_text_comes_back_as_it_was(table):
    encoding, delimiter, end, rows = table
    names = [f"column {number}" for number in range(len(rows[0]))]
    output = io.StringIO(newline="")
    writer = csv.writer(output, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([names, *rows])
    expected = [
        tuple(cell or None for cell in row) for row in ([cell.strip() for cell in row] for row in rows) if any(row)
    ]
    if not expected:
        return
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "source"), Path(folder, "target.parquet")
        source.write_bytes(output.getvalue().encode(encoding))
        told = dict.fromkeys(names, "text")
        file.read(
            source,
            "table.csv",
            target,
            sheet=None,
            types=told,
            progress=lambda done, total: None,
            max_cells=1,
            time_zone="UTC",
        )
        with duckdb.connect() as connection:
            assert connection.execute(f"SELECT * FROM '{target}'").fetchall() == expected
