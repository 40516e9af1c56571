"""How records come in: by asking for them, by being called, or both."""

import re
from typing import Annotated, ClassVar, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

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


LONGEST_ANSWER: Final = 1024
"""So many bytes the fixed text may have that a call is answered with."""
_OF_A_HANDSHAKE: Final = re.compile(
    r"(?i)(?=.*(?:hook|challenge|verif))[a-z0-9-]{1,64}"
)


def _told(message: str, advice: str, pointer: str = "") -> PydanticCustomError:
    context = {"message": message, "advice": advice, "pointer": pointer}
    return PydanticCustomError("webhook", "{message}", context)


def _handshake_header(name: str) -> str:
    """Return the name of a header that may be answered with what a stranger sent.

    Names that mean something to a browser or a proxy are none of them.
    """
    if not _OF_A_HANDSHAKE.fullmatch(name):
        raise _told(
            f"{name!r} is no header that a question is answered with.",
            "Its name has hook, challenge or verif in it, such as X-Hook-Secret.",
        )
    return name


HandshakeHeader = Annotated[str, AfterValidator(_handshake_header)]


class Challenge(Section):
    """A question that a service asks before it calls."""

    when: Predicate = Field(title="When")
    respond: TemplateText | None = Field(
        None, title="Answer", description="Without it the answer's body is empty"
    )
    respond_headers: dict[HandshakeHeader, TemplateText] | None = Field(
        None,
        title="Headers of the answer",
        description="Such as X-Hook-Secret: {{headers.x-hook-secret}}",
    )
    unsigned: Flag | None = Field(None, title="Unsigned")


class Acceptance(Section):
    """What a call that was taken is answered with."""

    status: Literal[200, 202, 204] = Field(title="Status")
    text: str | None = Field(
        None, title="Text", description="As it is, at most 1 kB; without it nothing"
    )

    @model_validator(mode="after")
    def _can_be_sent(self) -> Self:
        if self.status == 204 and self.text:  # noqa: PLR2004  RFC 9110, 15.3.5
            raise _told(
                "An answer of status 204 has no text.",
                "Leave text out, or set status to 200.",
                "/text",
            )
        if len((self.text or "").encode("utf-8", "replace")) > LONGEST_ANSWER:
            raise _told(
                f"The text has more than {LONGEST_ANSWER} bytes.",
                "Services look at the status and a word at most.",
                "/text",
            )
        return self


class Subscription(Section):
    """Requests that order, renew and end the calls."""

    create: RequestTemplate = Field(title="Create")
    renew: RequestTemplate | None = Field(None, title="Renew")
    delete: RequestTemplate | None = Field(None, title="Delete")
    id_path: Source | None = Field(None, title="Id at")
    secret_path: Source | None = Field(
        None,
        title="Secret at",
        description="Where the answer tells what the service signs its calls by",
    )
    expires_path: Source | None = Field(None, title="Expiry at")
    renew_before: Duration | None = Field(None, title="Renew before")

    @model_validator(mode="after")
    def _is_read_in_an_answer(self) -> Self:
        for name, source in (
            ("idPath", self.id_path),
            ("secretPath", self.secret_path),
            ("expiresPath", self.expires_path),
        ):
            if (source or "$").partition(":")[0] in {"param", "query", "item"}:
                raise _told(
                    "An answer has no such place.",
                    "Write $.path, or header:Name.",
                    f"/{name}",
                )
        return self


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
    accepted: Acceptance | None = Field(
        None, title="Answer to a call", description="Default: 202 and its number"
    )
    subscription: Subscription | None = Field(None, title="Subscription")

    @model_validator(mode="after")
    def _has_use_for_a_secret(self) -> Self:
        part = self.subscription
        if self.verification == "none" and part is not None and part.secret_path:
            raise _told(
                "Nothing is verified, so the service's secret is of no use.",
                "Set verification to signature or token, or remove secretPath.",
                "/subscription/secretPath",
            )
        return self


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
