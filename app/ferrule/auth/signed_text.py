"""The text that a signature covers, as a template of the parts of a call.

The template is cut into its parts once. What a call brings is put between them and
never looked at for tokens: a body that says `{timestamp}` is a body.
"""

import functools
import re
from typing import Final, Literal, NamedTuple, TypeAlias

from ferrule.errors import ExpressionError
from ferrule.expression.jsonpath import compile_path

PartKind: TypeAlias = Literal[
    "text", "body", "timestamp", "url", "method", "form_sorted", "header", "path"
]
WHOLE_BODY: Final = "{body}"
HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.1
_BARE: Final[dict[str, PartKind]] = {
    "body": "body",
    "timestamp": "timestamp",
    "url": "url",
    "method": "method",
    "form_sorted": "form_sorted",
}
_ADVICE: Final = (
    "There are {body} {timestamp} {header:Name} {$.path} {url} {method} "
    "and {form_sorted}."
)


class TextPart(NamedTuple):
    """A literal in `text`, the header or path named there, or a part of the call."""

    kind: PartKind
    text: str = ""


@functools.lru_cache(maxsize=256)
def parse_signed_text(template: str) -> tuple[TextPart, ...]:
    """Cut a template of a signed text into its parts.

    Raises:
        ExpressionError: when it is empty, or a token is none or has no end.
    """
    if not template:
        raise _wrong("A signature must cover something.", template, 0)
    parts: list[TextPart] = []
    at = 0
    while at < len(template):
        opening = template.find("{", at)
        literal = template[at:] if opening < 0 else template[at:opening]
        if literal:
            parts.append(TextPart("text", literal))
        if opening < 0:
            break
        part, at = _token(template, opening)
        parts.append(part)
    return tuple(parts)


def _token(template: str, opening: int) -> tuple[TextPart, int]:
    """Return the token that begins at `opening`, and where it is over."""
    closing = template.find("}", opening)
    if closing < 0:
        raise _wrong("A { has no }.", template, opening)
    inside = template[opening + 1 : closing]
    if inside in _BARE:
        return TextPart(_BARE[inside]), closing + 1
    kind, _, name = inside.partition(":")
    if kind == "header" and HEADER_NAME.fullmatch(name):
        return TextPart("header", name), closing + 1
    if inside.startswith("$"):
        if compile_path(inside).singular:
            return TextPart("path", inside), closing + 1
        raise _wrong(f"{inside} may be several values.", template, opening)
    raise _wrong(f"There is no token {{{inside}}}.", template, opening)


def _wrong(message: str, template: str, column: int) -> ExpressionError:
    return ExpressionError(message, text=template, column=column, advice=_ADVICE)
