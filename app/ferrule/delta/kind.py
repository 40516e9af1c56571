"""What every delta strategy is: where the last run stood, and how it is asked from.

A *checkpoint* is what the next incremental run starts from. It is only ever made of
what the server itself sent, never of the local clock (semantics 7).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import ClassVar, Literal

import msgspec
from pydantic import Field

from ferrule.exchange import MISSING, Json, Missing, Request, Response
from ferrule.expression import DateFormat, Duration, JsonPath, Target, TemplateText
from ferrule.expression.dates import format_date
from ferrule.expression.source import Place, compile_source
from ferrule.expression.target import compile_target
from ferrule.expression.template import Scope, compile_template
from ferrule.section import Section


class Seen(msgspec.Struct, frozen=True):
    """One page as a delta strategy sees it.

    `items` are all items of the page before any filter; `timestamp_path` and
    `timestamp_format` are the mapping's, used where the strategy names none.
    """

    response: Response
    items: Sequence[Json]
    timestamp_path: str
    timestamp_format: str | None = None

    @property
    def place(self) -> Place:
        """Return the page as a place that sources read."""
        return Place(
            body=self.response.json,
            headers=self.response.lower_headers,
            status=self.response.status,
            item=self.items[-1] if self.items else MISSING,
        )


class Span(msgspec.Struct, frozen=True):
    """One window of time, both ends included; without `start` from the beginning."""

    start: datetime | None
    end: datetime


class Stretch(msgspec.Struct, frozen=True):
    """What is to be cut into windows: from `origin`, or `after` a window that was read.

    `since` is the oldest creation time that is wanted, where there is one.
    """

    origin: Json = None
    scope: Scope = msgspec.field(default_factory=Scope)
    since: datetime | None = None
    after: Span | None = None


class DeltaKind(Section):
    """One delta strategy: how a run asks for changes only."""

    title: ClassVar[str] = ""
    windowed: ClassVar[bool] = False
    compares: ClassVar[bool] = False
    unknown_statuses: ClassVar[Collection[int]] = frozenset()
    member_needs: ClassVar[Mapping[str, str]] = {}

    item_cursor_path: JsonPath | None = Field(
        None, title="Time of an item", description="Default: the mapping's timestamp"
    )
    cursor_formats: tuple[DateFormat, ...] | None = Field(
        None, title="Its formats", description="Tried in this order"
    )
    start: TemplateText | None = Field(
        None, title="First start", description="Where the very first run begins"
    )
    lookback: Duration | None = Field(
        None, title="Look back", description="Overlap with the last run, such as PT5M"
    )
    scope: Literal["stream", "partition"] | None = Field(None, title="Kept per")
    sync_from_param: Target | None = Field(None, title="syncFrom goes to")

    @property
    def is_link(self) -> bool:
        """Whether a checkpoint is the whole address to go on at."""
        return False

    @property
    def wire_format(self) -> str:
        """Return the format in which the service is sent times."""
        return "iso8601"

    def origin(self, checkpoint: Json, scope: Scope) -> Json:
        """Return the checkpoint, or the first start when there is none."""
        if checkpoint is not None or self.start is None:
            return checkpoint
        value = compile_template(self.start).render(scope)
        return None if value is MISSING else self.read_start(value)

    def read_start(self, value: Json | Missing) -> Json:
        """Return the rendered first start as a checkpoint of this strategy."""
        return None if value is MISSING else value

    def earliest(self, origin: Json) -> datetime | None:  # noqa: ARG002 - for strategies that count in time
        """Return the time from which on all changed items are asked for, if any."""
        return None

    @property
    def limits(self) -> tuple[str, ...]:
        """Return the templates that say where asking begins, and where it ends."""
        return () if self.start is None else (self.start,)

    def until(self, scope: Scope) -> datetime | None:  # noqa: ARG002 - for strategies that end
        """Return the time up to which changes are asked for, None for all of them."""
        return None

    def sent(self, checkpoint: Json) -> Json | Missing:
        """Return the checkpoint as `{{checkpoint}}` and the request show it."""
        return MISSING if checkpoint is None else checkpoint

    def apply(self, request: Request, checkpoint: Json) -> Request:  # noqa: ARG002 - for strategies that send one
        """Return `request` asking only for what changed since `checkpoint`."""
        return request

    def apply_since(self, request: Request, since: datetime | None) -> Request:
        """Return `request` asking only for what was created at or after `since`."""
        if since is None or self.sync_from_param is None:
            return request
        value = format_date(since, self.wire_format)
        return compile_target(self.sync_from_param).put(request, value)

    def spans(self, stretch: Stretch) -> Iterator[Span | None]:  # noqa: ARG002 - for strategies that cut time
        """Yield the windows to ask for; one that is None where time is not cut."""
        yield None

    def framed(self, request: Request, span: Span) -> Request:  # noqa: ARG002 - for strategies that cut time
        """Return `request` asking for one window."""
        return request

    def frame(self, span: Span) -> dict[str, Json]:  # noqa: ARG002 - for strategies that cut time
        """Return what `{{window.…}}` names."""
        return {}

    def split(self, span: Span) -> tuple[Span, Span] | None:  # noqa: ARG002 - for strategies that cut time
        """Return the two halves of a window, or None when it cannot be smaller."""
        return None

    def mark(self, mark: Json, seen: Seen) -> Json:  # noqa: ARG002 - for strategies that keep one
        """Return the mark after this page: what the checkpoint will become."""
        return mark

    def settled(self, mark: Json, span: Span, shown: Json) -> Json:  # noqa: ARG002 - for strategies that cut time
        """Return the mark after a whole window whose pages showed `shown`."""
        return shown

    def old(self, origin: Json, seen: Seen) -> Collection[int]:  # noqa: ARG002 - for strategies that compare here
        """Return the places of the page's items that were stored by an earlier run."""
        return ()

    @property
    def ends_at_old(self) -> bool:
        """Whether nothing new follows an old item."""
        return False

    def joined(self, marks: Sequence[tuple[Json, str | None]]) -> Json:  # noqa: ARG002 - for strategies whose marks have an order
        """Return one mark that serves several slices, or None when none can.

        Each mark comes with the service's own time at the slice's first page.
        """
        return None


def heard(response: Response) -> datetime | None:
    """Return the time that the service's Date header tells (RFC 9110 6.6.1)."""
    text = response.lower_headers.get("date")
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def handed_back(request: Request, target: str, token: Json) -> Request:
    """Return `request` with what the service handed out in its place, if anything."""
    return request if token is None else compile_target(target).put(request, token)


def handed_out(mark: Json, source: str, seen: Seen) -> Json:
    """Return what a page hands out for the next round, or the mark where nothing."""
    value = compile_source(source).first(seen.place)
    return mark if value in (MISSING, None, "") else value
