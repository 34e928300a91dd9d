"""How the values of a column look, and that what was printed is read back exactly."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from reports import press
from reports.colours import OF_TEXT, contrast
from reports.columns import Column
from reports.kinds.cells import Numbers, printer_of
from reports.kinds.document import ASSETS
from reports.kinds.formats import Formats
from reports.kinds.looks import COLOURS, MARKS, Look, looks_of
from reports.kinds.registry import kind_named
from tests.kinds import making

FORMATS = {language: Formats(language, "UTC") for language in ("en", "pt-br")}
COLUMNS = (Column("Total", "decimal"), Column("Day", "date"), Column("Region", "text"), Column("A: b", "integer"))


def form_of(data, kind="listing"):
    return kind_named(kind).form(data, columns=COLUMNS)


def looks(text) -> list[dict]:
    form = form_of({"looks": text})
    assert form.is_valid(), form.error_lines()
    return form.options()["looks"]


def error(text, kind="listing") -> str:
    form = form_of({"looks": text}, kind)
    assert not form.is_valid()
    return " ".join(form.errors["looks"])


@pytest.mark.parametrize(
    ("look", "language", "value", "words"),
    [
        (Look("", currency="BRL"), "pt-br", "1234.5", "R$ 1.234,50"),
        (Look("", currency="BRL"), "pt-br", "-1234.5", "-R$ 1.234,50"),
        (Look("", currency="USD"), "en", "1234.5", "$1,234.50"),
        (Look("", currency="JPY"), "en", "1234", "¥1,234"),
        (Look("", currency="CHF"), "en", "5", "CHF 5.00"),
        (Look("", unit="kg", decimals=1), "en", "2.25", "2.3 kg"),
        (Look("", percent=True), "pt-br", "0.255", "25,5%"),
        (Look("", thousands="none"), "en", "1234567", "1234567"),
        (Look("", thousands="space"), "pt-br", "1234567.5", "1 234 567,5"),
    ],
)
def test_numbers_are_written_as_asked(look, language, value, words):
    decimals = max(0, -Decimal(value).as_tuple().exponent)
    assert Numbers(FORMATS[language], decimals, look).write(Decimal(value)) == words


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4),
    st.sampled_from(["en", "pt-br"]),
    st.builds(
        Look,
        st.just("x"),
        decimals=st.sampled_from([None, 4, 6]),
        thousands=st.sampled_from(["", "none", "space"]),
        unit=st.sampled_from(["", "kg", "m2", "-"]),
        percent=st.booleans(),
        empty=st.sampled_from(["", "n/a"]),
    )
    | st.builds(Look, st.just("x"), currency=st.sampled_from(["BRL", "USD", "CHF", "KWD"])),
    st.sampled_from(["", *MARKS.values()]),
)
def test_what_was_written_is_read_back_exactly(value, language, look, mark):
    numbers = Numbers(FORMATS[language], 4, look)
    assert numbers.read(f"{mark} {numbers.write(value)}".strip()) == value
    assert numbers.read(numbers.write(None)) is None


def test_a_look_is_written_as_text_and_survives_json():
    (look,) = looks(["Total: label=Net; currency=brl; decimals=2; good >= 1.000,50; bad < 0"])
    rules = [
        {"test": "at_least", "value": "1000.50", "tone": "good"},
        {"test": "less", "value": "0", "tone": "bad"},
    ]
    assert look == {"column": "Total", "label": "Net", "currency": "BRL", "decimals": 2, "rules": rules}
    look = {**look, "decimals": 0}
    again = form_of({"looks": json.loads(json.dumps([look]))})
    assert again.is_valid() and again.options()["looks"] == [look]


def test_a_look_is_posted_without_a_script():
    sent = QueryDict(mutable=True)
    for column, decimals, tones in (("Total", "1", ["bad", "", ""]), ("Region", "", ["good", "", ""])):
        sent.appendlist("look_column", column)
        for name in ("label", "thousands", "currency", "unit", "percent", "dates", "empty"):
            sent.appendlist(f"look_{name}", "")
        sent.appendlist("look_decimals", decimals)
        for tone in tones:
            sent.appendlist("look_tone", tone)
            sent.appendlist("look_test", "equals")
            sent.appendlist("look_value", "7" if tone else "")
    sent.appendlist("look_column", "")  # where another column can be chosen
    sent.setlist("columns", ["Total"])
    sent["orientation"], sent["standard"] = "auto", "ua-1"
    form = form_of(sent)
    assert form.is_valid(), form.errors
    assert looks_of(form.options())["Total"].decimals == 1
    assert [rule.tone for rule in looks_of(form.options())["Region"].rules] == ["good"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Gone: label=x", "There is no column “Gone” any more"),
        ("Total: currency=XXQ", "“Total”: “XXQ” is no currency"),
        ("Total: unit=kilogrammes per metre", "is too long for “Unit”"),
        ("Total: decimals=99", "“Total”: “99” decimals"),
        ("Total: colour=red", "“Total”: “colour=red” is none of"),
        ("Total: dates=iso", "“Dates” does not fit"),
        ("Region: currency=BRL", "“Currency” does not fit"),
        ("Total: currency=BRL; percent=yes", "either an amount of money or a percentage"),
        ("Total: empty=0", "must not look like a number"),
        ("Total: good >= much", "“much” is not a number"),
        ("Day: good > yesterday", "“yesterday” is not a date"),
        (["Total: unit=a", "Total: unit=b"], "“Total” is formatted twice"),
    ],
)
def test_what_is_wrong_is_said_with_the_column(text, words):
    assert words in error(text)


def test_a_column_may_have_any_name():
    assert looks("A: b: label=c")[0] == {"column": "A: b", "label": "c"}


def test_a_summary_colours_no_values():
    assert "does not print single values" in error("Total: bad < 0", "summary")


@pytest.mark.parametrize("tone", COLOURS)
def test_each_colour_can_be_read_and_has_a_mark_of_its_own(tone):
    assert contrast(COLOURS[tone]) >= OF_TEXT
    assert len(set(MARKS.values())) == len(MARKS) == len(COLOURS)


@pytest.mark.parametrize(
    ("column", "text", "value", "tone"),
    [
        ("Total", "Total: good > 5; warn > 3", Decimal("4"), "warn"),
        ("Total", "Total: good > 5", 5.0, ""),
        ("Total", "Total: accent is_empty", None, "accent"),
        ("Total", "Total: bad < 0", None, ""),
        ("Region", "Region: bad = north", "NORTH", "bad"),
        ("Day", "Day: warn <= 2025-01-31", date(2025, 1, 31), "warn"),
    ],
)
def test_the_first_rule_that_holds_colours_a_value(column, text, value, tone):
    known = next(known for known in COLUMNS if known.name == column)
    printer = printer_of(known, FORMATS["en"], 0, looks_of({"looks": looks(text)}))
    assert printer.tone(value) == tone


LOOKS = ["Total: label=Net; currency=BRL; bad < 0; good > 1000", "Day: dates=iso; empty=never", "No: unit=pcs"]


def test_a_coloured_listing_keeps_its_receipt(tmp_path):
    lines = making.lines(*_asked(tmp_path, {"looks": LOOKS, "totals": "Total"}), tmp_path)
    assert lines[1] == [["row", "", "", "", "good", ""], "3 pcs", "South", "Bia", "● R$1,234.56", "2025-02-01"]
    assert lines[3][-1] == "never" and lines[-1][-2] == "R$1,243.31"
    assert "Net" in (tmp_path / "rendered" / "document.html").read_text()


def _asked(folder, options, kind="listing", query=making.SALES):
    parquet = making.snapshot(folder, query)
    return making.spec_for(parquet, kind, options), parquet


def test_numbers_that_are_printed_rounded_are_added_up_as_they_are_printed(tmp_path):
    words = making.made(tmp_path, making.SALES, "listing", {"looks": "Total: decimals=0", "totals": "Total"})
    # 11 + 1,235 + 2 - 4 as printed, and the exact total rounded once.
    assert "Total 1,244" in words and "these pages: No 25 · Total 1244." in words.replace(",", "")


@pytest.mark.parametrize("standard", ["ua-1", "a-3u"])
def test_a_document_with_all_of_it_is_valid(tmp_path, standard):
    options = {
        "looks": LOOKS,
        "introduction": "A **list**:\n\n- [a](https://example.org)\n  1. b",
        "standard": standard,
    }
    facts, _folder = making.pdf(*_asked(tmp_path, options), tmp_path)
    assert facts["verdict"]["conforms"], facts["verdict"]["broken"]
    if standard == "a-3u":
        assert "1234.56" in (tmp_path / "rendered" / "data.csv").read_text()


def test_coloured_cells_stay_with_the_press(tmp_path):
    query = 'SELECT i AS "No", (i * 7919 % 2000 - 500)::DECIMAL(12, 2) AS "Total" FROM range(10000) AS t(i)'
    spec, parquet = _asked(tmp_path, {"looks": LOOKS[:1], "totals": "Total"}, query=query)
    making.document(replace(spec, language="pt-br"), parquet, tmp_path)
    target = tmp_path / "out.pdf"
    source = tmp_path / "rendered" / "document.html"
    facts = press.write_pdf(source, target, progress=making.quiet, assets=ASSETS, claim=press.Claim(most_tagged_rows=1))
    assert facts.handed_back == {}
    assert "● R$ 1.257,00" in pypdfium2.PdfDocument(target)[0].get_textpage().get_text_range()


def test_the_parts_of_a_summary_stand_in_the_order_that_was_asked_for(tmp_path):
    html = making.document(*_asked(tmp_path, {"parts": "rankings", "date": "Day"}, "summary"), tmp_path)
    places = [html.index(title) for title in ("Seller: the first", "Key figures</h2>", "over time</h2>")]
    assert places == sorted(places)


def test_an_order_that_is_none_is_refused():
    form = form_of({"parts": "charts"}, "summary")
    assert not form.is_valid() and "figures, series" in form.errors["parts"][0]


def test_a_summary_prints_names_and_formats(tmp_path):
    looks = ["Total: label=Net; currency=BRL", "Region: empty=(nowhere)"]
    options = {"looks": looks, "measure": "Total", "measures": "Total", "breakdowns": "Region"}
    words = making.made(tmp_path, making.SALES, "summary", options)
    assert "Sum of Net R$1,243.31" in words and "Net by Region" in words and "(nowhere)" in words
