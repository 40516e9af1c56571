"""What a refusal says for itself: its challenge, and the message in its body.

Only words for a person leave here: redacted, in one line, and short.
"""

import re
from collections.abc import Mapping
from html import unescape
from typing import Final

from ferrule.errors import UnreadableResponse
from ferrule.exchange import Json, Response
from ferrule.redaction import live

_LONGEST: Final = 160
_DEEPEST: Final = 3
_MOST_HTML: Final = 65_536
_MEMBERS: Final = (
    "message",
    "error_description",
    "errorMessages",
    "detail",
    "description",
    "title",
    "error",
    "errors",
    "fault",
    "reason",
)
_PARAMETER: Final = re.compile(r'([A-Za-z_]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))')
_SCHEME: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)(?:\s|,|$)")
_TITLE: Final = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


def challenge(response: Response) -> tuple[str, Mapping[str, str]]:
    """Return scheme and parameters of `WWW-Authenticate` (RFC 9110 11.6.1, 6750 3)."""
    told = response.lower_headers.get("www-authenticate", "")
    scheme = _SCHEME.match(told)
    found = {m[1].lower(): m[2] or m[3] or "" for m in _PARAMETER.finditer(told)}
    return (scheme[1] if scheme else ""), found


def message(response: Response) -> str:
    """Return the service's own words, empty where it says nothing."""
    _, told = challenge(response)
    said = told.get("error_description") or _in_body(response)
    return clean(said or told.get("error", ""))


def body_members(response: Response) -> Mapping[str, Json]:
    """Return the members of a JSON object; none for any other body."""
    try:
        body = response.json if response.body[:1] in b"{[ \n\r\t" else None
    except UnreadableResponse:
        return {}
    return body if isinstance(body, dict) else {}


def page_title(response: Response) -> str:
    """Return the title of a web page, empty for none."""
    found = _TITLE.search(response.body[:_MOST_HTML])
    return clean(unescape(found[1].decode("utf-8", "replace"))) if found else ""


def clean(text: str) -> str:
    """Return a text of the service in one short line without secrets."""
    plain = "".join(c if c.isprintable() else " " for c in live.loose(text))
    line = " ".join(plain.split()).rstrip(".")
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _in_body(response: Response) -> str:
    return _words(dict(body_members(response)), _DEEPEST)


def _words(value: Json, deep: int) -> str:
    """Return the first text that stands where a message usually does."""
    if isinstance(value, str):
        return value
    if deep == 0:
        return ""
    if isinstance(value, list):
        return next(filter(None, (_words(one, deep - 1) for one in value[:1])), "")
    if isinstance(value, dict):
        found = (_words(value[name], deep - 1) for name in _MEMBERS if name in value)
        return next(filter(None, found), "")
    return ""
