"""Markdown as plain values: no pictures, no HTML, links to https alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule.workspace.readme_text import read_blocks, safe_link, spans_of

TEXT = """# Title
First line
goes on **here**.

<!-- a note
over lines -->
1. Open <https://a.example/x> and *press*.
2. Copy `it`
   - inside
| field | value |
|---|---|
| **Site** | `https://b.example`, or `c` |
```
<b>code</b>
```
## Next ##
<script>alert(1)</script>
"""


def test_a_document_becomes_blocks():
    found = [(b.kind, b.text) for b in read_blocks(TEXT)]
    assert found == [
        ("heading", "Title"),
        ("paragraph", "First line goes on here."),
        ("step", "Open https://a.example/x and press."),
        ("step", "Copy it"),
        ("item", "inside"),
        ("row", "Site: https://b.example, or c"),
        ("code", "<b>code</b>"),
        ("heading", "Next"),
        ("paragraph", "<script>alert(1)</script>"),
    ]


def test_levels_and_numbers_are_kept():
    blocks = read_blocks(TEXT)
    assert [b.level for b in blocks if b.kind == "heading"] == [1, 2]
    assert [b.number for b in blocks if b.kind == "step"] == [1, 2]
    assert [b.level for b in blocks if b.kind == "item"] == [1]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("a **b** c", [("a ", "plain", ""), ("b", "strong", ""), (" c", "plain", "")]),
        ("*a* _b_", [("a", "emphasis", ""), (" ", "plain", ""), ("b", "emphasis", "")]),
        ("snake_case_name", [("snake_case_name", "plain", "")]),
        ("2 * 3 * 4", [("2 * 3 * 4", "plain", "")]),
        ("`a_b`", [("a_b", "code", "")]),
        (r"\*a\*", [("*", "plain", ""), ("a", "plain", ""), ("*", "plain", "")]),
        ("[a](https://b.example/c)", [("a", "plain", "https://b.example/c")]),
        ("[a](http://b.example)", [("a", "plain", "")]),
        ("[a](javascript:alert(1))", [("a", "plain", ""), (")", "plain", "")]),
        ("[a](file:///etc/passwd)", [("a", "plain", "")]),
        ("![seen](https://b.example/x.png)", [("seen", "plain", "")]),
        ("see https://b.example/c.", [
            ("see ", "plain", ""),
            ("https://b.example/c", "plain", "https://b.example/c"),
            (".", "plain", ""),
        ]),
        ("<img src=x onerror=y>", [("<img src=x onerror=y>", "plain", "")]),
    ],
)  # fmt: skip
def test_a_line_becomes_pieces(text, spans):
    assert [tuple(span) for span in spans_of(text)] == spans


@pytest.mark.parametrize(
    "address",
    [
        "http://a.example",
        "https://api.example.com@evil.example/",
        "https://user:pass@a.example",
        "https:///a",
        "//a.example",
        "https://a.example\\@evil.example",
        "https://\u0430pple.example",
        "https://localhost",
        "https://a.example:99999",
        "https://[::1",
        "https://a.example/\u202etxt",
        "javascript:alert(1)",
        "data:text/html,x",
        "",
    ],
)
def test_an_address_that_may_lead_elsewhere_is_no_link(address):
    assert safe_link(address) == ""


def test_an_https_address_of_a_plain_host_is_a_link():
    for address in ("https://a.example/x?y=1#z", "https://a-b.example:8443/"):
        assert safe_link(address) == address


@given(st.text(max_size=200))
def test_any_text_becomes_blocks_and_its_links_are_safe(text):
    for block in read_blocks(text):
        for span in block.spans:
            assert span.link == safe_link(span.link)


def test_reading_is_quick_whatever_is_written():
    for piece in ("*a", "[a](", "`", "_a_", "<", "![", "**", "|", "https://a"):
        read_blocks(piece * 20_000)
