"""Characters that no font has are found, and said of which script they are."""

from pathlib import Path

from reports import press
from reports.press.glyphs import MOST_SHOWN, missing_by_script
from tests.press.test_press import ASSETS

# Unicode has given them to nobody, so no font has them.
UNHEARD = "\u0378\u0379"


def missing(folder: Path, html: str) -> set[str]:
    facts = press.write_pdf(html, folder / "out.pdf", progress=lambda done, total: None, assets=ASSETS)
    return facts.missing


def test_scripts_are_named_with_the_package_that_has_them():
    found = missing_by_script("กขค漢😀∮")
    assert [(item.script, item.package, item.count) for item in found] == [
        ("Thai", "fonts-noto-core", 3),
        ("Zmth", "fonts-noto-core", 1),
        ("Hani", "fonts-noto-cjk", 1),
        ("Zsye", "fonts-noto-color-emoji", 1),
    ]


def test_only_some_of_many_are_shown():
    (found,) = missing_by_script(map(chr, range(0x4E00, 0x4E40)))
    assert (found.count, len(found.shown)) == (64, MOST_SHOWN)


def test_a_character_without_a_glyph_is_found_wherever_it_stands(tmp_path):
    style = f"<style>@page {{ @top-left {{ content: '{UNHEARD[0]}' }} }}</style>"
    assert missing(tmp_path, f"<!doctype html><html lang=en><title>x</title>{style}<p>{UNHEARD[1]} abc") == set(UNHEARD)


def test_nothing_is_missing_from_what_fonts_have(tmp_path):
    assert not missing(
        tmp_path, "<!doctype html><html lang=pt-BR><title>x</title><p>São João – € “ª”\n\u00a0\u200b\u00ad"
    )
