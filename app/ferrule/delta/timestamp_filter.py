"""Ask for what changed at or after a time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from ferrule.clock import rfc3339
from ferrule.delta.kind import DeltaKind, Seen
from ferrule.exchange import MISSING, Json, Missing, Request
from ferrule.expression import DateFormat, Target
from ferrule.expression.dates import format_date, parse_date, parse_duration
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.target import compile_target


class TimestampFilter(DeltaKind):
    """Send the newest time seen; the boundary is inclusive, duplicates are harmless."""

    title: ClassVar[str] = "Changed since"
    member_needs: ClassVar[Mapping[str, str]] = {
        "scope": "partitions",
        "sync_from_param": "syncFrom as a parameter",
    }

    type: Literal["timestamp_filter"] = "timestamp_filter"
    query_param: Target | None = Field(
        None, title="Goes to", description="Not needed when {{checkpoint}} is used"
    )
    format: DateFormat = Field(title="Format")

    def read_start(self, value: Json | Missing) -> Json:
        """Return the first start as RFC 3339; both its own format and ISO are read."""
        moment = _read(value, (self.format, "iso8601", "date"))
        return None if moment is None else rfc3339(moment)

    def sent(self, checkpoint: Json) -> Json | Missing:
        """Return the checkpoint in the service's format, less the look-back."""
        if checkpoint is None:
            return MISSING
        moment = parse_date(checkpoint, "iso8601")
        back = parse_duration(self.lookback) if self.lookback else timedelta()
        return format_date(moment - back, self.format)

    def apply(self, request: Request, checkpoint: Json) -> Request:
        """Return `request` with the time in its parameter."""
        value = self.sent(checkpoint)
        if value is MISSING or self.query_param is None:
            return request
        return compile_target(self.query_param).put(request, value)

    def mark(self, mark: Json, seen: Seen) -> Json:
        """Return the newest time among the mark and the page's items."""
        path = compile_path(self.item_cursor_path or seen.timestamp_path)
        formats = self.cursor_formats or ("iso8601", "unix", self.format)
        newest = parse_date(mark, "iso8601") if mark is not None else None
        for raw in {_hashable(path.first(item)) for item in seen.items}:
            moment = _read(raw, formats)
            if moment is not None and (newest is None or moment > newest):
                newest = moment
        return None if newest is None else rfc3339(newest)


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
