"""How records come in: by asking for them, by being called, or both."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from ferrule.auth import WebhookSecretConfig
from ferrule.delta import Delta
from ferrule.exchange import Json
from ferrule.expression import Duration, JsonPath, Predicate, Source, TemplateText
from ferrule.pagination import Pagination
from ferrule.partition import ParentPartition, Partitions, ValuesPartition
from ferrule.request import RequestTemplate
from ferrule.request.template import RequestParts
from ferrule.resilience import Resilience
from ferrule.response import ResponseFormat
from ferrule.section import Amount, Flag, Section, Whole


class AsyncJob(Section):
    """A report that is ordered, waited for and fetched."""

    needs: ClassVar[str] = "jobs"

    create: RequestTemplate = Field(title="Create")
    id_path: Source | None = Field(None, title="Job id at")
    poll: RequestTemplate = Field(title="Poll")
    status_path: Source = Field(title="Status at")
    done: tuple[str, ...] = Field(title="Done")
    failed: tuple[str, ...] = Field(title="Failed")
    skipped: tuple[str, ...] | None = Field(None, title="Skipped")
    interval_ms: Whole = Field(ge=1, title="Interval (ms)")
    timeout_ms: Whole = Field(ge=1, title="Deadline (ms)")
    download_url_path: Source | None = Field(None, title="Download address at")
    download: RequestTemplate | None = Field(None, title="Download")
    cancel: RequestTemplate | None = Field(None, title="Cancel")
    delete: RequestTemplate | None = Field(None, title="Delete")
    response: ResponseFormat | None = Field(None, title="Format")


class PollingPart(RequestParts):
    """One endpoint that is asked again and again (seed 001, section 4.2)."""

    endpoint: TemplateText = Field(
        title="Address", description="Absolute, or relative to the base URL"
    )
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] = Field(
        title="Method"
    )
    delta: Delta = Field(title="Incremental", description="How changes are asked for")
    rate_limit_rpm: Amount = Field(gt=0, title="Requests a minute")
    pagination: Pagination | None = Field(None, title="Paging")
    partition: Partitions | None = Field(None, title="Partition")
    response: ResponseFormat | None = Field(None, title="Response format")
    resilience: Resilience | None = Field(None, title="Errors")
    job: AsyncJob | None = Field(None, title="Job")
    cache: Flag | None = Field(
        None, title="Cache", description="Streams that need it ask for it once a run"
    )

    @property
    def partitions(self) -> tuple[ValuesPartition | ParentPartition, ...]:
        """Return the partitions, none, one or several, as a tuple."""
        if self.partition is None:
            return ()
        if isinstance(self.partition, tuple):
            return self.partition
        return (self.partition,)


class Polling(PollingPart):
    """A connector that asks."""

    mode: Literal["polling"] = Field("polling", title="Mode")


class WebhookEvent(Section):
    """What one kind of call means."""

    types: tuple[str, ...] = Field(title="Event types")
    when: Predicate | None = Field(None, title="Only when")
    stream: str | None = Field(None, title="Stream")
    effect: Literal["create", "update", "delete", "archive", "from_store"] = Field(
        title="Effect"
    )
    items_path: JsonPath | None = Field(None, title="Items")
    field_mapping: dict[str, Json] | None = Field(None, title="Mapping")


class Challenge(Section):
    """A question that a service asks before it calls."""

    when: Predicate = Field(title="When")
    respond: TemplateText = Field(title="Answer")
    unsigned: Flag | None = Field(None, title="Unsigned")


class Subscription(Section):
    """Requests that order, renew and end the calls."""

    create: RequestTemplate = Field(title="Create")
    renew: RequestTemplate | None = Field(None, title="Renew")
    delete: RequestTemplate | None = Field(None, title="Delete")
    id_path: Source | None = Field(None, title="Id at")
    expires_path: Source | None = Field(None, title="Expiry at")
    renew_before: Duration | None = Field(None, title="Renew before")


class WebhookPart(Section):
    """Calls that a service makes (seed 001, section 4.3)."""

    event_types: tuple[str, ...] = Field(title="Event types")
    event_type_path: Source = Field(title="Event type at")
    verification: Literal["signature", "token", "none"] = Field(title="Verification")
    signing: WebhookSecretConfig | None = Field(None, title="Signature")
    events: tuple[WebhookEvent, ...] | None = Field(None, title="Events")
    items_path: JsonPath | None = Field(None, title="Items")
    delivery_id: Source | None = Field(None, title="Delivery id")
    challenge: Challenge | None = Field(None, title="Challenge")
    subscription: Subscription | None = Field(None, title="Subscription")


class Webhook(WebhookPart):
    """A connector that is called."""

    mode: Literal["webhook"] = Field("webhook", title="Mode")


class PollingAndWebhook(Section):
    """A connector that asks and is called."""

    mode: Literal["polling_and_webhook"] = Field("polling_and_webhook", title="Mode")
    polling: PollingPart = Field(title="Polling")
    webhook: WebhookPart = Field(title="Webhook")


Ingestion: TypeAlias = Annotated[
    Polling | Webhook | PollingAndWebhook, Field(discriminator="mode")
]


class StreamPart(Section):
    """One stream: what differs from the connector, as merge patches (RFC 7396)."""

    key: str = Field(title="Key", pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$")
    name: str | None = Field(None, title="Name")
    description: str | None = Field(None, title="Description")
    collection_key: str | None = Field(None, title="Collection key")
    enabled_by_default: Flag | None = Field(None, title="On by default")
    polling: dict[str, Json] | None = Field(None, title="Polling")
    field_mapping: dict[str, Json] | None = Field(None, title="Mapping")
