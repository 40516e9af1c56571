"""A request with templates in it, and how it becomes a `Request`.

A template that has no value drops the query, header or body member that holds it.
"""

from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field

from ferrule.errors import ExpressionError, UnreadableResponse
from ferrule.exchange import (
    MISSING,
    BodyType,
    Json,
    Missing,
    Pairs,
    Request,
    decode,
    scalar_text,
)
from ferrule.expression import TemplateText
from ferrule.expression.template import Scope, compile_template, render_json
from ferrule.section import Section

DEFAULT_TIMEOUT_MS = 30_000


class RequestParts(Section):
    """What all requests have besides address and method."""

    query: dict[str, TemplateText | tuple[TemplateText, ...]] | None = Field(
        None, title="Query", description="Parameters; an undefined one is left out"
    )
    array_format: Literal["repeat", "brackets", "comma"] | None = Field(
        None, title="Lists in the query", description="How several values are written"
    )
    headers: dict[str, TemplateText] | None = Field(None, title="Headers")
    body: Json = Field(None, title="Body", description="JSON with templates, or text")
    body_type: BodyType | None = Field(None, title="Body format")
    timeout_ms: int | None = Field(
        None, ge=1, le=600_000, title="Deadline (ms)", description="For the whole reply"
    )

    def build(
        self, endpoint: str, method: str, scope: Scope, base_url: str | None
    ) -> Request:
        """Return the request with every template filled from `scope`.

        Raises:
            ExpressionError: when the address has a variable without a value, or the
                body text is not JSON.
        """
        url, inline = _split(_address(endpoint, scope, base_url))
        body = self._body(scope)
        return Request(
            method=method,
            url=url,
            query=inline + self._query(scope),
            headers=_rendered_pairs(self.headers or {}, scope),
            body=None if body is MISSING else body,
            body_type=self._body_type(body),
            timeout_ms=self.timeout_ms or DEFAULT_TIMEOUT_MS,
        )

    def _body_type(self, body: Json | Missing) -> BodyType | None:
        if body is MISSING or body is None:
            return None
        return self.body_type or "json"

    def _query(self, scope: Scope) -> Pairs:
        pairs: list[tuple[str, str]] = []
        for name, template in (self.query or {}).items():
            many = template if isinstance(template, tuple) else (template,)
            pairs += self._spread(name, _values(many, scope))
        return tuple(pairs)

    def _spread(self, name: str, values: list[Json]) -> list[tuple[str, str]]:
        texts = [scalar_text(value) for value in values]
        if len(texts) > 1 and self.array_format == "comma":
            return [(name, ",".join(texts))]
        suffix = "[]" if len(texts) > 1 and self.array_format == "brackets" else ""
        return [(name + suffix, text) for text in texts]

    def _body(self, scope: Scope) -> Json | Missing:
        if self.body is None:
            return MISSING
        if isinstance(self.body, str) and self.body_type in {None, "json", "graphql"}:
            return _json_text(self.body, scope)
        return render_json(self.body, scope)


class RequestTemplate(RequestParts):
    """A whole request: address, method and parts."""

    endpoint: TemplateText = Field(
        title="Address", description="Absolute, or relative to the base URL"
    )
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] = Field(
        title="Method"
    )

    def request(self, scope: Scope, base_url: str | None = None) -> Request:
        """Return the request with every template filled from `scope`."""
        return self.build(self.endpoint, self.method, scope, base_url)


def _values(templates: tuple[str, ...], scope: Scope) -> list[Json]:
    values: list[Json] = []
    for template in templates:
        value = compile_template(template).render(scope)
        if isinstance(value, list):
            values += value
        elif value is not MISSING and value is not None:
            values.append(value)
    return values


def _rendered_pairs(templates: dict[str, str], scope: Scope) -> Pairs:
    rendered = ((n, compile_template(t).render(scope)) for n, t in templates.items())
    return tuple(
        (name, scalar_text(value))
        for name, value in rendered
        if value is not MISSING and value is not None
    )


def _json_text(template: str, scope: Scope) -> Json:
    text = compile_template(template).fill(scope)
    try:
        return decode(text.encode())
    except UnreadableResponse as error:
        raise ExpressionError(
            f"The body is not JSON once it is filled: {error.message}",
            text=template,
            advice="Set the body format to text, or quote the values.",
        ) from None


def _address(endpoint: str, scope: Scope, base_url: str | None) -> str:
    url = _filled(endpoint, scope)
    if "://" in url.split("?", 1)[0]:
        return url
    if base_url is None:
        raise ExpressionError(
            "The address is relative and there is no base URL.",
            text=endpoint,
            advice="Give baseUrl, or write the address with https://.",
        )
    return f"{_filled(base_url, scope).rstrip('/')}/{url.lstrip('/')}"


def _filled(template: str, scope: Scope) -> str:
    undefined: list[str] = []
    url = compile_template(template).fill(scope, undefined)
    if undefined:
        raise ExpressionError(
            f"The address needs a value for {', '.join(undefined)}.",
            text=template,
            column=max(template.find(undefined[0]), 0),
            advice="Give it as a configuration field.",
        )
    return url


def _split(address: str) -> tuple[str, Pairs]:
    parts = urlsplit(address)
    pairs = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return address.split("?", 1)[0].split("#", 1)[0], pairs
