"""Data from web addresses: a real server that answers well, and badly in every way."""

import gzip
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from pathlib import Path

import duckdb
import pytest

from reports.problems import Problem
from reports.sources import Limits, api, pages, patience
from tests import http_server

SETTINGS = {
    "parameters": [],
    "headers": [],
    "body": "",
    "token": "",
    "token_name": "",
    "format": "json",
    "rows": "",
    "pages": "none",
    "page_name": "",
    "first_page": 1,
    "cursor": "",
}
LIMITS = Limits(rows=1_000_000, bytes=50 << 20, seconds=30)


@pytest.fixture(autouse=True)
def _retries_come_quickly(monkeypatch):
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.01)


@pytest.fixture
def read(server, tmp_path):
    """`read(path, **settings)`: the facts and the rows."""
    numbers = count(1)

    def read(path: str = "/data", *, limits: Limits = LIMITS, secret: str = "", previous=None, types=None, **settings):
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        read.folder = folder
        address = path if path.startswith("http") else server.at(path)
        facts = api.read(
            {**SETTINGS, "address": address, **settings},
            folder / "data.parquet",
            progress=lambda done, total: None,
            limits=limits,
            types=types or {},
            time_zone="UTC",
            secret=secret,
            previous=previous,
        )
        return facts, rows_of(folder)

    return read


@pytest.fixture
def problem_of(read):
    """Why a reading fails; it leaves nothing behind."""

    def problem_of(*args, **more) -> Problem:
        with pytest.raises(Problem) as caught:
            read(*args, **more)
        assert not list(read.folder.iterdir())
        assert str(caught.value)
        return caught.value

    return problem_of


def rows_of(folder: Path) -> list[tuple]:
    return duckdb.sql(f"SELECT * FROM '{folder}/data.parquet'").fetchall()


def say(server, path: str, value: object, **headers: str) -> None:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    server.answers[path] = lambda request: request.say(body, **headers)


def in_pages(server, pages: list[list], *, parameter: str, number=lambda value: value - 1) -> None:
    """`number`: from the value of the parameter to the place in `pages`; beyond, there are no rows."""

    def answer(request):
        value = int(parameters_of(request).get(parameter, 1))
        place = number(value)
        request.say(json.dumps({"data": pages[place] if place < len(pages) else []}).encode())

    server.answers["/data"] = answer


def parameters_of(request) -> dict[str, str]:
    return dict(part.split("=") for part in request.path.partition("?")[2].split("&") if part)


def test_json_has_the_types_that_a_file_would_have(server, read):
    text = b'[{"id": "007", "when": "2025-02-01", "sum": 1.50, "place": {"city": "Rio"}}, {"id": "8", "more": true}]'
    say(server, "/data", text)
    facts, rows = read()
    types = {column["name"]: column["type"] for column in facts["columns"]}
    assert types == {"id": "text", "when": "date", "sum": "decimal", "place.city": "text", "more": "boolean"}
    assert [row[0] for row in rows] == ["007", "8"]
    assert (facts["rows"], facts["bytes"]) == (2, (read.folder / "data.parquet").stat().st_size)
    assert server.asked[0].headers["Accept"] == "application/json"


def test_numbers_keep_their_digits_where_a_path_looks_for_the_rows(server, read):
    say(server, "/data", b'{"a": {"b": [{"n": 12345678901234567890.10, "s": "x"}, {"n": 2, "s": "y"}]}}')
    assert str(read(rows="a.b[?n > `2`]")[1][0][0]) == "12345678901234567890.10"
    assert read(rows="a.b")[0]["rows"] == 2


def test_json_lines(server, read):
    say(server, "/data", b'{"a": 1}\n{"a": 2, "b": {"c": 3}}\n')
    assert read(format="lines")[1] == [(1, None), (2, 3)]


def test_csv(server, read):
    say(server, "/data", "nome;valor\nAção;1,5\n".encode())
    facts, rows = read(format="csv")
    assert [column["type"] for column in facts["columns"]] == ["text", "decimal"]
    assert rows[0][0] == "Ação"


def test_corrections_of_types_are_kept(server, read):
    say(server, "/data", [{"a": 1}])
    assert read(types={"a": "text"})[0]["columns"] == [{"name": "a", "type": "text"}]


