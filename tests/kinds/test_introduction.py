"""A little of Markdown, and nothing of HTML."""

import pytest

from reports.kinds.introduction import as_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a *b* **c**", "<p>a <em>b</em> <strong>c</strong></p>"),
        ("a\n\nb  \nc", "<p>a</p><p>b<br>c</p>"),
        ("- a\n  1. b", "<ul><li>a<ol><li>b</li></ol></li></ul>"),
        ("[a](https://example.org/?b&c)", '<p><a href="https://example.org/?b&amp;c">a</a></p>'),
        ("[a](MAILTO:b@example.org)", '<p><a href="MAILTO:b@example.org">a</a></p>'),
        ("", ""),
    ],
)
def test_markdown(text, html):
    assert as_html(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<b onclick=x>a</b>",
        "[a](javascript:alert(1))",
        "[a](file:///etc/passwd)",
        "[a](data:text/html,x)",
        "[a](//example.org)",
        "<https://example.org>",
        "# a",
        "`a`",
        "&lt;b&gt;",
    ],
)
def test_whatever_else_is_text(text):
    html = as_html(text)
    assert html.startswith("<p>") and "<" not in html.removeprefix("<p>").removesuffix("</p>")
    assert html.count("&amp;lt;") == text.count("&lt;")


def test_a_picture_is_a_link_at_most():
    assert "<img" not in as_html("![a](https://example.org/a.png)")
