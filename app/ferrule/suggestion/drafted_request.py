"""The request of an exchange as parts of a descriptor, its secrets turned into fields.

No secret of the request stands in what is returned: what is one by its name, or looks
like one, becomes a credential field or is left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

from ferrule.errors import ExpressionError
from ferrule.exchange import Json, Request
from ferrule.expression.target import compile_target
from ferrule.expression.template import compile_template
from ferrule.redaction import is_secret_name
from ferrule.request.body import check_body
from ferrule.suggestion.words import vocabulary, words

_ON_ITS_OWN: Final = vocabulary(
    "accept-encoding accept-language cache-control connection content-length "
    "content-type cookie date dnt expect forwarded host if-match if-modified-since "
    "if-none-match if-range if-unmodified-since keep-alive origin pragma priority "
    "proxy-authorization proxy-connection range referer te trailer transfer-encoding "
    "upgrade upgrade-insecure-requests user-agent via"
)
_BROWSER: Final = ("sec-", "x-forwarded-", "x-request-id", "x-b3-", "traceparent")
_SECRET_WORDS: Final = vocabulary(
    "apikey auth authorization bearer credential jwt key passwd password secret "
    "session sig signature token"
)
_PAGING_WORDS: Final = frozenset({"page", "next", "continuation", "sync", "cursor"})
_LOOKS_SECRET: Final = re.compile(
    r"\b(gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,}|sk_(live|test)_\w{10,}"
    r"|AKIA[0-9A-Z]{16}|AIza[\w-]{30,}|glpat-[\w-]{15,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,})"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|\b(Bearer|Basic|Token) +[A-Za-z0-9+/_.~-]{8,}"
)
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"})
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BEARER: Final = re.compile(r"(bearer|basic|token|apikey|key)\s+\S", re.IGNORECASE)
_PATH_SAFE: Final = "/:@!$&'()*+,;=~%-._"
_NOWHERE: Final = "https://api.example.com"
_MOST_DEPTH: Final = 30


@dataclass(frozen=True, slots=True)
class Address:
    """Where a request goes: the origin, and the path below it as a template."""

    origin: str
    path: str
    query: Sequence[tuple[str, str]]

    @property
    def host(self) -> str:
        """The host of the origin."""
        return urlsplit(self.origin).hostname or ""


def address_of(request: Request | None) -> Address:
    """Return the address of a request; without one, that of an example."""
    try:
        parts = urlsplit(request.url if request is not None else "")
        host, port = parts.hostname, parts.port
    except ValueError:
        return Address(_NOWHERE, "/", ())
    if parts.scheme not in {"http", "https"} or not host or not _is_host(host):
        return Address(_NOWHERE, "/", ())
    netloc = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{netloc}" + (f":{port}" if port else "")
    path = quote(parts.path, safe=_PATH_SAFE, errors="replace") or "/"
    return Address(origin, path, parse_qsl(parts.query, keep_blank_values=True))


def _is_host(host: str) -> bool:
    return bool(re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:.]+", host))


def request_parts(request: Request | None, taken: Sequence[str]) -> dict[str, Json]:
    """Return method, query, headers and body of a request as polling members.

    `taken` are the targets that paging and incremental fill: what stands there is left
    out. So is what is secret, what a client adds by itself, and what is no template.
    """
    address = address_of(request)
    parts: dict[str, Json] = {"endpoint": address.path, "method": "GET"}
    if request is None:
        return parts
    if request.method.upper() in _METHODS:
        parts["method"] = request.method.upper()
    bare = _without(request, taken)
    pairs = [*address.query, *request.query]
    kept = [(n, v) for n, v in pairs if not is_secret(n, v) and not _is_taken(n, taken)]
    found = {
        "query": _query(kept),
        "headers": dict(_headers(request)),
        "arrayFormat": request.array_format,
        **_body(bare),
    }
    return parts | {name: value for name, value in found.items() if value}


def _is_taken(name: str, taken: Sequence[str]) -> bool:
    return name in taken or f"query:{name}" in taken


def _without(request: Request, taken: Sequence[str]) -> Request:
    """Return a request without what stands in the body at the targets."""
    body = request.body
    for text in taken:
        target = compile_target(text)
        if target.kind == "body" and isinstance(body, dict):
            body = _removed(body, target.name.split("."))
        elif target.kind == "form" and isinstance(body, dict):
            body = {name: v for name, v in body.items() if name != target.name}
    return replace(request, body=body)


def _removed(body: Mapping[str, Json], names: Sequence[str]) -> dict[str, Json]:
    kept = dict(body)
    inner = kept.get(names[0])
    if not names[1:]:
        kept.pop(names[0], None)
    elif isinstance(inner, dict):
        kept[names[0]] = _removed(inner, names[1:])
    return kept


def _query(pairs: Sequence[tuple[str, str]]) -> dict[str, Json]:
    query: dict[str, Json] = {}
    for name, value in pairs:
        if not _is_plain(value):
            continue
        there = query.get(name)
        if there is None:
            query[name] = value
        else:
            query[name] = [*(there if isinstance(there, list) else [there]), value]
    return query


def _headers(request: Request) -> Iterator[tuple[str, Json]]:
    for name, value in request.headers:
        low = name.lower()
        own = low in _ON_ITS_OWN or low.startswith(_BROWSER)
        sound = _TOKEN.fullmatch(name) and value.isprintable() and _is_plain(value)
        if sound and not own and not is_secret(name, value):
            yield name, value


def _body(request: Request) -> dict[str, Json]:
    if request.body is None or request.body_type is None:
        return {}
    body = _clean(request.body, 0)
    empty = body in ({}, [], "", None)
    if empty or check_body(body, request.body_type) is not None:
        return {}
    return {"body": body, "bodyType": request.body_type}


def _clean(value: Json, depth: int) -> Json:
    """Return a body without secrets, texts that are no templates, and great depth."""
    if depth > _MOST_DEPTH:
        return None
    if isinstance(value, dict):
        kept = {n: _clean(v, depth + 1) for n, v in value.items() if not _hides(n, v)}
        return dict(kept)
    if isinstance(value, list):
        return [_clean(element, depth + 1) for element in value]
    if isinstance(value, str) and (not _is_plain(value) or is_secret("", value)):
        return ""
    return value


def _hides(name: str, value: Json) -> bool:
    return isinstance(value, str) and is_secret(name, value)


def _is_plain(text: str) -> bool:
    """Tell whether a text means itself as a template."""
    if "{{" not in text:
        return True
    try:
        return not compile_template(text).names
    except ExpressionError:
        return False


def is_secret(name: str, value: str) -> bool:
    """Tell whether a parameter or header holds a secret, by its name or its look."""
    parts = words(name)
    if is_secret_name(name) or _LOOKS_SECRET.search(value):
        return True
    if not _PAGING_WORDS.isdisjoint(parts):
        return False
    return bool(parts) and not _SECRET_WORDS.isdisjoint(parts[-2:])


def auth_of(request: Request | None) -> dict[str, Json]:
    """Return how a request signs in, as the `auth` of a descriptor without secrets."""
    if request is None:
        return {"method": "none"}
    headers = [(n, v) for n, v in request.headers if is_secret(n, v)]
    for name, value in headers:
        if name.lower() == "authorization":
            return _by_authorization(value)
    named = [n for n, _ in headers if _TOKEN.fullmatch(n) and n.lower() != "cookie"]
    if named:
        return _by_key("header", named[0])
    pairs = [*address_of(request).query, *request.query]
    asked = [n for n, v in pairs if n.strip() and is_secret(n, v)]
    return _by_key("query", asked[0]) if asked else {"method": "none"}


def _by_authorization(value: str) -> dict[str, Json]:
    scheme = _BEARER.match(value.strip())
    word = scheme[1] if scheme else ""
    if word.lower() == "basic":
        return _basic()
    config: dict[str, Json] = {
        "delivery": "bearer" if word.lower() == "bearer" else "header",
        "paramName": "Authorization",
        "credentialFields": [_field("token", "Access token")],
    }
    if word and word.lower() != "bearer":
        config["valueTemplate"] = f"{word} {{{{token}}}}"
    return {"method": "pat", "config": config}


def _basic() -> dict[str, Json]:
    username: dict[str, Json] = {
        "key": "username",
        "label": "User name",
        "type": "text",
        "required": True,
    }
    return {
        "method": "basic",
        "config": {"credentialFields": [username, _field("password", "Password")]},
    }


def _by_key(delivery: str, name: str) -> dict[str, Json]:
    return {
        "method": "api_key",
        "config": {
            "delivery": delivery,
            "paramName": name,
            "credentialFields": [_field("apiKey", "API key")],
        },
    }


def _field(key: str, label: str) -> dict[str, Json]:
    return {"key": key, "label": label, "type": "password", "required": True}