def test_what_is_asked(server, read):
    say(server, "/data", [{"a": 1}])
    read("/data?fixed=1", parameters=[["q", "é &"], ["q", "2"]], headers=[["X-Version", "3"]], body='{"all": true}')
    (request,) = server.asked
    assert (request.command, request.body) == ("POST", b'{"all": true}')
    assert request.path == "/data?fixed=1&q=%C3%A9+%26&q=2"
    assert (request.headers["X-Version"], request.headers["Content-Type"]) == ("3", "application/json")


def test_a_token_goes_into_a_header_or_a_parameter(server, read):
    say(server, "/data", [{"a": 1}])
    read(token="header", token_name="Authorization", secret="Bearer x")
    read(token="parameter", token_name="key", secret="x&y")
    assert server.asked[0].headers["Authorization"] == "Bearer x"
    assert server.asked[1].path == "/data?key=x%26y"


@pytest.mark.parametrize("token", ["header", "parameter"])
def test_a_token_does_not_follow_a_link_to_another_host(server, read, token):
    with http_server.running() as other:
        say(server, "/data", [{"a": 1}], Link=f'<{other.at("/more")}>; rel="next"')
        say(other, "/more", [{"a": 2}], Link=f'<{server.at("/last")}>; rel="next"')
        say(server, "/last", [{"a": 3}])
        assert len(read(pages="link", token=token, token_name="Key", secret="s")[1]) == 3
        (elsewhere,) = other.asked
    assert "Key" not in elsewhere.headers and "Key" not in elsewhere.path
    for request in server.asked:
        assert request.headers["Key"] == "s" or request.path.endswith("?Key=s")


@pytest.mark.parametrize("lead", ["Link", "Location"])
def test_a_token_in_a_parameter_is_not_sent_along_to_another_host(server, read, lead):
    with http_server.running() as other:

        def answer(request):
            there = other.at("/more?" + request.path.partition("?")[2])
            if lead == "Location":
                return request.say(status=302, Location=there)
            request.say(b'[{"a": 1}]', Link=f'<{there}>; rel="next"')

        server.answers["/data"] = answer
        say(other, "/more", [{"a": 2}])
        read("/data?page=1", pages="link", token="parameter", token_name="key", secret="s3cret")
        assert server.asked[0].path == "/data?page=1&key=s3cret"
        assert [request.path for request in other.asked] == ["/more?page=1"]


@pytest.mark.parametrize("lead", ["Link", "cursor", "Location"])
def test_a_server_that_leads_nowhere_is_told_without_the_token(server, problem_of, lead):
    body = json.dumps({"data": [{"a": 1}], "next": "/a b"}).encode()
    headers = {"Link": {"Link": '<#a b>; rel="next"'}, "cursor": {}, "Location": {"status": 302, "Location": "#a b"}}
    server.answers["/data"] = lambda request: request.say(body, **headers[lead])
    more = {"pages": "link"} if lead == "Link" else {"pages": "cursor", "page_name": "after", "cursor": "next"}
    problem = problem_of(rows="data", token="parameter", token_name="key", secret="s3cret", **more)
    assert problem.as_json() == {"code": "http_onward", "params": {"host": "127.0.0.1"}}


def test_pages_by_number(server, read):
    in_pages(server, [[{"a": 1}, {"a": 2}], [{"a": 3}], [{"a": 4}]], parameter="page")
    assert read(pages="page", page_name="page")[1] == [(1,), (2,), (3,), (4,)]


def test_pages_by_number_from_zero(server, read):
    in_pages(server, [[{"a": 1}], [{"a": 2}]], parameter="p", number=lambda value: value)
    assert read(pages="page", page_name="p", first_page=0)[1] == [(1,), (2,)]


def test_pages_by_offset_go_on_where_the_server_ended(server, read):
    """It gives fewer rows than it was asked for, as a server with a largest page does."""
    everything = [{"a": number} for number in range(7)]

    def answer(request):
        start = int(parameters_of(request)["offset"])
        request.say(json.dumps(everything[start : start + 3]).encode())

    server.answers["/data"] = answer
    assert read("/data?limit=100", pages="offset", page_name="offset")[1] == [(number,) for number in range(7)]


@pytest.mark.parametrize("cursor", ["value", "number", "address", "path"])
def test_pages_by_cursor(server, read, cursor):
    following = {"value": "b c", "number": 17, "address": server.at("/data?after=17"), "path": "/data?after=17"}[cursor]
    first = {"items": [{"a": 1}], "meta": {"next": following}}
    last = {"items": [{"a": 2}], "meta": {"next": None}}
    server.answers["/data"] = lambda request: request.say(
        json.dumps(last if "after" in request.path else first).encode()
    )
    assert read(pages="cursor", page_name="after", cursor="meta.next", rows="items")[1] == [(1,), (2,)]
    assert server.asked[1].path == ("/data?after=b+c" if cursor == "value" else "/data?after=17")


