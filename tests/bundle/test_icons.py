"""Icons draw; they do nothing else."""

import pytest

from ferrule.bundle.icons import icon_problem

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'

PLAIN = """<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn by hand -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none">
  <title>Ölkanne</title>
  <defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient>
  <clipPath id="c"><rect x="0" y="0" width="24" height="24"/></clipPath></defs>
  <g clip-path="url(#c)"><path d="M0 0h24" stroke="currentColor" fill="url( #g )"/></g>
</svg>"""

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a script by link": '<script xlink:href="https://evil.example/x.js"/>',
    "foreign content": "<foreignObject><b/></foreignObject>",
    "an event": '<rect onload="alert(1)"/>',
    "an event in capitals": '<rect OnClick="alert(1)"/>',
    "a picture": '<image href="https://evil.example/x.png"/>',
    "a reference": '<use href="https://evil.example/x.svg#a"/>',
    "an inner reference": '<use href="#a"/>',
    "a link": '<a href="javascript:alert(1)"><rect/></a>',
    "an outside paint": '<rect fill="url(https://evil.example/x)"/>',
    "a quoted outside paint": "<rect fill=\"url('//evil.example/x')\"/>",
    "a paint in capitals": '<rect fill="URL (https://evil.example/x)"/>',
    "an escaped paint": '<rect fill="u\\72l(https://evil.example/x)"/>',
    "an entity in a paint": '<rect fill="&#117;rl(https://evil.example/x)"/>',
    "a gradient from elsewhere": '<linearGradient xlink:href="//evil.example/x"/>',
    "a style element": "<style>@import url(//evil.example/x);</style>",
    "a style attribute": '<rect style="fill:url(//evil.example/x)"/>',
    "an animation": '<set attributeName="href" to="javascript:alert(1)"/>',
    "a base": '<g xml:base="https://evil.example/"/>',
    "HTML": '<b xmlns="http://www.w3.org/1999/xhtml"/>',
    "an element of no namespace": '<rect xmlns=""/>',
    "a filter": "<filter><feImage/></filter>",
}


def test_a_plain_drawing_is_an_icon():
    assert icon_problem("icons/a.svg", PLAIN.encode()) == ""


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_what_an_icon_does_not_need_is_refused(body):
    assert icon_problem("icons/a.svg", f"<svg {NS}>{body}</svg>".encode())


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg {NS}/>',
        f'<!DOCTYPE svg [<!ENTITY a "b">]><svg {NS}><title>&a;</title></svg>',
        f'<?xml-stylesheet href="//evil.example/x.css"?><svg {NS}/>',
        "<svg/>",
        "<html/>",
        f"<svg {NS}>",
        "",
        "not a picture",
        f"<svg {NS}><title>&a;</title></svg>",
    ],
)
def test_other_documents_are_refused(text):
    assert icon_problem("icons/a.svg", text.encode())


def test_other_encodings_are_refused():
    assert icon_problem("icons/a.svg", PLAIN.encode("utf-16"))
    assert icon_problem("icons/a.svg", PLAIN.encode("latin-1"))


def test_a_png_is_an_icon_by_its_first_bytes():
    assert icon_problem("icons/a.png", b"\x89PNG\r\n\x1a\n" + bytes(10)) == ""
    assert icon_problem("icons/a.png", PLAIN.encode())


def test_other_kinds_are_refused():
    assert icon_problem("icons/a.html", b"<b>x</b>")
    assert icon_problem("icons/a.svgz", b"\x1f\x8b")
