"""What a connector can do besides reading: tools and sinks."""

from collections.abc import Iterable
from typing import ClassVar, Final, Literal, Self
from urllib.parse import unquote

from pydantic import Field, model_validator

from ferrule.exchange import Json
from ferrule.expression import JsonPath, Predicate, Source, TemplateText
from ferrule.expression.target import compile_target
from ferrule.fields import ToolParam
from ferrule.request import RequestTemplate
from ferrule.request.body import check_body
from ferrule.request.template import expression_problem
from ferrule.section import Flag, Section, Whole


class HealthCheck(Section):
    """One cheap request that says whether the service answers (seed 001, 4.5)."""

    endpoint: TemplateText = Field(title="Address")
    method: Literal["GET", "HEAD", "POST"] = Field(title="Method")
    expect_status: Whole = Field(ge=100, le=599, title="Expected status")
    timeout_ms: Whole = Field(ge=1, le=600_000, title="Deadline (ms)")
    body: Json = Field(None, title="Body")
    expect: Predicate | None = Field(None, title="Also expect")
    identity: TemplateText | None = Field(
        None, title="Identity", description="Who is signed in, shown after a check"
    )
    streams: tuple[str, ...] | None = Field(None, title="Streams to read")

    @model_validator(mode="after")
    def _body_compiles(self) -> Self:
        found = check_body(self.body, None)
        if found is not None:
            raise expression_problem(f"/body{found[0]}", found[1])
        return self


_READING = frozenset({"GET", "HEAD"})
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})  # RFC 9110 9.2.2
_KEY_HEADER = "idempotency-key"
_OVERRIDING: Final = frozenset(
    {"x-http-method-override", "x-http-method", "x-method-override"}
)
"""Headers by which many services do another method than the one that is sent."""
_OVERRIDING_TOO: Final = _OVERRIDING | {"_method"}  # of Rails, Laravel and others

Effect = Literal["read", "write", "destructive"]


class Tool(Section):
    """An action that a person or an agent may run."""

    name: str = Field(title="Name")
    description: str = Field(title="Description")
    request: RequestTemplate = Field(title="Request")
    params: tuple[ToolParam, ...] = Field(title="Parameters")
    response_map: dict[str, Source] | None = Field(
        None,
        title="Result",
        description="Member by member where the answer has it; without it, all of it",
    )
    effect: Effect = Field(title="Effect")
    approval_required: Flag | None = Field(
        None,
        title="Asks first",
        description="Also where it only reads; what writes always asks",
    )

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, by its method and by what it says of itself."""
        return self.deed == "read"

    @property
    def deed(self) -> Effect:
        """Return what it does, at its worst: by what it says of itself and its method.

        A descriptor may be anybody's. So what it says can make its tool worse than the
        method, never better (RFC 9110, section 9.2.1): nothing but GET and HEAD reads,
        DELETE destroys, and so may what names another method beside its own.
        """
        method = self.request.method
        if self.effect == "destructive" or method == "DELETE" or self.overrides:
            return "destructive"
        reads = method in _READING and self.effect == "read"
        return "read" if reads else "write"

    @property
    def overrides(self) -> bool:
        """Whether its request may name another method than the one it is sent by."""
        address = self.request.endpoint.partition("?")[2]
        inline = (part.partition("=")[0] for part in address.split("&"))
        return overrides_method(
            [*(self.request.headers or {}), *self._targets("header")],
            [*(self.request.query or {}), *self._targets("query"), *inline],
        )

    def _targets(self, kind: str) -> list[str]:
        """Return the names of a kind of place that arguments go to."""
        places = (param.in_ for param in self.params if param.in_ is not None)
        return [one.name for one in map(compile_target, places) if one.kind == kind]

    @property
    def asks(self) -> bool:
        """Whether a person is asked before it is run (semantics 15)."""
        return not self.reads or bool(self.approval_required)

    @property
    def idempotent(self) -> bool:
        """Whether sending it twice does what sending it once does.

        So it is with methods that say so (RFC 9110, section 9.2.2), and with a request
        that carries an Idempotency-Key.
        """
        named = {name.lower() for name in self.request.headers or {}}
        repeatable = self.request.method in _REPEATABLE and not self.overrides
        return repeatable or _KEY_HEADER in named


def overrides_method(headers: Iterable[str], query: Iterable[str]) -> bool:
    """Tell whether headers or parameters of these names choose another method."""
    return any(one.lower() in _OVERRIDING for one in headers) or any(
        unquote(one).lower() in _OVERRIDING_TOO for one in query
    )


class SinkMatch(Section):
    """How a record is found again in the service."""

    strategy: Literal["externalId", "field"] = Field(title="By")
    field: str | None = Field(None, title="Field")


class Sink(Section):
    """A place that records are written to."""

    needs: ClassVar[str] = "sinks"

    key: str = Field(title="Key")
    entity_type: str = Field(title="Entity")
    create: RequestTemplate = Field(title="Create")
    update: RequestTemplate | None = Field(None, title="Update")
    delete: RequestTemplate | None = Field(None, title="Delete")
    external_id_path: JsonPath = Field(title="Id at")
    batch_size: Whole | None = Field(None, ge=1, title="Records a request")
    match: SinkMatch = Field(title="Match")