def test_pages_by_link(server, read):
    say(server, "/data", [{"a": 1}], Link='</first>; rel="first", </data,2>; title="x, y"; rel="last next"')
    say(server, "/data,2", [{"a": 2}], Link="</data>; rel=prev")
    assert read(pages="link")[1] == [(1,), (2,)]


def test_pages_of_csv_have_one_header(server, read):
    say(server, "/data", b"a,b\n1,x\n2,y", Link="</2>; rel=next")
    say(server, "/2", b"\xef\xbb\xbfa,b\r\n3,z\r\n")
    assert read(format="csv", pages="link")[1] == [(1, "x"), (2, "y"), (3, "z")]


def test_pages_of_csv_with_other_columns_are_told(server, problem_of):
    say(server, "/data", b"a,b\n1,x\n", Link="</2>; rel=next")
    say(server, "/2", b"a,c\n3,z\n")
    assert problem_of(format="csv", pages="link").code == "api_header"


def test_columns_that_come_on_a_later_page(server, read):
    in_pages(server, [[{"a": 1}], [{"b": 2}]], parameter="page")
    assert read(pages="page", page_name="page")[1] == [(1, None), (None, 2)]


def test_a_cursor_that_repeats_is_told(server, problem_of):
    say(server, "/data", {"data": [{"a": 1}], "next": "again"})
    problem = problem_of(pages="cursor", page_name="cursor", cursor="next")
    assert (problem.code, problem.params["page"]) == ("api_repeats", 2)
    assert len(server.asked) == 2


def test_a_link_in_a_circle_is_told(server, problem_of):
    say(server, "/data", [{"a": 1}], Link="</2>; rel=next")
    say(server, "/2", [{"a": 1}], Link="</data>; rel=next")
    assert problem_of(pages="link").code == "api_repeats"


def test_a_server_that_does_not_turn_pages_is_told(server, problem_of):
    say(server, "/data", [{"a": 1}])
    assert problem_of(pages="page", page_name="page").code == "api_same_page"
    assert len(server.asked) == 2


def test_a_chain_without_an_end_is_left(server, problem_of, monkeypatch):
    monkeypatch.setattr("reports.sources.pagination.MOST_PAGES", 20)
    numbers = count()
    server.answers["/data"] = lambda request: request.say(b'{"data": [{"a": 1}], "next": "%d"}' % next(numbers))
    assert problem_of(pages="cursor", page_name="cursor", cursor="next").code == "api_pages"
    assert len(server.asked) == 20


def test_rows_bytes_and_seconds_are_limited_over_all_pages(server, problem_of):
    pages = [[{"a": number, "b": "x" * 500}] * 100 for number in range(50)]
    in_pages(server, pages, parameter="page")
    turning = {"pages": "page", "page_name": "page"}
    assert problem_of(limits=Limits(1000, 50 << 20, 30), **turning).code == "source_rows"
    assert problem_of(limits=Limits(10**6, 1 << 20, 30), **turning).code == "source_bytes"
    server.answers["/data"] = lambda request: server.ended.wait(5)
    assert problem_of(limits=Limits(10**6, 1 << 20, 0.3)).code == "api_slow"


def test_csv_with_too_many_rows_is_told(server, problem_of):
    say(server, "/data", b"a\n1\n2\n3\n")
    assert problem_of(format="csv", limits=Limits(2, 50 << 20, 30)).code == "source_rows"


def test_an_answer_without_an_end_is_left(server, problem_of):
    def forever(request):
        request.begin(Transfer_Encoding="chunked")
        while True:
            request.chunk(b'{"a": 1}\n' * 10_000)

    server.answers["/data"] = forever
    assert problem_of(format="lines", limits=Limits(10**9, 1 << 20, 30)).code == "source_bytes"


@pytest.mark.parametrize("start", [b"<!DOCTYPE html><title>Sign in</title>", b"\n <html>"])
@pytest.mark.parametrize("kind", ["json", "lines", "csv"])
def test_a_web_page_instead_of_data_is_told(server, problem_of, kind, start):
    say(server, "/data", start, Content_Type="text/html")
    assert problem_of(format=kind).code == "api_html"


