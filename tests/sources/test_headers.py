from reports.sources.headers import names


def test_headers_are_trimmed_and_named(read):
    snapshot = read("  a b ;;c\n1;2;3\n")
    assert snapshot.names == ["a b", "Column 2", "c"]
    assert snapshot.notes == {"note_headers": {"columns": "Column 2"}}


def test_the_same_header_twice_gets_a_number(read):
    assert read("Total;Total;total;Total (2)\n1;2;3;4\n").names == ["Total", "Total (2)", "total (3)", "Total (2) (2)"]


def test_control_characters_and_line_breaks_become_spaces():
    assert names(["a\x07b\r\n c", "\ufeffx", "\u2028"]) == ["a b c", "x", "Column 3"]


def test_a_header_is_bounded():
    first, second = names(["x" * 5000, "x" * 5000])
    assert len(first) == 200
    assert second == "x" * 200 + " (2)"


def test_a_column_without_header_and_values_is_dropped(read):
    snapshot = read("a;;b;\n1;;2;\n3;;4;\n")
    assert (snapshot.names, snapshot.rows) == (["a", "b"], [(1, 2), (3, 4)])


def test_a_column_without_values_stays_when_it_has_a_header(read):
    assert read("a;b\n1;\n").types == {"a": "integer", "b": "text"}


def test_names_with_quotation_marks_are_safe(read):
    assert read('"a""; DROP";b\'c\n1;2\n').names == ['a"; DROP', "b'c"]
