"""What the style sheets and the templates promise: contrast, colours in one place, nothing inline."""

import re
from itertools import product

import pytest
from django.conf import settings

STYLES = settings.BASE_DIR / "static" / "css"
TEMPLATES = settings.BASE_DIR / "templates"
PAIR = re.compile(r"--([\w-]+): light-dark\(#(\w{6}), #(\w{6})\);")
TOKENS = {name: (light, dark) for name, light, dark in PAIR.findall((STYLES / "tokens.css").read_text())}
# Neither print nor mail is a page: its templates may hold styles, and the style sheets of print follow the paper.
PAGES = [path for path in TEMPLATES.rglob("*.html") if not {"documents", "mail"}.intersection(path.parts)]
SCREENS = [path for path in STYLES.rglob("*.css") if not re.match(r"tokens|print|document", path.name)]

GROUNDS = ["paper", "surface", "surface-sunken", "surface-hover", "surface-raised"]
INKS = ["ink", "ink-soft", "ink-faint", "accent", "accent-strong", "bad"]
ON_TINTS = [(ink, f"{ink}-soft") for ink in ("accent", "good", "warn", "bad")] + [
    ("ink", f"{tint}-soft") for tint in ("accent", "good", "warn", "bad")
]
ON_FILLS = [("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-bad", "bad"), ("on-bad", "bad-strong")]


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), [*product(INKS, GROUNDS), *ON_TINTS, *ON_FILLS])
def test_text_can_be_read(ink, ground, theme):
    assert contrast(TOKENS[ink][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), [*product(["edge", "focus"], ["paper", "surface", "surface-raised"])])
def test_the_edge_of_a_field_and_the_focus_can_be_seen(line, ground, theme):
    assert contrast(TOKENS[line][theme], TOKENS[ground][theme]) >= 3


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.name)
def test_colours_are_named_in_one_file(path):
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(", path.read_text())


def test_every_style_sheet_of_the_screen_has_its_layer():
    imported = set(re.findall(r'@import url\("(.+?)"\) layer', (STYLES / "main.css").read_text()))
    assert imported == {str(path.relative_to(STYLES)) for path in SCREENS if path.name != "main.css"} | {"tokens.css"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_page_holds_no_script_and_no_style_of_its_own(path):
    assert not re.findall(r"<style|<script>|\sstyle=|\son\w+=|javascript:", path.read_text())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_icon_exists(path):
    icons = set(re.findall(r'<symbol id="(\w+)"', (settings.BASE_DIR / "static/img/icons.svg").read_text()))
    named = set(re.findall(r'icon\.html" with name="(\w+)"', path.read_text()))
    assert named <= icons
