"""Targets: the short texts that say where a value goes in a request.

A bare name is a query parameter, as is `query:x`; `header:X`, `body:a.b`, `form:x` and
`path:x` are what they say, and `url` replaces the whole URL. In a body a number is the
place in an array that is there (`body:steps.0.id`); objects are made on the way.
Requests are never changed: `put` returns another one.
"""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl, quote, urldefrag, urljoin

import msgspec

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING, Json, Pairs, Request, scalar_text, spread
from ferrule.expression.getting import Found, element

Kind = Literal["query", "header", "body", "form", "path", "url"]
Put: TypeAlias = "Callable[[CompiledTarget, Request, Json], Request]"
Read: TypeAlias = Callable[[str, Request], Found]
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 5.6.2
_INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class CompiledTarget(msgspec.Struct, frozen=True):
    """A place in a request: its `kind`, and the `name` there (empty for `url`)."""

    text: str
    kind: Kind
    name: str

    def put(self, request: Request, value: Json) -> Request:
        """Return the request with `value` at this place, instead of what was there.

        A list gives several query parameters, as the request writes lists, or several
        form fields; null removes a parameter, header or form field, and stays null in
        a body.

        Raises:
            ExpressionError: when the request has no such place, or the value must
                not stand there.
        """
        return _PUTS[self.kind](self, request, value)

    def read(self, request: Request) -> Found:
        """Return what stands at this place: the first of several; else MISSING.

        A value that went into the path cannot be told from the path any more.
        """
        return _READS[self.kind](self.name, request)


@functools.lru_cache(maxsize=1024)
def compile_target(text: str) -> CompiledTarget:
    """Compile a target.

    Raises:
        ExpressionError: when it names no place.
    """
    if text == "url":
        return CompiledTarget(text, "url", "")
    prefix, colon, rest = text.partition(":")
    kind = _PREFIXES.get(prefix) if colon else None
    name = text if kind is None else rest
    _check_name(text, kind or "query", name, len(text) - len(name))
    return CompiledTarget(text, kind or "query", name)


_PREFIXES: Mapping[str, Kind] = {
    "query": "query",
    "header": "header",
    "body": "body",
    "form": "form",
    "path": "path",
}


def _check_name(text: str, kind: Kind, name: str, column: int) -> None:
    if not name.strip():
        raise ExpressionError(
            "The target is empty." if not text else f"{kind}: needs a name after it.",
            text=text,
            column=len(text),
            advice="Write name, header:Name, body:a.b, form:name, path:name or url.",
        )
    if kind == "header" and not _TOKEN.fullmatch(name):
        raise ExpressionError(
            f"{name!r} cannot be the name of a header.", text=text, column=column
        )
    if kind == "body" and not all(name.split(".")):
        raise ExpressionError(
            "A member name is missing beside a dot.",
            text=text,
            column=column + f".{name}.".find(".."),
        )


def _refused(target: CompiledTarget, message: str, advice: str = "") -> ExpressionError:
    return ExpressionError(message, text=target.text, advice=advice)


def _scalar(target: CompiledTarget, value: Json) -> str:
    if isinstance(value, list | dict):
        raise _refused(
            target,
            f"A list or an object cannot stand in {target.text}.",
            "Use a filter such as join or json.",
        )
    return scalar_text(value)


def _placed(pairs: Pairs, fresh: Pairs, is_it: Callable[[str], bool]) -> Pairs:
    """Return `pairs` with `fresh` where the first replaced one stood, or at the end."""
    at = next((i for i, (name, _) in enumerate(pairs) if is_it(name)), len(pairs))
    kept = tuple(pair for pair in pairs[at:] if not is_it(pair[0]))
    return pairs[:at] + fresh + kept


def _put_query(target: CompiledTarget, request: Request, value: Json) -> Request:
    names = {target.name}
    if isinstance(value, list):
        texts = [_scalar(target, x) for x in value if x is not None]
        fresh = spread(target.name, texts, request.array_format)
        names.add(f"{target.name}[]")
    else:
        fresh = () if value is None else ((target.name, _scalar(target, value)),)
    query = _placed(request.query, fresh, lambda name: name in names)
    return replace(request, query=query)


def _put_header(target: CompiledTarget, request: Request, value: Json) -> Request:
    text = "" if value is None else _scalar(target, value)
    if _CONTROL.search(text):
        raise _refused(
            target, "A header cannot hold a line break or control character."
        )
    fresh = () if value is None else ((target.name, text),)
    wanted = target.name.lower()
    headers = _placed(request.headers, fresh, lambda name: name.lower() == wanted)
    return replace(request, headers=headers)


def _put_body(target: CompiledTarget, request: Request, value: Json) -> Request:
    body = {} if request.body is None else request.body
    kind = request.body_type or "json"
    whole = _nested(target, body, target.name.split("."), value)
    return replace(request, body=whole, body_type=kind)


