"""What a connector can do besides reading: tools and sinks."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.exchange import Json
from ferrule.expression import JsonPath, Predicate, TemplateText
from ferrule.fields import ToolParam
from ferrule.request import RequestTemplate
from ferrule.section import Section


class HealthCheck(Section):
    """One cheap request that says whether the service answers (seed 001, 4.5)."""

    endpoint: TemplateText = Field(title="Address")
    method: Literal["GET", "HEAD", "POST"] = Field(title="Method")
    expect_status: int = Field(ge=100, le=599, title="Expected status")
    timeout_ms: int = Field(ge=1, le=600_000, title="Deadline (ms)")
    body: Json = Field(None, title="Body")
    expect: Predicate | None = Field(None, title="Also expect")
    identity: TemplateText | None = Field(
        None, title="Identity", description="Who is signed in, shown after a check"
    )
    streams: tuple[str, ...] | None = Field(None, title="Streams to read")


class Tool(Section):
    """An action that a person or an agent may run."""

    name: str = Field(title="Name")
    description: str = Field(title="Description")
    request: RequestTemplate = Field(title="Request")
    params: tuple[ToolParam, ...] = Field((), title="Parameters")
    response_map: dict[str, str] | None = Field(None, title="Result")
    effect: Literal["read", "write", "destructive"] = Field(title="Effect")
    approval_required: bool | None = Field(None, title="Asks first")


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
    batch_size: int | None = Field(None, ge=1, title="Records a request")
    match: SinkMatch = Field(title="Match")
