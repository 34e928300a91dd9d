import csv
import io
import time

import pytest

from reports.sources.dialect import dialect_of


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(read, delimiter):
    snapshot = read(f"a{delimiter}b\n1{delimiter}x, y\n2{delimiter}z\n".replace("x, y", '"x, y"'))
    assert snapshot.rows == [(1, "x, y"), (2, "z")]


def test_decimal_commas_do_not_look_like_delimiters(read):
    assert read("name;price;weight\nx;1,5;2,5\ny;1,7;2,9\n").names == ["name", "price", "weight"]


def test_a_column_of_sentences_is_one_column(read):
    snapshot = read("Comment\nYes, of course\nNo, thanks, not today\nfine\n")
    assert snapshot.rows == [("Yes, of course",), ("No, thanks, not today",), ("fine",)]


def test_a_separator_in_nothing_but_the_header_separates_nothing(read):
    snapshot = read("City, UF\nBoston\nLisboa\n")
    assert (snapshot.names, snapshot.rows) == (["City, UF"], [("Boston",), ("Lisboa",)])
    assert not snapshot.notes


def test_a_row_that_the_sample_cuts_does_not_decide():
    assert dialect_of("a,b\n1", "data.csv", complete=False).delimiter == ","
    assert dialect_of("a,b\n1", "data.csv", complete=True).delimiter not in ",;\t|"


def test_excels_separator_line_is_obeyed_and_skipped(read):
    snapshot = read("sep=;\r\na;b\r\n1,5;2\r\n")
    assert (snapshot.names, snapshot.types["a"]) == (["a", "b"], "decimal")


def test_quoted_newlines_and_doubled_quotes_are_kept(read):
    snapshot = read('a,b\r\n"one\r\ntwo","say ""hi"""\r\n"x\ny",z\r\n')
    assert snapshot.rows == [("one\r\ntwo", 'say "hi"'), ("x\ny", "z")]


def test_a_quotation_may_follow_a_space(read):
    text = 'a, b, c\n1, "x, y", z\n'
    assert read(text).rows == [(1, "x, y", "z")]
    # The patient reader, which a short row calls for, agrees about the quotation.
    assert read(text + "2\n").rows == [(1, "x, y", "z"), (2, None, None)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_end_of_line_is_understood(read, end):
    assert read(end.join(["a;b", "1;2", "3;4", ""])).rows == [(1, 2), (3, 4)]


def test_mixed_ends_of_lines_are_understood(read):
    assert read("a;b\r\n1;2\n3;4\r5;6").rows == [(1, 2), (3, 4), (5, 6)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("inner", ["\n", "\r\n", "\r"])
def test_line_breaks_in_headers_and_values_end_no_row(read, end, inner):
    rows = [f'"a{inner}b";c', f'"1{inner}2";3', "4;5", f'"{inner}";6', ""]
    snapshot = read(end.join(rows))
    assert snapshot.names == ["a b", "c"]
    assert snapshot.rows == [(f"1{inner}2", 3), ("4", 5), (None, 6)]
    # The same by the patient reader.
    assert read("\n" + end.join(rows)).rows == snapshot.rows


def test_blank_lines_are_skipped(read):
    snapshot = read("\n  \na;b\n\n1;2\n   \n3;4\n;\n\n")
    assert (snapshot.names, snapshot.rows) == (["a", "b"], [(1, 2), (3, 4)])


def test_short_rows_are_filled_and_counted(read):
    snapshot = read("a;b;c\n1;2;3\n4;5\n6\n7;8;9\n")
    assert snapshot.rows == [(1, 2, 3), (4, 5, None), (6, None, None), (7, 8, 9)]
    assert snapshot.notes == {"note_short_rows": {"rows": 2, "row": 3}}


def test_more_values_than_columns_name_the_row_and_the_line(problem):
    error = problem('a;b\n"one\ntwo";1\n\nx;2;3;4\n')
    assert error.code == "row_too_many_values"
    # The row counts as in a spreadsheet, the line as in an editor.
    assert error.params == {"row": 4, "line": 5, "found": 4, "expected": 2}


def test_empty_values_at_the_end_of_a_row_do_not_matter(read):
    assert read("a;b\n1;2;;\n3;4;\n").rows == [(1, 2), (3, 4)]


def test_an_unclosed_quotation_mark_names_its_line(problem):
    error = problem('a;b\n1;2\n3;"four\n5;6\n7;8\n')
    assert (error.code, error.params["line"]) == ("quote_unclosed", 3)


def test_an_unclosed_quotation_mark_in_a_big_file_is_found_early(problem):
    error = problem('a;b\n1;2\n3;"four\n' + "5;6\n" * 1_000_000)
    assert (error.code, error.params["line"]) == ("quote_unclosed", 3)


def test_a_stray_quotation_mark_names_its_line(problem):
    error = problem('a;b\n1;2\n"3"x;4\n')
    assert (error.code, error.params["line"]) == ("quote_stray", 3)


def test_quotation_marks_inside_a_value_are_characters(read):
    assert read('a;b\n5" pipe;x\n').rows == [('5" pipe', "x")]


def test_a_file_with_a_header_only_has_no_rows(problem):
    assert problem("a;b;c\n").code == "file_no_rows"
    assert problem("a;b;c\n;;\n;;\n").code == "file_no_rows"


@pytest.mark.parametrize("content", ["", "\n\n", "   \n \t\n", "\ufeff"])
def test_a_file_of_nothing_is_empty(problem, content):
    assert problem(content).code == "file_empty"


def test_one_endless_line_is_refused_at_once(problem, tmp_path):
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(b"1;2;abc" * 150_000)
    started = time.process_time()
    error = problem(path)
    assert (error.code, error.params["line"]) == ("line_too_long", 1)
    assert time.process_time() - started < 1


def test_a_row_across_many_lines_is_bounded(problem):
    # Every value and every line is short enough, the row is not.
    row = ";".join('"' + "x\n" * 300_000 + '"' for _ in range(4))
    assert problem("a;b;c;d\n1;2;3;4\n5\n" + row + "\n").code == "row_too_long"


def test_thousands_of_columns_are_read(read):
    wide = 3000
    rows = [[f"h{n}" for n in range(wide)], *([str(n * row) if n % 3 else "x" for n in range(wide)] for row in (1, 2))]
    snapshot = read("\n".join(map(",".join, rows)))
    assert snapshot.rows[1][-3:] == ("x", 2 * (wide - 2), 2 * (wide - 1))


def test_too_many_columns_are_refused(problem):
    error = problem(",".join(f"h{n}" for n in range(6000)) + "\n1,2\n")
    assert (error.code, error.params["found"]) == ("file_columns", 6000)


def test_rows_keep_their_order(read):
    output = io.StringIO()
    csv.writer(output).writerows([["n", "text"], *([n, f'"{n}"\n'] for n in range(30_000))])
    assert read(output.getvalue()).column("n") == list(range(30_000))
