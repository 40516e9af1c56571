"""Ask for what changed at or after a time."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from ferrule.clock import rfc3339
from ferrule.delta.kind import DeltaKind, Seen
from ferrule.errors import CursorRejected, DescriptorError
from ferrule.exchange import MISSING, Json, Missing, Request
from ferrule.expression import DateFormat, Target
from ferrule.expression.dates import format_date, parse_date, parse_duration
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.target import compile_target


class TimestampFilter(DeltaKind):
    """Send the newest time seen; the boundary is inclusive, duplicates are harmless."""

    title: ClassVar[str] = "Changed since"

    type: Literal["timestamp_filter"] = Field("timestamp_filter", title="Kind")
    query_param: Target | None = Field(
        None, title="Goes to", description="Not needed when {{checkpoint}} is used"
    )
    format: DateFormat = Field(title="Format")

    def read_start(self, value: Json | Missing) -> Json:
        """Return the first start as RFC 3339; both its own format and ISO are read.

        Raises:
            DescriptorError: when it tells no time.
        """
        if value is MISSING or value is None or value == "":
            return None
        moment = _read(value, (self.format, "iso8601", "date"))
        if moment is None:
            raise DescriptorError(
                f"The first start is {str(value)[:60]!r}, which tells no time.",
                pointer="/delta/start",
                advice=f"Write 2026-02-03T04:05:06Z, or the format {self.format}.",
            )
        return rfc3339(moment)

    def sent(self, checkpoint: Json) -> Json | Missing:
        """Return the checkpoint in the service's format, less the look-back.

        Raises:
            CursorRejected: when it is no time, as another strategy would leave it.
        """
        if checkpoint is None:
            return MISSING
        moment = _read(checkpoint, ("iso8601",))
        if moment is None:
            raise CursorRejected(
                f"The checkpoint {str(checkpoint)[:60]!r} tells no time.",
                advice="Run a full sync: it makes a new one.",
            )
        back = parse_duration(self.lookback) if self.lookback else timedelta()
        earliest = datetime.min.replace(tzinfo=UTC) + back
        return format_date(max(moment, earliest) - back, self.format)

    def apply(self, request: Request, checkpoint: Json) -> Request:
        """Return `request` with the time in its parameter."""
        value = self.sent(checkpoint)
        if value is MISSING or self.query_param is None:
            return request
        return compile_target(self.query_param).put(request, value)

    def mark(self, mark: Json, seen: Seen) -> Json:
        """Return the newest time among the mark and the page's items."""
        path = compile_path(self.item_cursor_path or seen.timestamp_path)
        formats = self.cursor_formats or self._formats(seen)
        newest = _read(mark, ("iso8601",))
        for raw in {_hashable(path.first(item)) for item in seen.items}:
            moment = _read(raw, formats)
            if moment is not None and (newest is None or moment > newest):
                newest = moment
        return None if newest is None else rfc3339(newest)

    def _formats(self, seen: Seen) -> tuple[str, ...]:
        usual = ("iso8601", "unix", self.format)
        if self.item_cursor_path or seen.timestamp_format is None:
            return usual
        return (seen.timestamp_format, *usual)


def _hashable(value: Json | Missing) -> Json | Missing:
    return None if isinstance(value, dict | list) else value


def _read(value: Json | Missing, formats: tuple[str, ...]) -> datetime | None:
    if value is MISSING or value is None or isinstance(value, bool):
        return None
    for pattern in formats:
        try:
            return parse_date(value, pattern)
        except ValueError:
            continue
    return None
