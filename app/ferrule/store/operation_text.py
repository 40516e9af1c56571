"""Text and details of a line of the log without secrets: the known, and what looks so.

The redactor knows the secrets in use, in every spelling. Beyond that nothing is written
that is a secret by its place (a userinfo, an `Authorization`, a member's name), by its
form (a PEM block, a JSON web token), or that is a part of a known one: whoever tells
half of a secret in a message and half in its details tells it.
"""

import re
from collections.abc import Mapping
from typing import Final

from ferrule.exchange import Json, encode
from ferrule.redaction import MASK, is_secret_name, live

_USERINFO: Final = re.compile(r"(?<=://)[^\s/@\"']+(?=@)")
_SCHEME: Final = re.compile(
    r"\b(bearer|basic|token|apikey) +(?=[^\s\"']*\d)[\w.~+/=-]{8,}", re.IGNORECASE
)
_PEM: Final = re.compile(
    r"-----BEGIN [A-Z0-9 ]+-----[^\"']*?(?:-----END [A-Z0-9 ]+-----|(?=[\"'])|\Z)"
)
_JWT: Final = re.compile(r"\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?")
_REPR: Final = re.compile(  # as Python writes a member: texts of errors hold such
    r"'([A-Za-z0-9_.-]{2,40})'(\s*:\s*)('(?:[^'\\]|\\.)*'?|[0-9]+)"
)
_MASKS: Final = (  # each only where its sign is: most texts have none
    ("eyJ", _JWT, MASK),
    ("://", _USERINFO, MASK),
    (" ", _SCHEME, rf"\1 {MASK}"),
)
_DEEPEST: Final = 20


def clean(text: str) -> str:
    """Return a text of any kind without secrets."""
    if "-----BEGIN" in text:
        text = _PEM.sub(MASK, text)  # whole, before a line of it is masked
    masked = live.loose(text)
    if "'" in masked:
        masked = _REPR.sub(_masked_member, masked)
    for sign, pattern, mask in _MASKS:
        if sign in masked:
            masked = pattern.sub(mask, masked)
    return live.pieces(masked)


def _masked_member(match: re.Match[str]) -> str:
    if not is_secret_name(match[1]):
        return match[0]
    return f"'{match[1]}'{match[2]}'{MASK}'"


def clean_details(details: Mapping[str, object]) -> Json:
    """Return details as plain JSON without secrets; what is no JSON is told as text.

    Most hold none: that is seen at once in the JSON of all of it.
    """
    plain = _plain(details, 0)
    text = encode(plain).decode("utf-8", "replace")
    is_clear = '\\"' not in text and clean(text) == text  # else JSON told in JSON
    return plain if is_clear else _cleaned(plain)


def _plain(value: object, depth: int) -> Json:
    """Return a value as JSON; members that are secret by their name are masked."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if depth >= _DEEPEST:
        return "…"
    if isinstance(value, dict | Mapping):
        return {str(name): _member(str(name), v, depth) for name, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one, depth + 1) for one in value]
    return str(value)


def _member(name: str, value: object, depth: int) -> Json:
    is_told = isinstance(value, str | bytes | int | float) and value != ""
    if is_told and not isinstance(value, bool) and is_secret_name(name):
        return MASK
    return _plain(value, depth + 1)


def _cleaned(value: Json) -> Json:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {clean(name): _cleaned(one) for name, one in value.items()}
    return value
