"""GraphQL over HTTP: queries with values in them, and what a refusal looks like.

A placeholder in a query is a value, never a piece of the language: inside quotes its
text is escaped, outside of them it is written as a literal (`after: {{pageToken}}` is
`after: "abc"`, or `after: null` where it is undefined). So no value can change what is
asked. <https://spec.graphql.org/October2021/>
"""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Literal

import msgspec

from ferrule.errors import ExpressionError, UnreadableResponse
from ferrule.exchange import MISSING, Json, Missing, Response, encode
from ferrule.expression.template import Scope, Template
from ferrule.request.address import tokens_of

_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*", re.ASCII)
_BOUNDS: Mapping[str, re.Pattern[str]] = {
    "code": re.compile(r'"""|"|#'),
    '"': re.compile(r'(?<!\\)(?:\\\\)*"'),
    '"""': re.compile(r'(?<!\\)"""'),
    "#": re.compile(r"[\r\n]"),
}
_MOST_TOLD = 3
_SPEAKING = frozenset({401, 403, 408, 425, 429})
_LONGEST_TOLD = 300


def fill_query(text: str, scope: Scope) -> str:
    """Return a query with its placeholders as values.

    Raises:
        ExpressionError: when a filter fails, or a member name is no GraphQL name.
    """
    parts: list[str] = []
    inside = "code"
    for token in tokens_of(text):
        if isinstance(token, str):
            parts.append(token)
            inside = _inside(inside, token)
        else:
            parts.append(_WRITERS[inside](token, token.render(scope)))
    return "".join(parts)


def _inside(where: str, literal: str) -> str:
    """Return where a literal text that begins in `where` ends: code, text, comment."""
    at = 0
    while found := _BOUNDS[where].search(literal, at):
        where = found[0] if where == "code" else "code"
        at = found.end()
    return where


def _literal(token: Template, value: Json | Missing) -> str:
    if value is MISSING or value is None:
        return "null"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(token, x) for x in value) + "]"
    if not isinstance(value, dict):
        return encode(value).decode()
    for name in value:
        if not _NAME.fullmatch(name):
            raise ExpressionError(
                f"{name[:80]!r} cannot be the name of a member in GraphQL.",
                text=token.text,
            )
    members = (f"{name}: {_literal(token, x)}" for name, x in value.items())
    return "{" + ", ".join(members) + "}"


def _plain(value: Json | Missing) -> str:
    if value is MISSING or value is None:
        return ""
    return value if isinstance(value, str) else encode(value).decode()


def _escaped(_token: Template, value: Json | Missing) -> str:
    return encode(_plain(value)).decode()[1:-1]


def _in_block(_token: Template, value: Json | Missing) -> str:
    return _plain(value).replace('"""', '\\"""')


def _in_comment(_token: Template, value: Json | Missing) -> str:
    return " ".join(_plain(value).split())


_WRITERS: Mapping[str, Callable[[Template, Json | Missing], str]] = {
    "code": _literal,
    '"': _escaped,
    '"""': _in_block,
    "#": _in_comment,
}


class Refusal(msgspec.Struct, frozen=True):
    """What a GraphQL service says instead of giving what was asked.

    `action` is the one that an error rule would name.
    """

    message: str
    action: Literal["fail", "rate_limited", "refresh_auth"] = "fail"


_ACTIONS: Mapping[str, Literal["rate_limited", "refresh_auth"]] = {
    "RATELIMITED": "rate_limited",  # Linear
    "RATE_LIMITED": "rate_limited",  # GitHub
    "THROTTLED": "rate_limited",  # Shopify
    "AUTHENTICATION_ERROR": "refresh_auth",  # Linear
    "UNAUTHENTICATED": "refresh_auth",  # Apollo Server
}


def refusal(response: Response) -> Refusal | None:
    """Return why a GraphQL request was refused, or None.

    It is refused when the answer has `errors` and no data (GraphQL specification,
    section 7.1): with 200 too. Errors beside data are no refusal: the data counts.
    Where a status says more than the errors do, it is left to speak for itself.
    """
    try:
        body = response.json
    except UnreadableResponse:
        return None
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(errors, list) or not errors:
        return None
    data = body.get("data")
    given = data.values() if isinstance(data, dict) else ()
    if any(value is not None for value in given):
        return None
    actions = [_ACTIONS[code] for code in map(_code, errors) if code in _ACTIONS]
    if not actions and _speaks(response.status):
        return None
    return Refusal(_told(errors), actions[0] if actions else "fail")


def _speaks(status: int) -> bool:
    """Tell whether a status is about sign-in, rate or the service itself."""
    return status in _SPEAKING or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _code(error: Json) -> str:
    """Return the machine-readable kind of an error: Apollo's and GitHub's places."""
    if not isinstance(error, dict):
        return ""
    extensions = error.get("extensions")
    coded = extensions.get("code") if isinstance(extensions, dict) else None
    return str(coded or error.get("type") or "").upper()


def _told(errors: list[Json]) -> str:
    texts = [
        str(error.get("message") or _code(error)) if isinstance(error, dict) else ""
        for error in errors[:_MOST_TOLD]
    ]
    told = "; ".join(text.strip() for text in texts if text.strip())
    return told[:_LONGEST_TOLD] or "errors without a message"
