"""Incremental reading as Airbyte's DatetimeBasedCursor."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ferrule.delta.client_side import ClientSide
from ferrule.delta.timed import TimedDelta
from ferrule.delta.timestamp_filter import TimestampFilter
from ferrule.delta.window import Window
from ferrule.exchange import Json
from ferrule.interchange.airbyte.asking import START
from ferrule.interchange.airbyte.component import Component, option
from ferrule.interchange.airbyte.jinja import literal, member, quoted
from ferrule.interchange.airbyte.wording import DATES, Wording
from ferrule.interchange.ledger import Ledger
from ferrule.interchange.outgoing import FIRST_START, Leaving
from ferrule.interchange.steps import Steps, names_of

_AT: Final = ("delta",)
_LIFTED: Final = "_cursor"
_STAMPS: Final = (
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.%fZ",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%f%z",
)
_READ: Final[Mapping[str, tuple[str, ...]]] = {
    "iso8601": _STAMPS,
    "unix": ("%s", "%s_as_float"),
    "unix_ms": ("%ms",),
    "date": ("%Y-%m-%d",),
}
_LONGER: Final = {"%F": "%Y-%m-%d", "%T": "%H:%M:%S", "%D": "%m/%d/%y"}
_UNKNOWN: Final = re.compile(r"%[es]")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A cursor, and the steps to what is lifted up to be its field, if nested."""

    component: Component
    lifted: Steps = ()

    @property
    def transformation(self) -> Component | None:
        """Return what lifts the cursor's value to the top of a record."""
        if not self.lifted:
            return None
        value = f"{{{{ {member('record', self.lifted)} }}}}"
        added: Component = {
            "type": "AddedFieldDefinition",
            "path": [_LIFTED],
            "value": value,
            "value_type": "string",
        }
        return {"type": "AddFields", "fields": [added]}


def cursor(ledger: Ledger, leaving: Leaving, words: Wording) -> Cursor | None:
    """Return the cursor of a stream; None where each sync reads everything."""
    delta = leaving.polling.delta
    if delta.type == "none":
        ledger.kept(leaving.asked, _AT, "Every sync reads everything.", ("type",))
        return None
    mapping = leaving.stream.mapping
    names = names_of(getattr(delta, "item_cursor_path", None) or mapping.timestamp_path)
    form = written(delta.wire_format)
    if (
        not isinstance(delta, TimestampFilter | Window | ClientSide)
        or not names
        or form is None
    ):
        reason = "Airbyte keeps no such cursor: every sync reads everything."
        ledger.dropped(leaving.asked, _AT, reason)
        return None
    found: Component = {
        "type": "DatetimeBasedCursor",
        "cursor_field": literal(names[0]) if len(names) == 1 else _LIFTED,
        "cursor_datetime_formats": list(_formats(delta, mapping.timestamp_format)),
        "datetime_format": form,
        "start_datetime": _start(ledger, leaving, words),
    }
    _tell(ledger, leaving, delta, nested=len(names) > 1)
    found |= _asked(ledger, leaving, delta)
    return Cursor(found, names if len(names) > 1 else ())


def written(fmt: str) -> str | None:
    """Return a date format as Airbyte writes it; None for one that it cannot."""
    if fmt in DATES:
        return DATES[fmt]
    for short, long in _LONGER.items():
        fmt = fmt.replace(short, long)
    return None if _UNKNOWN.search(fmt) else literal(fmt)


def _formats(delta: TimedDelta, fmt: str | None) -> list[str]:
    told = delta.cursor_formats or (
        (fmt,) if fmt and not delta.item_cursor_path else ()
    )
    found = [one for name in told for one in _READ.get(name, (written(name) or "",))]
    further = [one for one in (*_STAMPS, *_READ.get(delta.wire_format, ())) if one]
    return list(dict.fromkeys(filter(None, (*found, *further))))


def _start(ledger: Ledger, leaving: Leaving, words: Wording) -> Json:
    """Return where the first sync begins: Airbyte always begins at a time."""
    template = leaving.polling.delta.start
    default = f"{{{{ config.get({quoted(START)}, {quoted(FIRST_START)}) }}}}"
    value = words.text(template) if template else None
    if template and value is not None:
        reason = "The first sync begins there; it is read as RFC 3339."
        ledger.changed(leaving.asked, (*_AT, "start"), reason)
    return {
        "type": "MinMaxDatetime",
        "datetime": value or default,
        "datetime_format": _STAMPS[0],
    }


def _tell(ledger: Ledger, leaving: Leaving, delta: TimedDelta, *, nested: bool) -> None:
    told = ("format", "itemCursorPath", "cursorFormats", "lookback", "scope")
    ledger.kept(leaving.asked, _AT, "DatetimeBasedCursor.", told)
    reason = "A first sync sends a start date too, 1970 unless another is configured."
    ledger.changed(leaving.asked, (*_AT, "type"), reason)
    lifted = f"Copied to “{_LIFTED}”: a cursor must stand at the top." if nested else ""
    if not delta.item_cursor_path:
        ledger.kept(leaving.mapped, ("timestampPath",), lifted or "The cursor's field.")
        ledger.kept(leaving.mapped, ("timestampFormat",), "A format of the cursor.")
    elif lifted:
        ledger.changed(leaving.asked, (*_AT, "itemCursorPath"), lifted)


def _asked(ledger: Ledger, leaving: Leaving, delta: TimedDelta) -> Component:
    """Return what a cursor sends, and how it cuts time."""
    found: Component = {}
    if delta.lookback:
        found["lookback_window"] = delta.lookback
    if isinstance(delta, ClientSide):
        newest = delta.order == "newest_first"
        found["is_data_feed" if newest else "is_client_side_incremental"] = True
        ledger.kept(leaving.asked, (*_AT, "order"), "Where a sync may stop early.")
        return found
    first = delta.query_param if isinstance(delta, TimestampFilter) else None
    first = delta.start_param if isinstance(delta, Window) else first
    last = delta.end_param if isinstance(delta, Window) else None
    for name, target, said in (
        ("start_time_option", first, "queryParam" if last is None else "startParam"),
        ("end_time_option", last, "endParam"),
    ):
        place = option(target) if target else None
        if place is not None:
            found[name] = place
            ledger.kept(leaving.asked, (*_AT, said), "It takes the window's time.")
    if isinstance(delta, Window):
        found |= _stepped(ledger, leaving, delta)
    return found


def _stepped(ledger: Ledger, leaving: Leaving, delta: Window) -> Component:
    ledger.kept(leaving.asked, (*_AT, "startParam"), "It takes the window's start.")
    granularity = delta.granularity or "PT1S"
    if delta.granularity is None and delta.step is not None:
        reason = "Airbyte needs a granularity: a second."
        ledger.changed(leaving.asked, (*_AT, "step"), reason)
    else:
        ledger.kept(leaving.asked, (*_AT, "step"), "Windows of this length.")
        ledger.kept(leaving.asked, (*_AT, "granularity"), "Between two windows.")
    if delta.end is not None:
        reason = "Airbyte's last window ends now."
        ledger.dropped(leaving.asked, (*_AT, "end"), reason)
    if delta.step is None:
        return {}
    return {"step": delta.step, "cursor_granularity": granularity}
