"""Every text that a person sees can be translated, and every language has all of them."""

import ast
import re
import shutil
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.management import call_command
from django.template.defaultfilters import filesizeformat
from django.utils import timezone, translation

from reports.kinds.registry import KINDS
from reports.problems import Problem
from reports.web.forms.datasets import DatasetForm
from reports.web.live import ago, exactly

SOURCES = ("portal", "reports", "templates", "static")
CATALOGUES = sorted((settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/django.po"))
TEMPLATES = settings.BASE_DIR / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
# The press knows no Django: nobody but an engineer reads what it raises.
MODULES = sorted(path for path in (settings.BASE_DIR / "reports").rglob("*.py") if "press" not in path.parts)
SCRIPTS = sorted((settings.BASE_DIR / "static/js").glob("*.js"))
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|</?\w+>")
WORDS = re.compile(r"[^\W\d_]{2}")
# The same in every language.
NAMES = {"Prelo"}
OPTION = re.compile(r"--\w+")
TOLD = {"title", "alt", "aria-label", "aria-description", "placeholder", "label"}


@pytest.fixture(scope="module")
def texts(tmp_path_factory) -> Catalog:
    """Every text that the source wraps, as `make messages` finds it."""
    copy = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        shutil.copytree(settings.BASE_DIR / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "locale").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(copy)
        patch.setattr(settings, "LOCALE_PATHS", [])
        call_command("makemessages", locale=["pt_BR"], verbosity=0)
    return _read(copy / "locale/pt_BR/LC_MESSAGES/django.po")


@pytest.fixture(scope="module", params=CATALOGUES, ids=lambda path: path.parts[-3])
def catalogue(request) -> Catalog:
    return _read(request.param)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _strings(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def _ids(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


def test_every_text_is_translated(texts, catalogue):
    missing = []
    for text in filter(lambda text: text.id, texts):
        found = catalogue.get(text.id, text.context)
        if found is None or found.fuzzy or len(_ids(found)) != len(_ids(text)) or not all(_strings(found)):
            missing.append(text.id)
    assert not missing, "Run `make messages`, then translate in locale/"


def test_the_catalogue_is_compiled(catalogue):
    assert not catalogue.fuzzy, "Take the line `#, fuzzy` out of its head"


def test_placeholders_survive_translation(catalogue):
    for message in filter(lambda message: message.id, catalogue):
        known = {name for text in _ids(message) for name in PLACEHOLDER.findall(text)}
        # What the plural names, the translation of the plural names too; a singular may do without the number.
        assert set(PLACEHOLDER.findall(_strings(message)[-1])) == known, message.id
        assert set(PLACEHOLDER.findall(_strings(message)[0])) <= known, message.id


def test_sentences_end_alike(catalogue):
    for message in filter(lambda message: message.id, catalogue):
        ends = {text[-1] if text[-1] in ".:?…" else "" for text in (*_ids(message), *_strings(message))}
        spaces = {text != text.strip() for text in _strings(message)}
        assert len(ends) == 1, message.id
        assert spaces == {False}, message.id


class _Texts(HTMLParser):
    """What a page says in words of its own: text, and the attributes that are read out or shown."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[str] = []
        self.silent = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.silent = tag in ("style", "script")
        self.found += [value for name, value in attrs if name in TOLD and value]

    def handle_endtag(self, tag):
        self.silent = False

    def handle_data(self, data):
        if not self.silent:
            self.found.append(data)


def untranslated(template: str) -> list[str]:
    """The words of a template that stand outside the tags of translation."""
    silent = r"{% block (?:page_class|style) %}.*?{% endblock %}|{% blocktranslate.*?{% endblocktranslate %}"
    template = re.sub(silent, "", template, flags=re.DOTALL)
    template = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", template)
    words = (word for text in _Texts(template).found for word in re.findall(r"[^\W\d_]{2,}", text))
    return [word for word in words if word not in NAMES]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_says_nothing_in_one_language_only(path):
    assert not untranslated(path.read_text())


def test_the_search_for_words_finds_them():
    assert untranslated('<p title="Reports">{% if x %}2 rows{% endif %} {% translate "of" %}</p>') == [
        "Reports",
        "rows",
    ]


def spoken(source: str) -> list[str]:
    """Literals where Python code says something to a person: what a form, a message or an error of a command is given
    as its text without gettext."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = getattr(getattr(node.func, "value", None), "id", "")
        told = [keyword.value for keyword in node.keywords if keyword.arg in ("label", "help_text", "verbose_name")]
        if name in ("ValidationError", "CommandError", "ValueError") or owner == "messages":
            told += node.args
        found += [text for argument in told for text in _literals(argument) if WORDS.search(OPTION.sub("", text))]
    return found


def _literals(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return [text for part in node.values for text in _literals(part)]
    return _literals(node.left) if isinstance(node, ast.BinOp) else []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_module_says_nothing_in_one_language_only(path):
    assert not spoken(path.read_text())


def test_scripts_hold_no_words():
    said = r"""(?:textContent|innerText|title|ariaLabel) = ["'`][^"'`$]*[^\W\d_]|\b(?:alert|confirm)\("""
    assert not [path.name for path in SCRIPTS if re.search(said, path.read_text())]


def _built_in() -> list:
    """Texts of Django's own that the pages show."""
    ours = (DatasetForm, *(kind.form for kind in KINDS.values()))
    accounts = (AuthenticationForm, PasswordChangeForm)
    fields = [field for form in (*ours, *accounts) for field in form.base_fields.values()]
    errors = [message for part in (*fields, *accounts) for message in part.error_messages.values()]
    labels = [field.label for form in accounts for field in form.base_fields.values()]
    validators = password_validation.get_default_password_validators()
    sizes = lambda: filesizeformat(12_000)  # noqa: E731
    return [*filter(str, errors), *filter(None, labels), *(validator.get_help_text for validator in validators), sizes]


@pytest.mark.parametrize("text", _built_in(), ids=lambda text: None)
def test_django_speaks_portuguese_where_its_own_texts_are_shown(text):
    def in_language(language: str) -> str:
        with translation.override(language):
            return str(text() if callable(text) else text)

    assert in_language("en") != in_language("pt-br")


def test_times_and_numbers_are_told_in_the_language_of_the_reader():
    with translation.override("pt-br"):
        assert ago(timezone.now() - timedelta(days=2)) == "há 2 dias"
        assert exactly(datetime(2025, 12, 31, 14, 30, tzinfo=UTC)) == "31 de dezembro de 2025 14:30:00 UTC"
        assert "mais de 4.096 MB" in str(Problem("too_large", megabytes=4096))