def test_xml_instead_of_data_is_told(server, problem_of):
    say(server, "/data", b"<?xml version='1.0'?><a/>")
    assert problem_of().code == "api_xml"


@pytest.mark.parametrize("path", ["", "data"])
def test_json_that_is_not_utf8_is_told(server, problem_of, path):
    say(server, "/data", '{"data": [{"a": "ação"}]}'.encode("latin-1"))
    assert problem_of(rows=path).code == "api_encoding"


@pytest.mark.parametrize("path", ["", "data"])
@pytest.mark.parametrize("text", [b'{"data": [{"a": 1},\n{"a": ', b'{"data": [{"a": 1}],\n oops}'])
def test_broken_json_is_told_with_its_place(server, problem_of, text, path):
    say(server, "/data", text)
    problem = problem_of(rows=path)
    assert (problem.code, problem.params) == ("api_json", {"page": 1, "line": 2})


@pytest.mark.parametrize(
    ("value", "more", "code"),
    [
        ({"error": "no"}, {}, "api_shape"),
        ({"a": [{"x": 1}], "b": [{"y": 1}]}, {}, "api_lists"),
        ("text", {}, "api_shape"),
        ([1, 2], {}, "json_row"),
        ([], {}, "api_no_rows"),
        ({"data": []}, {}, "api_no_rows"),
        ({"data": []}, {"rows": "data"}, "api_no_rows"),
        (b"", {}, "api_no_rows"),
        (b"", {"format": "csv"}, "api_no_rows"),
        (b"a,b\n", {"format": "csv"}, "api_no_rows"),
        ({"data": [{"a": 1}]}, {"rows": "rows"}, "api_no_rows_at"),
        ({"data": [{"a": 1}]}, {"rows": "data[0].a"}, "api_no_rows_at"),
        ({"data": 1}, {"rows": "length(data)"}, "api_path"),
    ],
)
def test_other_shapes_are_told(server, problem_of, value, more, code):
    say(server, "/data", value)
    assert problem_of(**more).code == code


@pytest.mark.parametrize("path", ["", "[@]", "data", "[{a: data}]", "[{a: &b}]"])
def test_json_without_a_bottom_is_told(server, read, path):
    """At every depth, of which some can be parsed and not written."""
    for depth in (300, 460, 470, 480, 490, 900, 5000):
        say(server, "/data", b'{"data": [' + b"[" * depth + b"]" * depth + b', {"a": 1}]}')
        with suppress(Problem):
            read(rows=path)


def test_what_cannot_be_written_is_told(server, problem_of):
    say(server, "/data", b'{"data": ' + b"[" * 900 + b"]" * 900 + b"}")
    assert problem_of(rows="[{b: `1`}, @]").as_json() == {"code": "json_value", "params": {"row": 2}}
    assert problem_of(rows="[{a: &b}]").code == "json_value"
    assert problem_of(rows="(" * 600 + "data" + ")" * 600).code == "api_path"


def test_an_object_at_the_path_is_one_row(server, read):
    say(server, "/data", {"data": {"a": 1}})
    assert read(rows="data")[1] == [(1,)]


def test_a_packed_answer(server, read):
    say(server, "/data", gzip.compress(b'[{"a": 1}]'), Content_Encoding="gzip")
    assert read()[1] == [(1,)]


def failing(server, times: int, fail, value: object) -> None:
    """Fails so many times, then answers."""
    numbers = count()

    def answer(request):
        if next(numbers) < times:
            fail(request)
        else:
            request.say(json.dumps(value).encode())

    server.answers["/data"] = answer


def break_off(request) -> None:
    request.begin(Content_Length="1000")
    request.wfile.write(b'[{"a": 99}, {"a"')
    request.hang_up()


@pytest.mark.parametrize(
    "fail", [break_off, *(lambda request, status=status: request.say(status=status) for status in (429, 500, 503))]
)
def test_what_passes_is_tried_again(server, read, fail):
    failing(server, 3, fail, [{"a": 1}])
    assert read()[1] == [(1,)]
    assert len(server.asked) == 4


def test_a_connection_that_always_breaks_off_is_told(server, problem_of):
    server.answers["/data"] = break_off
    assert problem_of().code == "http_broken"
    assert len(server.asked) == patience.ATTEMPTS


def test_a_page_that_fails_for_good_leaves_nothing_of_the_pages_before(server, problem_of):
    say(server, "/data", [{"a": 1}], Link="</2>; rel=next")
    server.answers["/2"] = break_off
    assert problem_of(pages="link").code == "http_broken"


