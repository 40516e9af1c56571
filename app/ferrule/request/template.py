"""A request with templates in it, and how it becomes a `Request`.

A template that has no value drops the query, header or body member that holds it.
"""

import re
from typing import Annotated, Literal, Self, TypeAlias
from urllib.parse import parse_qsl

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from ferrule.errors import ExpressionError
from ferrule.exchange import (
    MISSING,
    ArrayFormat,
    BodyType,
    Json,
    Pairs,
    Request,
    scalar_text,
    spread,
)
from ferrule.expression import TemplateText
from ferrule.expression.template import Scope, compile_template
from ferrule.request.address import compile_address
from ferrule.request.body import check_body, render_body
from ferrule.section import Section, Whole

DEFAULT_TIMEOUT_MS = 30_000
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 5.6.2
_UNSAFE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def _check_header(name: str) -> str:
    if not _TOKEN.fullmatch(name):
        raise PydanticCustomError("header", "This cannot be the name of a header.")
    return name


def _one_or_many(value: object) -> str:
    return "(many)" if isinstance(value, list | tuple) else "(one)"


HeaderName: TypeAlias = Annotated[str, AfterValidator(_check_header)]
Templates: TypeAlias = Annotated[
    Annotated[TemplateText, Tag("(one)")]
    | Annotated[tuple[TemplateText, ...], Tag("(many)")],
    Discriminator(_one_or_many),
]


class RequestParts(Section):
    """What all requests have besides address and method."""

    query: dict[str, Templates] | None = Field(
        None, title="Query", description="Parameters; an undefined one is left out"
    )
    array_format: ArrayFormat | None = Field(
        None, title="Lists in the query", description="How several values are written"
    )
    headers: dict[HeaderName, TemplateText] | None = Field(None, title="Headers")
    body: Json = Field(None, title="Body", description="JSON with templates, or text")
    body_type: BodyType | None = Field(None, title="Body format")
    timeout_ms: Whole | None = Field(
        None, ge=1, le=600_000, title="Deadline (ms)", description="For the whole reply"
    )

    @model_validator(mode="after")
    def _body_compiles(self) -> Self:
        found = check_body(self.body, self.body_type)
        if found is not None:
            raise expression_problem(f"/body{found[0]}", found[1])
        return self

    @model_validator(mode="after")
    def _boundary_is_ours(self) -> Self:
        named = {name.lower() for name in self.headers or {}}
        if self.body_type == "multipart" and "content-type" in named:
            raise PydanticCustomError(
                "header",
                "A multipart body makes its own Content-Type: remove the header.",
            )
        return self

    def build(
        self, endpoint: str, method: str, scope: Scope, base_url: str | None
    ) -> Request:
        """Return the request with every template filled from `scope`.

        `base_url` is what a relative address is joined to, and `{{baseUrl}}` where the
        configuration has none of its own.

        Raises:
            ExpressionError: when the address has a variable without a value, or a
                header would hold a line break.
        """
        known = _with_base(scope, base_url)
        address = compile_address(endpoint)
        url, inline = _whole(address.fill(known), base_url, known, endpoint)
        body, body_type = render_body(self.body, self.body_type, known)
        return Request(
            method=method,
            url=url,
            query=inline + address.pairs(known) + self._query(known),
            headers=_headers(self.headers or {}, known),
            body=None if body is MISSING else body,
            body_type=None if body is MISSING or body is None else body_type,
            timeout_ms=self.timeout_ms or DEFAULT_TIMEOUT_MS,
            array_format=self.array_format,
        )

    def _query(self, scope: Scope) -> Pairs:
        pairs: list[tuple[str, str]] = []
        for name, templates in (self.query or {}).items():
            values, several = _values(templates, scope)
            texts = [scalar_text(value) for value in values]
            how = self.array_format
            pairs += spread(name, texts, how) if several else [(name, texts[0])]
        return tuple(pairs)


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


def expression_problem(pointer: str, error: ExpressionError) -> PydanticCustomError:
    """Return an expression's error as a validation error at a member of a section."""
    context = {
        "message": error.message,
        "advice": error.advice,
        "column": error.column,
        "pointer": pointer,
    }
    return PydanticCustomError("expression", "{message}", context)


def _with_base(scope: Scope, base_url: str | None) -> Scope:
    """Return the scope in which `{{baseUrl}}` has a value, if there is one."""
    default = scope.default if isinstance(scope.default, dict) else {}
    if base_url is None or "baseUrl" in scope.names or "baseUrl" in default:
        return scope
    address = compile_address(base_url)
    try:
        base = address.fill(scope).rstrip("/")
    except ExpressionError:
        return scope
    return Scope(scope.names, {"baseUrl": base, **default})


def _whole(
    url: str, base_url: str | None, scope: Scope, endpoint: str
) -> tuple[str, Pairs]:
    """Return the address joined to the base, and the base's own query."""
    if "://" in url:
        return _bare(url)
    if base_url is None:
        raise ExpressionError(
            "The address is relative and there is no base URL.",
            text=endpoint,
            advice="Give baseUrl, or write the address with https://.",
        )
    address = compile_address(base_url)
    base, inline = _bare(address.fill(scope))
    joined = f"{base.rstrip('/')}/{url.lstrip('/')}" if url else base
    return joined, inline + address.pairs(scope)


def _bare(url: str) -> tuple[str, Pairs]:
    """Return an address without query and fragment, and the query as pairs."""
    address, _, query = url.partition("#")[0].partition("?")
    return address, tuple(parse_qsl(query, keep_blank_values=True)) if query else ()


def _values(templates: str | tuple[str, ...], scope: Scope) -> tuple[list[Json], bool]:
    """Return the values that are there, and whether they are those of a list.

    Without a value it is an empty list.
    """
    many = (templates,) if isinstance(templates, str) else templates
    several = not isinstance(templates, str)
    values: list[Json] = []
    for template in many:
        value = compile_template(template).render(scope)
        if isinstance(value, list):
            several = True
            values += [element for element in value if element is not None]
        elif value is not MISSING and value is not None:
            values.append(value)
    return values, several or not values


def _headers(templates: dict[str, str], scope: Scope) -> Pairs:
    rendered = ((n, compile_template(t).render(scope)) for n, t in templates.items())
    pairs = tuple(
        (name, scalar_text(value))
        for name, value in rendered
        if value is not MISSING and value is not None
    )
    for name, text in pairs:
        if _UNSAFE.search(text):
            raise ExpressionError(
                f"The header {name} cannot hold a line break or control character.",
                text=templates[name],
            )
    return pairs
