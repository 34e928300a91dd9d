import codecs

import pytest

from reports.sources.encoding import CHUNK

TEXT = "Cidade;Preço\nSão Paulo;€ 5\nGöteborg;“ten”\n"
ROWS = [("São Paulo", "€ 5"), ("Göteborg", "“ten”")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_the_encoding_is_found(read, encoding):
    snapshot = read(TEXT.encode(encoding))
    assert (snapshot.names, snapshot.rows) == (["Cidade", "Preço"], ROWS)
    assert list(snapshot.notes) == (["note_windows_1252"] if encoding == "cp1252" else [])


def test_a_big_endian_mark_is_believed(read):
    assert read(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be")).rows == ROWS


def test_a_late_accent_decides(read):
    snapshot = read(b"a;b\n" + b"x;1\n" * (CHUNK // 2) + "é;2\n".encode("cp1252"))
    assert snapshot.rows[-1] == ("é", 2)


def test_a_letter_across_two_chunks_is_one_letter(read):
    start = b"a;b\n"
    filling = b"x" * 99 + b"\n"
    rows = (filling * (CHUNK // 100 + 1))[: CHUNK - len(start) - 4]
    rows = rows[: rows.rfind(b"\n") + 1].replace(b"x\n", b";\n")
    padding = b"y" * (CHUNK - len(start) - len(rows) - 1)
    snapshot = read(start + rows + padding + "é;z\n".encode())
    assert snapshot.column("a")[-1] == padding.decode() + "é"
    assert not snapshot.notes


def test_bytes_that_windows_1252_leaves_out_are_kept(read):
    assert read(b"a;b\n\x81\x8d;\xe9\n").rows == [("\x81\x8d", "é")]


def test_utf_8_that_breaks_off_is_not_guessed_at(problem):
    error = problem("a;b\nSão João;1\n".encode() + b"\xe9;2\n")
    assert (error.code, error.params) == ("file_encoding", {"line": 3})


def test_letters_that_look_like_utf_8_by_accident_do_not_decide(read):
    assert read("a;b\n“CAFÉ”;1\nãéí;2\n".encode("cp1252")).column("a") == ["“CAFÉ”", "ãéí"]


def test_half_a_utf_16_character_is_a_problem(problem):
    assert problem(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le")[:-1]).code == "file_encoding"


@pytest.mark.parametrize("before", ["", "x;y\n" * (CHUNK // 2)])
def test_a_nul_character_is_found(problem, before):
    error = problem("a;b\n" + before + "12;3\0\n")
    assert (error.code, error.params) == ("file_nul", {"line": 2 + before.count("\n"), "character": 5})
