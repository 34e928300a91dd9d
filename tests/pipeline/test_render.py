"""No content of a cell becomes markup, a link or a fetch."""

import re

import pytest

from tests.kinds.making import document, lines, made, snapshot, spec_for

HOSTILE = (
    "<img src=http://127.0.0.1:9/x.png>",
    "<link rel=attachment href=file:///etc/passwd>",
    "</td></table><style>@import url(http://127.0.0.1:9/x.css)</style>",
    "<!-- rows -->",
    "&lt;b&gt;",
    '"; } </style><base href=file:///etc/>',
    "<svg><image href='file:///etc/passwd'/></svg>",
)


def hostile_query(name: str = "Text") -> str:
    values = ", ".join("'" + text.replace("'", "''") + "'" for text in HOSTILE)
    return f'SELECT unnest([{values}]) AS "{name}", unnest(range({len(HOSTILE)})) AS "No"'


def assert_printed(text: str) -> None:
    """Long ones are broken into lines."""
    printed = re.sub(r"\s", "", text)
    for hostile in HOSTILE:
        assert re.sub(r"\s", "", hostile) in printed


@pytest.mark.parametrize("group", ["", "Text"])
def test_hostile_cells_are_printed_as_they_are(tmp_path, group):
    text = made(tmp_path, hostile_query(), "listing", {"group": group}, title=HOSTILE[0])
    assert_printed(text)


def test_hostile_names_are_printed_as_they_are(tmp_path):
    name = HOSTILE[2].replace("'", "")
    parquet = snapshot(tmp_path, hostile_query(name))
    options = {"group": name, "filters": [{"column": name, "test": "not_equals", "value": HOSTILE[5]}]}
    html = document(spec_for(parquet, "listing", options, title=HOSTILE[5]), parquet, tmp_path)
    ours = "html head meta title style body header h1 div p span br table colgroup col thead tbody tr th td small"
    assert set(re.findall(r"<(\w+)", html)) <= set(ours.split())


def test_hostile_labels_of_charts_are_printed_as_they_are(tmp_path):
    options = {"breakdowns": "Text", "rankings": "Text", "measure": "No", "top": 10}
    text = made(tmp_path, hostile_query(), "summary", options, title=HOSTILE[1])
    assert_printed(text)


def test_a_line_break_in_a_cell_is_a_line_break(tmp_path):
    parquet = snapshot(tmp_path, "SELECT 'one' || chr(10) || 'two' AS a")
    assert lines(spec_for(parquet, "listing"), parquet, tmp_path) == [["row", "one\ntwo"]]
