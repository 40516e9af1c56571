"""What a connector can do besides reading: tools and sinks."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from ferrule.exchange import Json
from ferrule.expression import JsonPath, Predicate, Source, TemplateText
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
    effect: Literal["read", "write", "destructive"] = Field(title="Effect")
    approval_required: Flag | None = Field(
        None,
        title="Asks first",
        description="Also where it only reads; what writes always asks",
    )

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, by its method and by what it says of itself."""
        return self.request.method in _READING and self.effect == "read"

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
        return self.request.method in _REPEATABLE or _KEY_HEADER in named


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
