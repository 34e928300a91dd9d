import io
import json
from decimal import Decimal

import pytest

from reports.sources import json_rows


def test_a_list_of_objects_is_a_table(read):
    snapshot = read('[{"a": 1, "b": "x"}, {"a": 2, "b": null}]', "data.json")
    assert (snapshot.names, snapshot.rows) == (["a", "b"], [(1, "x"), (2, None)])


def test_keys_of_all_objects_are_columns(read):
    snapshot = read('[{"a": 1}, {"c": 3, "a": 2}, {}, {"b": "x\\ny"}]')
    assert (snapshot.names, snapshot.rows) == (["a", "c", "b"], [(1, None, None), (2, 3, None), (None, None, "x\ny")])


@pytest.mark.parametrize("end", ["\n", "\r\n", " ", "\n\n"])
def test_objects_after_one_another_are_json_lines(read, end):
    assert read(end.join(['{"a": 1}', '{"a": 2}', ""]), "data.jsonl").rows == [(1,), (2,)]


def test_one_object_alone_is_one_row(read):
    assert read('{"a": 1, "tags": []}').rows == [(1, "[]")]


def test_the_list_inside_an_object_is_found(read):
    content = '{"count": 2, "errors": [], "page": {"n": 1}, "data": [{"a": 1}, {"a": 2}], "next": null}'
    assert read(content).rows == [(1,), (2,)]


def test_a_long_list_inside_an_object_is_read_in_pieces(read, monkeypatch):
    monkeypatch.setattr(json_rows, "CHUNK", 64)
    rows = [{"n": n, "text": "é" * (n % 90), "inner": {"list": [n, n + 0.5]}} for n in range(500)]
    for content in (rows, {"before": "x" * 500, "total": 12345, "rows": rows, "after": [1] * 200}):
        snapshot = read(json.dumps(content, indent=1, ensure_ascii=False))
        assert snapshot.column("n") == list(range(500))
        assert snapshot.column("inner.list")[7] == "[7, 7.5]"
    assert read("\n".join(map(json.dumps, rows))).column("n") == list(range(500))


@pytest.mark.parametrize("chunk", range(1, 40))
def test_the_text_may_be_cut_anywhere(monkeypatch, chunk):
    monkeypatch.setattr(json_rows, "CHUNK", chunk)
    content = io.StringIO('{"total": 1234567, "ok": true, "rows": [{"n": 12.5, "é": "\\u00e9"}], "last": -1e5}')
    assert list(json_rows.rows_of(content)) == [{"n": "12.5", "é": "é"}]


def test_objects_inside_objects_become_columns_and_lists_stay_json(read):
    snapshot = read(
        '[{"a": {"city": "São Paulo", "geo": {"at": {"lat": 1.50}}}, "tags": ["x", "é", 2e3, true, {"b": null}]}]'
    )
    assert snapshot.names == ["a.city", "a.geo.at.lat", "tags"]
    assert snapshot.rows == [("São Paulo", Decimal("1.50"), '["x", "é", 2e3, true, {"b": null}]')]


def test_objects_without_a_bottom_become_columns_to_a_depth_and_stay_json_below(read):
    deep = '{"x": ' * 400 + "1" + "}" * 400
    snapshot = read(f'[{{"a": {deep}, "b": 2}}]')
    assert snapshot.names == ["a.x.x.x.x.x.x.x", "b"]
    assert snapshot.rows[0][0].startswith('{"x": {"x": ')


def test_a_value_that_is_an_object_in_another_row_has_columns_of_its_own(read):
    snapshot = read('[{"a": 1, "b": {"c": 2}}, {"a": {"b": {"c": 3}}, "b": 4}]')
    assert (snapshot.names, snapshot.rows) == (["a", "b.c", "a.b.c", "b"], [(1, 2, None, None), (None, None, 3, 4)])


def test_numbers_are_exact(read):
    content = '[{"n": 9007199254740993, "big": 12345678901234567890, "d": 0.12345678901234567890, "e": 1.5e3}]'
    assert read(content).rows == [
        (9007199254740993, Decimal("12345678901234567890"), Decimal("0.12345678901234567890"), 1500)
    ]


