"""A request of a descriptor as Airbyte's HttpRequester."""

from collections.abc import Mapping
from typing import Final

from ferrule.exchange import Json
from ferrule.expression.placeholder import Placeholder, pieces
from ferrule.interchange.airbyte.component import Component
from ferrule.interchange.airbyte.jinja import literal, value_text
from ferrule.interchange.airbyte.wording import Wording
from ferrule.interchange.outgoing import Outgoing
from ferrule.request.template import RequestParts, RequestTemplate

_METHODS: Final = frozenset({"GET", "POST"})


def requester(
    out: Outgoing, template: RequestTemplate, words: Wording
) -> Component | None:
    """Return a whole request; None where Airbyte cannot send it."""
    return request(out, template, template.endpoint, template.method, words)


def request(
    out: Outgoing, parts: RequestParts, endpoint: str, method: str, words: Wording
) -> Component | None:
    """Return a request of these parts; None where Airbyte cannot send it."""
    if method not in _METHODS:
        return None
    address, _, inline = _split(endpoint)
    base, path = _address(out, address, words)
    if base is None or path is None:
        return None
    query = _inline(inline, words)
    further = _query(parts, words)
    headers = _texts(parts.headers or {}, words)
    body = _body(parts, words)
    if query is None or further is None or headers is None or body is None:
        return None
    found: Component = {"type": "HttpRequester", "url_base": base}
    if path:
        found["path"] = path
    found["http_method"] = method
    for name, members in (
        ("request_parameters", {**query, **further}),
        ("request_headers", headers),
    ):
        if members:
            found[name] = members
    if parts.timeout_ms is not None:
        found["read_timeout_in_seconds"] = parts.timeout_ms / 1000
    return found | body


def _split(endpoint: str) -> tuple[str, str, str]:
    """Cut an endpoint at the first `?` that stands outside its placeholders."""
    at = 0
    for piece in pieces(endpoint):
        if isinstance(piece, Placeholder):
            at = endpoint.index("}}", endpoint.index("{{", at)) + 2
        elif "?" in piece:
            cut = endpoint.index("?", at)
            return endpoint[:cut], "?", endpoint[cut + 1 :]
        else:
            at += len(piece)
    return endpoint, "", ""


def _address(
    out: Outgoing, address: str, words: Wording
) -> tuple[str | None, str | None]:
    base = out.connector.base_url or ""
    if "://" in address or not base:
        return words.text(address), ""
    if address.startswith("{{") and "baseUrl" in address[:12]:
        cut = address.index("}}") + 2
        return words.text(address[:cut]), words.text(
            address[cut:].lstrip("/"), encoded=True
        )
    return words.text(base), words.text(address.lstrip("/"), encoded=True)


def _inline(query: str, words: Wording) -> Component | None:
    pairs = [one.partition("=") for one in query.split("&") if one]
    return _texts({name: value for name, _, value in pairs}, words)


def _query(parts: RequestParts, words: Wording) -> Component | None:
    found: Component = {}
    for name, given in (parts.query or {}).items():
        several = not isinstance(given, str)
        texts = [
            words.text(one) for one in ((given,) if isinstance(given, str) else given)
        ]
        if None in texts:
            return None
        known = [text for text in texts if text is not None]
        key, value = _listed(
            parts, name, known, several=several, raw=given, words=words
        )
        found[literal(key)] = value
    return found


def _listed(
    parts: RequestParts,
    name: str,
    texts: list[str],
    *,
    several: bool,
    raw: str | tuple[str, ...],
    words: Wording,
) -> tuple[str, str]:
    """Return name and value of a parameter; several values as their format says."""
    comma = parts.array_format == "comma"
    if isinstance(raw, str):
        expression = words.listed(raw)
        if expression and comma:
            return name, f"{{{{ {expression} | join(',') }}}}"
        return name, texts[0]
    if not several or comma:
        return name, ",".join(texts)
    key = f"{name}[]" if parts.array_format == "brackets" else name
    return key, f"{{{{ {value_text(list(raw))} }}}}"


def _texts(templates: Mapping[str, str], words: Wording) -> Component | None:
    texts = {literal(name): words.text(text) for name, text in templates.items()}
    known: Component = {n: text for n, text in texts.items() if text is not None}
    return known if len(known) == len(texts) else None


def _body(parts: RequestParts, words: Wording) -> Component | None:
    if parts.body is None:
        return {}
    if parts.body_type == "form" and isinstance(parts.body, dict):
        texts = {name: str(one) for name, one in parts.body.items()}
        value = _texts(texts, words)
        kind = "RequestBodyUrlEncodedForm"
    elif isinstance(parts.body, dict) and parts.body_type in {"json", "graphql", None}:
        value = body_object(parts.body, words)
        kind = "RequestBodyJsonObject"
    else:
        return None
    return None if value is None else {"request_body": {"type": kind, "value": value}}


def body_object(body: Mapping[str, Json], words: Wording) -> Component | None:
    """Return a JSON body; a member that hangs on one optional value comes with it."""
    found: Component = {}
    for name, member in body.items():
        text = _conditional(member, words)
        value = text if text is not None else _value(member, words)
        if value is None and member is not None:
            return None
        found[literal(name)] = value
    return found


def _value(value: Json, words: Wording) -> Json:
    if isinstance(value, str):
        return words.member(value)
    if isinstance(value, dict):
        return body_object(value, words)
    if isinstance(value, list):
        members = [_value(one, words) for one in value]
        lost = any(
            m is None and v is not None for m, v in zip(members, value, strict=True)
        )
        return None if lost else members
    return value


def _conditional(value: Json, words: Wording) -> str | None:
    """Return an object as one expression where an optional value decides about all."""
    if not isinstance(value, dict):
        return None
    leaves = list(_leaves(value))
    guards = {guard for leaf in leaves for guard in words.optional(leaf)}
    if len(guards) != 1 or any(not words.optional(leaf) for leaf in leaves):
        return None
    inner = _written(value, words)
    return (
        None
        if inner is None
        else f"{{{{ ({inner}) if {' and '.join(sorted(guards))} else '' }}}}"
    )


def _leaves(value: Json) -> list[str]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in _leaves(one)]
    return [value] if isinstance(value, str) else [""]


def _written(value: Json, words: Wording) -> str | None:
    if isinstance(value, dict):
        pairs = [(name, _written(one, words)) for name, one in value.items()]
        if any(text is None for _, text in pairs):
            return None
        return "{" + ", ".join(f"{value_text(n)}: {text}" for n, text in pairs) + "}"
    parts = list(pieces(value)) if isinstance(value, str) else []
    if len(parts) == 1 and isinstance(parts[0], Placeholder):
        return words.expression(parts[0])
    return None
