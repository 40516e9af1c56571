"""The body of a request: JSON with templates in it, or a text that becomes JSON.

A text (seed 001, section 4.2) is read as JSON once, with its placeholders in place, so
that a value can never change the structure: `{"after": {{pageToken}}}` is the same as
`{"after": "{{pageToken}}"}`, and an undefined value drops its member in both. In the
same way a form's text is read as fields and a GraphQL query as a query.
"""

import re
from functools import lru_cache

from ferrule.errors import ExpressionError, UnreadableResponse
from ferrule.exchange import MISSING, BodyType, Json, Missing, decode
from ferrule.expression.template import Scope, compile_template, render_json
from ferrule.request.address import compile_address, tokens_of
from ferrule.request.graphql import fill_query

_DOCUMENT = re.compile(r'\s*\{\s*["}]')  # no GraphQL query begins like that
_OBJECTS = {
    "form": "A form is an object of fields, or a text such as a=1&b=2.",
    "multipart": "A multipart body is an object of parts.",
    "graphql": "A GraphQL body is a query, or an object with query and variables.",
}


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
    if body_type == "graphql":
        return _graphql(body, scope), body_type
    if not isinstance(body, str):
        return render_json(body, scope), body_type or "json"
    tree = None if body_type == "text" else json_of(body)
    if tree is not None and (body_type != "form" or isinstance(tree[0], dict)):
        return render_json(tree[0], scope), body_type or "json"
    if body_type == "form":
        return _form(body, scope), body_type
    return compile_template(body).render(scope), body_type or "text"


def _graphql(body: Json, scope: Scope) -> Json | Missing:
    """Return query and variables; values in the query cannot change its structure."""
    tree = body
    if isinstance(body, str):
        if not _DOCUMENT.match(body):
            return {"query": fill_query(body, scope)}
        tree = (json_of(body) or (None,))[0]
    query = tree.get("query") if isinstance(tree, dict) else None
    if not isinstance(tree, dict) or not isinstance(query, str):
        return render_json(tree, scope)
    others = {name: member for name, member in tree.items() if name != "query"}
    rest = render_json(others, scope)
    known = rest if isinstance(rest, dict) else {}
    return {"query": fill_query(query, scope), **known}


def _form(text: str, scope: Scope) -> Json | Missing:
    """Return the fields of a form that is written as `a={{x}}&b=2`."""
    tokens = tokens_of(text)
    parts = [t.replace("#", "%23") if isinstance(t, str) else t.text for t in tokens]
    fields: dict[str, Json] = {}
    for name, value in compile_address("?" + "".join(parts)).pairs(scope):
        known = fields.get(name)
        if known is None:
            fields[name] = value
        else:
            fields[name] = [*(known if isinstance(known, list) else [known]), value]
    return fields or MISSING


def check_body(
    body: Json, body_type: BodyType | None
) -> tuple[str, ExpressionError] | None:
    """Return the first problem of a body, as a JSON pointer inside it and the error."""
    for pointer, text in _texts(body, ""):
        try:
            compile_template(text)
        except ExpressionError as error:
            return pointer, error
    if body is None or body_type in {None, "text"}:
        return None
    return _check_form(body, body_type)


def _check_form(body: Json, body_type: str) -> tuple[str, ExpressionError] | None:
    """Return the problem of a body that is not what its type wants."""
    tree: Json = body
    if isinstance(body, str):
        if body_type == "form" or (
            body_type == "graphql" and not _DOCUMENT.match(body)
        ):
            return None
        found = json_of(body)
        if found is None:
            return "", ExpressionError(
                "The body is not JSON.",
                text=body,
                advice="Write it as JSON, or set the body format to text.",
            )
        tree = found[0]
    if body_type in _OBJECTS and not isinstance(tree, dict):
        text = body if isinstance(body, str) else ""
        return "", ExpressionError(_OBJECTS[body_type], text=text)
    return None


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