def test_numbers_keep_their_characters_as_text(read):
    assert read('[{"n": 1.50}, {"n": 2}]', types={"n": "text"}).rows == [("1.50",), ("2",)]


def test_a_number_is_not_taken_for_thousands(read):
    snapshot = read('[{"n": 1.234, "s": "1,5"}, {"n": 12.345, "s": "2,75"}]')
    assert snapshot.rows[0] == (Decimal("1.234"), Decimal("1.50"))


def test_strings_are_read_like_text(read):
    assert read('[{"zip": "007", "day": "2025-02-01", "ok": true}]').types == {
        "zip": "text",
        "day": "date",
        "ok": "boolean",
    }


def test_names_that_differ_in_case_are_two_columns(read):
    assert read('[{"Name": "x", "name": "y"}]').names == ["Name", "name (2)"]


def test_nul_characters_and_half_characters_do_not_survive(read):
    assert read('[{"a": "x\\u0000y", "b": "\\ud800z"}]').rows == [("xy", "?z")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_json_of_other_encodings_is_read(read, encoding):
    assert read('[{"a": "é"}]'.encode(encoding)).rows == [("é",)]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('[{"a": 1},\n{"a": }]', 2),
        ('[{"a": 1},\n\n{"a": 2}', 3),
        ('[{"a": 1}]\nx', 2),
        ('{"a": 1}\n{"a": 2}\n{"a"\n', 4),
        ('{"data": [{"a": 1}\n {"a": 2}]}', 2),
        ('[{"a": ' + "[" * 100_000 + "]", 1),
    ],
)
def test_broken_json_names_the_line(problem, content, line):
    error = problem(content, "data.json")
    assert (error.code, error.params) == ("json_broken", {"line": line})


@pytest.mark.parametrize("content", ["5", '"text"', '{"a": [1, 2], "b": {"c": [{}]}} '.replace("{", "{", 1), "null"])
def test_json_without_rows_is_refused(problem, content):
    if content.startswith("{"):
        content = '{"pad": "' + "x" * (2 << 20) + '", "a": [1, 2]}'
    assert problem(content, "data.json").code == "json_shape"


def test_an_item_that_is_no_object_is_named(problem):
    assert problem('[{"a": 1}, 5]').params == {"row": 2}
    assert problem("[[1, 2], [3, 4]]").code == "json_row"


def test_lists_inside_lists_without_end_are_told(problem):
    deep = '[{"a": 1}, {"a": ' + "[" * 900 + "]" * 900 + "}]"
    assert (problem(deep).code, problem(deep).params) == ("json_value", {"row": 2})


def test_two_lists_are_named(problem):
    error = problem('{"a": [{"x": 1}], "b": [{"x": 2}]}')
    assert (error.code, error.params) == ("json_lists", {"first": "a", "second": "b"})


@pytest.mark.parametrize("content", ["[]", "[{}]", '[{"a": null}, {"a": ""}]'])
def test_json_without_values_has_no_rows(problem, content):
    assert problem(content).code == "file_no_rows"


def test_an_endless_item_is_refused(problem, monkeypatch):
    monkeypatch.setattr(json_rows, "LONGEST_ROW", 1 << 20)
    error = problem('[{"a": 1},\n{"a": "' + "x" * (5 << 20) + '"}]')
    assert (error.code, error.params) == ("json_row_too_long", {"line": 2})


def test_too_many_keys_are_refused(problem):
    keys = {f"k{n}": 1 for n in range(6000)}
    assert problem(json.dumps([keys])).code == problem(json.dumps([{"a": {"b": keys}}])).code == "file_columns"


def test_keys_that_look_alike_are_columns_of_their_own(read):
    snapshot = read('[{"a.b.c": 1, "a": {"b": {"c": 2}, "b.c": 3}}]', "data.json")
    assert (snapshot.names, snapshot.rows) == (["a.b.c", "a.b.c (2)", "a.b.c (3)"], [(1, 2, 3)])


@pytest.mark.parametrize("name", ["data.jsonl", "data.NDJSON"])
def test_the_one_line_of_json_lines_is_a_row(read, name):
    snapshot = read('{"id": 1, "items": [{"n": 2}, {"n": 3}]}', name)
    assert snapshot.rows == [(1, '[{"n": 2}, {"n": 3}]')]
