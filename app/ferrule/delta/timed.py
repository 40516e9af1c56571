"""What the strategies share whose checkpoint is the newest time seen, as RFC 3339."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from ferrule.clock import rfc3339
from ferrule.delta.kind import DeltaKind, Seen
from ferrule.errors import CursorRejected, DescriptorError
from ferrule.exchange import MISSING, Json, Missing
from ferrule.expression.dates import parse_date, parse_duration
from ferrule.expression.jsonpath import Path, compile_path

_PLAIN_LENGTH = len("2026-02-03T04:05:06Z")
_PLAIN_SIGNS = "2026-02-03T04:05:06Z"[4::3]


class TimedDelta(DeltaKind):
    """A strategy that keeps the newest time that it saw; its boundary is inclusive."""

    def read_start(self, value: Json | Missing) -> Json:
        """Return the first start as RFC 3339; both its own format and ISO are read.

        Raises:
            DescriptorError: when it tells no time.
        """
        if value is MISSING or value is None or value == "":
            return None
        return rfc3339(self.told(value, "start"))

    def told(self, value: Json, member: str) -> datetime:
        """Return the time that a template of this strategy gives.

        Raises:
            DescriptorError: when it tells no time.
        """
        moment = read_time(value, (self.wire_format, "iso8601", "date"))
        if moment is None:
            raise DescriptorError(
                f"The {member} is {str(value)[:60]!r}, which tells no time.",
                pointer=f"/delta/{member}",
                advice=f"Write 2026-02-03T04:05:06Z, or the format {self.wire_format}.",
            )
        return moment

    def earliest(self, origin: Json) -> datetime | None:
        """Return the time from which on all changed items are asked for."""
        return self.boundary(origin)

    def boundary(self, checkpoint: Json) -> datetime | None:
        """Return the time of a checkpoint less the look-back, None without one.

        Raises:
            CursorRejected: when it is no time, as another strategy would leave it.
        """
        if checkpoint is None:
            return None
        moment = read_time(checkpoint, ("iso8601",))
        if moment is None:
            raise CursorRejected(
                f"The checkpoint {str(checkpoint)[:60]!r} tells no time.",
                advice="Run a full sync: it makes a new one.",
            )
        back = parse_duration(self.lookback) if self.lookback else timedelta()
        earliest = datetime.min.replace(tzinfo=UTC) + back
        return max(moment, earliest) - back

    def mark(self, mark: Json, seen: Seen) -> Json:
        """Return the newest time among the mark and the page's items."""
        newest = read_time(mark, ("iso8601",))
        path, formats = self._reading(seen)
        raws = _distinct(map(path.first, seen.items))
        for raw in _newest_only(raws) if formats[0] == "iso8601" else raws:
            moment = read_time(raw, formats)
            if moment is not None and (newest is None or moment > newest):
                newest = moment
        return None if newest is None else rfc3339(newest)

    def times(self, seen: Seen) -> list[datetime | None]:
        """Return the time of each item of a page, None where none can be read."""
        path, formats = self._reading(seen)
        return [read_time(path.first(item), formats) for item in seen.items]

    def joined(self, marks: Sequence[tuple[Json, str | None]]) -> Json:
        """Return the time up to which every slice was seen.

        A slice was seen up to its newest item, and up to the service's own time when
        its first page was asked for. No checkpoint is newer than the newest item.
        """
        newest = [read_time(mark, ("iso8601",)) for mark, _ in marks]
        told = [read_time(heard, ("iso8601",)) for _, heard in marks]
        reached = [
            max(filter(None, pair), default=None)
            for pair in zip(newest, told, strict=True)
        ]
        items = [moment for moment in newest if moment is not None]
        if not items or None in reached:
            return None if not items else rfc3339(min(items))
        return rfc3339(min(max(items), *(m for m in reached if m is not None)))

    def _reading(self, seen: Seen) -> tuple[Path, tuple[str, ...]]:
        """Return where the time of an item is, and the formats to read it in."""
        path = compile_path(self.item_cursor_path or seen.timestamp_path)
        if self.cursor_formats:
            return path, self.cursor_formats
        usual = ("iso8601", "unix", self.wire_format)
        if self.item_cursor_path or seen.timestamp_format is None:
            return path, usual
        return path, (seen.timestamp_format, *usual)


def read_time(value: Json | Missing, formats: tuple[str, ...]) -> datetime | None:
    """Return the time that a value tells in one of the formats, or None."""
    if value is MISSING or value is None or isinstance(value, bool):
        return None
    for pattern in formats:
        try:
            return parse_date(value, pattern)
        except ValueError:
            continue
    return None


def _newest_only(raws: set[Json | Missing]) -> set[Json | Missing]:
    """Leave out texts like 2026-02-03T04:05:06Z that are older than another one.

    They are compared as texts, which is a tenth of the price of reading each. Where
    the last of them is no real time, all stay.
    """
    plain: set[str] = {
        raw
        for raw in raws
        if type(raw) is str and len(raw) == _PLAIN_LENGTH and raw[4::3] == _PLAIN_SIGNS
    }
    newest = max(plain, default=None)
    if newest is None or read_time(newest, ("iso8601",)) is None:
        return raws
    return (raws - plain) | {newest}


def _distinct(values: Iterable[Json | Missing]) -> set[Json | Missing]:
    """Return each value once; objects and lists, which tell no time, as null."""
    found = list(values)
    try:
        return set(found)
    except TypeError:
        return {None if isinstance(x, dict | list) else x for x in found}