def _nested(
    target: CompiledTarget, value: Json, names: list[str], leaf: Json
) -> dict[str, Json] | list[Json]:
    if isinstance(value, list):
        return _in_array(target, value, names, leaf)
    if not isinstance(value, dict):
        raise _refused(
            target,
            f"The body has no object that could hold {names[0]!r}.",
            "Make the body a JSON object.",
        )
    head, *rest = names
    inner = _inner(target, value.get(head), rest, leaf)
    return {**value, head: inner}


def _in_array(
    target: CompiledTarget, elements: list[Json], names: list[str], leaf: Json
) -> list[Json]:
    """Return the array with one element changed, or with another at its end."""
    head, *rest = names
    at = int(head) if _INDEX.fullmatch(head) else None
    if at is None or at > len(elements):
        raise _refused(
            target,
            f"The body has an array of {len(elements)} where {head!r} should be.",
            "Name an element by its number; the first is 0.",
        )
    old = elements[at] if at < len(elements) else None
    return [*elements[:at], _inner(target, old, rest, leaf), *elements[at + 1 :]]


def _inner(target: CompiledTarget, value: Json, names: list[str], leaf: Json) -> Json:
    """Return what stands at a name: the leaf, or what holds it, made where absent."""
    if not names:
        return leaf
    return _nested(target, {} if value is None else value, names, leaf)


def _put_form(target: CompiledTarget, request: Request, value: Json) -> Request:
    if request.body_type not in {None, "form", "multipart"}:
        raise _refused(
            target,
            f"A {request.body_type} body has no form fields.",
            "Set bodyType to form, or use body:name.",
        )
    fields = request.body if isinstance(request.body, dict) else {}
    kept = dict(fields)
    if value is None:
        kept.pop(target.name, None)
    else:
        kept[target.name] = _form_value(target, value)
    return replace(request, body=kept, body_type=request.body_type or "form")


def _form_value(target: CompiledTarget, value: Json) -> Json:
    if isinstance(value, list):
        return [_scalar(target, x) for x in value if x is not None]
    return _scalar(target, value)


def _put_path(target: CompiledTarget, request: Request, value: Json) -> Request:
    mark = "{" + target.name + "}"
    if mark not in request.url:
        raise _refused(
            target,
            f"The URL has no {mark}.",
            f"Write {mark} where the value goes in the endpoint.",
        )
    text = "" if value is None else _scalar(target, value)
    if text in {"", ".", ".."}:
        raise _refused(target, f"{text!r} cannot be a part of a path.")
    part = quote(text, safe="", errors="replace")
    return replace(request, url=request.url.replace(mark, part))


def _put_url(target: CompiledTarget, request: Request, value: Json) -> Request:
    """Replace URL and query; a relative one is joined to the request's own URL."""
    if not isinstance(value, str) or not value.strip():
        raise _refused(target, "The URL of the next request is not a text.")
    try:
        whole = urldefrag(urljoin(request.url, value.strip())).url
    except ValueError:
        raise _refused(target, "The URL of the next request cannot be read.") from None
    address, _, query = whole.partition("?")
    pairs = _pairs(query)
    if pairs is None:
        return replace(request, url=whole, query=())
    return replace(request, url=address, query=pairs)


def _pairs(query: str) -> Pairs | None:
    """Return the pairs of a query, None when they could not be written back equal."""
    if not query:
        return ()
    try:
        return tuple(
            parse_qsl(
                query, keep_blank_values=True, strict_parsing=True, errors="strict"
            )
        )
    except ValueError:
        return None


_PUTS: Mapping[Kind, Put] = {
    "query": _put_query,
    "header": _put_header,
    "body": _put_body,
    "form": _put_form,
    "path": _put_path,
    "url": _put_url,
}


def _read_query(name: str, request: Request) -> Found:
    return next((text for key, text in request.query if key == name), MISSING)


def _read_header(name: str, request: Request) -> Found:
    found = request.header(name)
    return MISSING if found is None else found


def _read_body(name: str, request: Request) -> Found:
    found: Found = request.body
    for part in name.split("."):
        if isinstance(found, dict):
            found = found.get(part, MISSING)
        else:
            found = element(found, int(part) if _INDEX.fullmatch(part) else part)
    return found


def _read_form(name: str, request: Request) -> Found:
    return (
        request.body.get(name, MISSING) if isinstance(request.body, dict) else MISSING
    )


_READS: Mapping[Kind, Read] = {
    "query": _read_query,
    "header": _read_header,
    "body": _read_body,
    "form": _read_form,
    "path": lambda _name, _request: MISSING,
    "url": lambda _name, request: request.full_url,
}