def test_pages_that_are_all_refused_are_left_after_some(server, problem_of, monkeypatch):
    """500 pages of 429, each of which comes at the second attempt."""
    monkeypatch.setattr(patience, "MOST_RETRIES", 10)
    refused = set()

    def answer(request):
        if request.path not in refused:
            refused.add(request.path)
            return request.say(status=429)
        number = int(parameters_of(request)["page"])
        return request.say(b'[{"a": %d}]' % number)

    server.answers["/data"] = answer
    assert problem_of(pages="page", page_name="page").code == "http_busy"
    assert len(server.asked) == 21


def test_a_server_may_say_when_to_come_back(server, read):
    times = []

    def answer(request):
        times.append(datetime.now(UTC))
        if len(times) == 1:
            request.say(status=429, Retry_After="1")
        else:
            request.say(b'[{"a": 1}]')

    server.answers["/data"] = answer
    read()
    assert timedelta(seconds=0.9) < times[1] - times[0] < timedelta(seconds=5)


def test_a_server_that_asks_for_more_time_than_there_is(server, problem_of):
    server.answers["/data"] = lambda request: request.say(status=503, Retry_After="3600")
    problem = problem_of()
    assert (problem.code, problem.params["seconds"]) == ("http_rest", 3600)
    assert len(server.asked) == 1


@pytest.mark.parametrize(("status", "code"), [(401, "http_denied"), (404, "http_status"), (304, "http_status")])
def test_what_does_not_pass_is_not_tried_again(server, problem_of, status, code):
    server.answers["/data"] = lambda request: request.say(status=status)
    assert problem_of().code == code
    assert len(server.asked) == 1


def test_a_condition_of_a_persons_own_is_not_sent(server, read):
    server.answers["/data"] = lambda request: (
        request.say(status=304) if "If-None-Match" in request.headers else request.say(b'[{"a": 1}]')
    )
    assert read(headers=[["If-None-Match", '"1"']])[0]["rows"] == 1


def test_retry_after():
    assert patience.retry_after("7") == 7
    assert patience.retry_after("-7") == 0
    assert 50 < patience.retry_after(format_datetime(datetime.now(UTC) + timedelta(minutes=1), usegmt=True)) <= 60
    assert patience.retry_after("Sat, 01 Jan 2000 00:00:00 GMT") == 0
    assert patience.retry_after("") is patience.retry_after("soon") is patience.retry_after("++7") is None


@pytest.mark.parametrize("digits", [400, 5000])
def test_a_server_that_asks_for_ages(server, problem_of, digits):
    server.answers["/data"] = lambda request: request.say(status=503, Retry_After="9" * digits)
    assert problem_of().code == "http_rest"


@pytest.mark.parametrize("zone", ["+9999", "-9999", "+99999999999999", "+" + "9" * 400, "+" + "9" * 5000])
def test_a_date_of_no_calendar_is_none(server, problem_of, zone):
    server.answers["/data"] = lambda request: request.say(status=503, Retry_After=f"Fri, 31 Dec 9999 23:59:59 {zone}")
    assert problem_of(limits=Limits(1000, 1 << 20, 2)).code in ("http_rest", "http_busy")


@pytest.mark.parametrize(
    ("mark", "condition"),
    [({"ETag": '"one"'}, "If-None-Match"), ({"Last_Modified": "Mon, 02 Jan 2023 00:00:00 GMT"}, "If-Modified-Since")],
)
def test_nothing_new_is_not_sent_again(server, read, mark, condition):
    def answer(request):
        if request.headers[condition] == next(iter(mark.values())):
            return request.say(status=304)
        return request.say(b'[{"a": 1}]', **mark)

    server.answers["/data"] = answer
    facts, rows = read()
    first = read.folder
    again, same_rows = read(previous=first)
    assert same_rows == rows and server.asked[1].headers[condition]
    assert again == {**facts, "notes": [{"code": "note_nothing_new", "params": {}}]}
    # And the third time, when the first snapshot has been cleared away.
    second = read.folder
    for file in first.iterdir():
        file.unlink()
    assert read(previous=second) == (again, rows)
    assert read(previous=first)[1] == rows and server.asked[-1].headers[condition] is None


