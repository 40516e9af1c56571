"""What every delta strategy is: where the last run stood, and how it is asked from.

A *checkpoint* is what the next incremental run starts from. It is only ever made of
what the server itself sent, never of the local clock (semantics 7).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import Field

from ferrule.exchange import MISSING, Json, Missing, Request, Response
from ferrule.expression import DateFormat, Duration, JsonPath, Target, TemplateText
from ferrule.expression.template import Scope, compile_template
from ferrule.section import Section


@dataclass(frozen=True, slots=True)
class Seen:
    """One page as a delta strategy sees it.

    `items` are all items of the page before any filter; `timestamp_path` and
    `timestamp_format` are the mapping's, used where the strategy names none.
    """

    response: Response
    items: Sequence[Json]
    timestamp_path: str
    timestamp_format: str | None = None


class DeltaKind(Section):
    """One delta strategy: how a run asks for changes only."""

    title: ClassVar[str] = ""
    member_needs: ClassVar[Mapping[str, str]] = {
        "scope": "partitions",
        "sync_from_param": "syncFrom as a parameter",
    }

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

    def origin(self, checkpoint: Json, scope: Scope) -> Json:
        """Return the checkpoint, or the first start when there is none."""
        if checkpoint is not None or self.start is None:
            return checkpoint
        value = compile_template(self.start).render(scope)
        return None if value is MISSING else self.read_start(value)

    def read_start(self, value: Json | Missing) -> Json:
        """Return the rendered first start as a checkpoint of this strategy."""
        return None if value is MISSING else value

    def sent(self, checkpoint: Json) -> Json | Missing:
        """Return the checkpoint as `{{checkpoint}}` and the request show it."""
        return MISSING if checkpoint is None else checkpoint

    def apply(self, request: Request, checkpoint: Json) -> Request:  # noqa: ARG002 - for strategies that send one
        """Return `request` asking only for what changed since `checkpoint`."""
        return request

    def mark(self, mark: Json, seen: Seen) -> Json:  # noqa: ARG002 - for strategies that keep one
        """Return the mark after this page: what the checkpoint will become."""
        return mark
