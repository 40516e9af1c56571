"""Ask for what changed at or after a time."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.delta.timed import TimedDelta
from ferrule.exchange import MISSING, Json, Missing, Request
from ferrule.expression import DateFormat, Target
from ferrule.expression.dates import format_date
from ferrule.expression.target import compile_target


class TimestampFilter(TimedDelta):
    """Send the newest time seen; the boundary is inclusive, duplicates are harmless."""

    title: ClassVar[str] = "Changed since"

    type: Literal["timestamp_filter"] = Field("timestamp_filter", title="Kind")
    query_param: Target | None = Field(
        None, title="Goes to", description="Not needed when {{checkpoint}} is used"
    )
    format: DateFormat = Field(title="Format")

    @property
    def wire_format(self) -> str:
        """Return the format in which the service is sent times."""
        return self.format

    def sent(self, checkpoint: Json) -> Json | Missing:
        """Return the checkpoint in the service's format, less the look-back.

        Raises:
            CursorRejected: when it is no time, as another strategy would leave it.
        """
        moment = self.boundary(checkpoint)
        return MISSING if moment is None else format_date(moment, self.format)

    def apply(self, request: Request, checkpoint: Json) -> Request:
        """Return `request` with the time in its parameter."""
        value = self.sent(checkpoint)
        if value is MISSING or self.query_param is None:
            return request
        return compile_target(self.query_param).put(request, value)