@pytest.fixture
def marked(server):
    """Pages by number with an ETag each, the last of them without rows: `marked[place] = rows` changes one."""
    pages = {1: [{"a": 1}], 2: [{"a": 2}], 3: []}

    def answer(request):
        body = json.dumps(pages[int(parameters_of(request).get("page", 1))]).encode()
        mark = f'"{body.hex()}"'
        if request.headers["If-None-Match"] == mark:
            return request.say(status=304)
        return request.say(body, ETag=mark)

    server.answers["/data"] = answer
    return pages


def test_pages_of_which_none_is_new_are_not_sent_again(server, read, marked):
    facts, rows = read(pages="page", page_name="page")
    again, same_rows = read(previous=read.folder, pages="page", page_name="page")
    assert len(server.asked) == 6 and all(asked.headers["If-None-Match"] for asked in server.asked[3:])
    assert same_rows == rows == [(1,), (2,)]
    assert again["notes"] == [{"code": "note_nothing_new", "params": {}}, *facts["notes"]]


@pytest.mark.parametrize(("place", "rows"), [(1, [(9,), (2,)]), (2, [(1,), (9,)]), (3, [(1,), (2,), (9,)])])
def test_all_pages_are_read_again_when_one_is_new(read, marked, place, rows):
    read(pages="page", page_name="page")
    marked[place], marked[4] = [{"a": 9}], []
    facts, found = read(previous=read.folder, pages="page", page_name="page")
    assert (found, facts["notes"]) == (rows, [])
    # ... and the next time nothing is new again.
    assert read(previous=read.folder, pages="page", page_name="page")[0]["notes"]


def test_a_cursor_that_has_grown_too_old_has_all_read_again(server, read):
    def answer(request):
        place, moment = int(parameters_of(request).get("after", 0)), len(server.asked)
        if place == 1 and request.headers["If-None-Match"]:
            return request.say(status=410)
        if request.headers["If-None-Match"] == '"0"':
            return request.say(status=304)
        following = 1 if place == 0 else None
        return request.say(json.dumps({"data": [{"a": moment}], "next": following}).encode(), ETag=f'"{place}"')

    server.answers["/data"] = answer
    turns = {"pages": "cursor", "page_name": "after", "cursor": "next", "rows": "data"}
    assert read(**turns)[1] == [(1,), (2,)]
    assert read(previous=read.folder, **turns)[1] == [(5,), (6,)]


def test_a_token_that_the_server_repeats_is_not_kept_with_the_marks(server, read):
    server.answers["/data"] = lambda request: request.say(
        json.dumps({"data": [{"a": 1}], "next": None if "page" in request.path else request.path + "&page=2"}).encode(),
        ETag='"x"',
    )
    turns = {"pages": "cursor", "page_name": "page", "cursor": "next", "rows": "data"}
    read(secret="hush-hush", token="parameter", token_name="key", **turns)
    assert "page=2" in (read.folder / api.SIDECAR).read_text()
    assert "hush-hush" not in (read.folder / api.SIDECAR).read_text()


@pytest.mark.parametrize(
    ("mark", "asked"),
    [
        ({"ETag": '"one"'}, {"pages": "link"}),
        ({"ETag": '"one"'}, {"body": "{}"}),
        ({"Last_Modified": "Mon, 02 Jan 2023 00:00:00 GMT"}, {"pages": "cursor", "page_name": "p", "cursor": "n"}),
    ],
)
def test_what_can_change_without_a_word_is_always_read(server, read, mark, asked):
    """That a page is the same says nothing of its header Link; nor does a date say that no row has changed its page."""
    following = iter([2, None] * 2)
    server.answers["/data"] = lambda request: request.say(
        json.dumps({"data": [{"a": 1}], "n": next(following)}).encode(), **mark
    )
    read(**asked)
    before = len(server.asked)
    read(previous=read.folder, **asked)
    for request in server.asked[before:]:
        assert request.headers["If-None-Match"] is request.headers["If-Modified-Since"] is None


def test_a_look_shows_the_first_page(server, tmp_path):
    say(server, "/data", b"a\n" + b"1\n" * 1000, Link="</2>; rel=next")
    page, target = tmp_path / "page", tmp_path / "data.parquet"
    settings = {**SETTINGS, "address": server.at("/data"), "format": "csv", "pages": "link"}
    api.fetch_first(settings, page, secret="", seconds=10)
    assert pages.first_rows(settings, page=page, target=target, time_zone="UTC") == [{"name": "a", "type": "integer"}]
    assert len(rows_of(tmp_path)) == 100
    assert len(server.asked) == 1
