"""What an icon may be: a PNG, or an SVG made of shapes and colours alone.

An SVG is a document that can run scripts, load from the network and pull in files. So
elements and attributes are an allow-list; what is not needed to draw an icon is
refused, not removed, because a signed file is never changed.
"""

import re
from collections.abc import Callable
from typing import NoReturn

# Document types, entities and processing instructions are refused before they act.
from xml.parsers import expat

from ferrule.bundle.strict import shown

_SVG = "http://www.w3.org/2000/svg"
_PNG = b"\x89PNG\r\n\x1a\n"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ELEMENTS = _words(
    "svg g defs title desc path rect circle ellipse line polyline polygon "
    "linearGradient radialGradient stop clipPath mask"
)
_ATTRIBUTES = _words(
    "id class version width height viewBox preserveAspectRatio role aria-label "
    "aria-hidden focusable x y x1 y1 x2 y2 r rx ry cx cy fx fy fr d points pathLength "
    "transform offset gradientUnits gradientTransform spreadMethod clipPathUnits "
    "maskUnits maskContentUnits fill fill-rule fill-opacity stroke stroke-width "
    "stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray "
    "stroke-dashoffset stroke-opacity stop-color stop-opacity color opacity display "
    "visibility clip-path clip-rule mask mask-type vector-effect shape-rendering "
    "paint-order"
)
_OUTSIDE = re.compile(r"url\s*\((?!\s*#[A-Za-z0-9_.-]+\s*\))", re.IGNORECASE)


def icon_problem(name: str, content: bytes) -> str:
    """Return why a file cannot be an icon, or nothing."""
    if name.endswith(".png"):
        return "" if content.startswith(_PNG) else "is not a PNG picture"
    if name.endswith(".svg"):
        return _svg_problem(content)
    return "is neither .svg nor .png"


class _Refused(Exception):  # noqa: N818 - carries a reason out of the parser, no error
    """An element, attribute or construct that an icon must not have."""


def _svg_problem(content: bytes) -> str:
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.StartElementHandler = _check_element
    parser.StartDoctypeDeclHandler = _refusing("a document type")
    parser.ProcessingInstructionHandler = _refusing("a processing instruction")
    try:
        content.decode("utf-8")
        parser.Parse(content, True)
    except _Refused as refused:
        return f"holds {refused}, which an icon must not have"
    except (expat.ExpatError, UnicodeDecodeError):
        return "is not well-formed SVG in UTF-8"
    return ""


def _refusing(what: str) -> Callable[..., NoReturn]:
    def refuse(*_: object) -> NoReturn:
        raise _Refused(what)

    return refuse


def _check_element(qualified: str, attributes: dict[str, str]) -> None:
    namespace, _, name = qualified.rpartition(" ")
    if namespace != _SVG or name not in _ELEMENTS:
        raise _Refused(f"the element {shown(name)}")
    for attribute, value in attributes.items():
        if attribute not in _ATTRIBUTES:
            raise _Refused(f"the attribute {shown(attribute)}")
        # A backslash can spell url( in another way (CSS escapes).
        if _OUTSIDE.search(value) or "\\" in value:
            raise _Refused(f"the value {shown(value)}")
