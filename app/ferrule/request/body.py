"""The body of a request: JSON with templates in it, or a text that becomes JSON.

A text (seed 001, section 4.2) is read as JSON once, with its placeholders in place, so
that a value can never change the structure: `{"after": {{pageToken}}}` is the same as
`{"after": "{{pageToken}}"}`, and an undefined value drops its member in both.
"""

from functools import lru_cache

from ferrule.errors import ExpressionError, UnreadableResponse
from ferrule.exchange import MISSING, BodyType, Json, Missing, decode
from ferrule.expression.template import Scope, compile_template, render_json
from ferrule.request.address import tokens_of


def render_body(
    body: Json, body_type: BodyType | None, scope: Scope
) -> tuple[Json | Missing, BodyType | None]:
    """Return the body filled from `scope`, and its type; MISSING for none.

    A text without a `body_type` is JSON if it reads as JSON, else a text.

    Raises:
        ExpressionError: when a filter fails.
    """
    if body is None:
        return MISSING, None
    if not isinstance(body, str):
        return render_json(body, scope), body_type or "json"
    if body_type == "graphql" and not body.lstrip().startswith('{"'):
        return {"query": compile_template(body).fill(scope)}, "graphql"
    tree = None if body_type in {"text", "form"} else json_of(body)
    if tree is None:
        return compile_template(body).render(scope), body_type or "text"
    return render_json(tree[0], scope), body_type or "json"


def check_body(
    body: Json, body_type: BodyType | None
) -> tuple[str, ExpressionError] | None:
    """Return the first problem of a body, as a JSON pointer inside it and the error."""
    for pointer, text in _texts(body, ""):
        try:
            compile_template(text)
        except ExpressionError as error:
            return pointer, error
    if isinstance(body, str) and body_type in {"json", "graphql"}:
        return _check_text(body, body_type)
    return None


def _check_text(body: str, body_type: BodyType) -> tuple[str, ExpressionError] | None:
    is_query = body_type == "graphql" and not body.lstrip().startswith('{"')
    if is_query or json_of(body) is not None:
        return None
    return "", ExpressionError(
        "The body is not JSON.",
        text=body,
        advice="Write it as JSON, or set the body format to text.",
    )


def _texts(value: Json, pointer: str) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(pointer, value)]
    if isinstance(value, dict):
        members = value.items()
        named = ((k.replace("~", "~0").replace("/", "~1"), v) for k, v in members)
        return [t for k, v in named for t in _texts(v, f"{pointer}/{k}")]
    if isinstance(value, list | tuple):
        return [t for i, v in enumerate(value) for t in _texts(v, f"{pointer}/{i}")]
    return []


@lru_cache(maxsize=256)
def json_of(text: str) -> tuple[Json] | None:
    """Return the JSON that a text with placeholders is, in a tuple, or None.

    Raises:
        ExpressionError: when a placeholder cannot be read.
    """
    return _read(text) or _read(_quoted(text))


def _read(text: str) -> tuple[Json] | None:
    try:
        return (decode(text.encode("utf-8", "replace")),)
    except UnreadableResponse:
        return None


def _quoted(text: str) -> str:
    """Return the text with each placeholder outside of quotes put into quotes."""
    parts: list[str] = []
    inside = False
    for token in tokens_of(text):
        if isinstance(token, str):
            inside ^= _quotes(token) % 2 == 1
            parts.append(token)
            continue
        escaped = token.text.replace("\\", "\\\\").replace('"', '\\"')
        parts.append(escaped if inside else f'"{escaped}"')
    return "".join(parts)


def _quotes(literal: str) -> int:
    """Return how many quotes a literal has that no backslash escapes."""
    bare = literal.replace("\\\\", "").replace('\\"', "")
    return bare.count('"')
