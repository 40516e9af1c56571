"""Incremental reading as dlt's `incremental`: one cursor for a resource."""

from dataclasses import dataclass, field
from typing import Final

from ferrule.delta.client_side import ClientSide
from ferrule.delta.timestamp_filter import TimestampFilter
from ferrule.exchange import encode
from ferrule.expression.target import compile_target
from ferrule.interchange.dlt.paging import path_text
from ferrule.interchange.dlt.pythonic import Code, Written
from ferrule.interchange.ledger import Ledger
from ferrule.interchange.outgoing import FIRST_START, Leaving, plain, seconds

_AT: Final = ("delta",)
_ORDERED: Final = frozenset({None, "iso8601", "date"})
_WRITTEN: Final = frozenset({"iso8601", "unix", "unix_ms", "date"})
_TOLD: Final = ("format", "lookback", "itemCursorPath", "scope")


@dataclass(frozen=True, slots=True)
class Cursor:
    """What `incremental` says, and what the request holds for it."""

    incremental: dict[str, Written]
    sent: dict[str, str] = field(default_factory=dict)


def cursor(ledger: Ledger, leaving: Leaving) -> Cursor | None:
    """Return the cursor of a stream; None where each run reads everything."""
    delta = leaving.polling.delta
    if delta.type == "none":
        ledger.kept(leaving.asked, _AT, "Every run reads everything.", ("type",))
        return None
    mapping = leaving.stream.mapping
    path = path_text(delta.item_cursor_path or mapping.timestamp_path)
    reason = _hindrance(leaving, path)
    if reason:
        ledger.dropped(leaving.asked, _AT, f"{reason} Every run reads everything.")
        return None
    said = _said(leaving, path or "")
    ledger.kept(leaving.asked, _AT, "incremental.", (*_TOLD, "type", "queryParam"))
    if not delta.item_cursor_path:
        ledger.kept(leaving.mapped, ("timestampPath",), "The cursor's path.")
        ledger.kept(
            leaving.mapped, ("timestampFormat",), "Times are compared as texts."
        )
    if "initial_value" in said.incremental:
        reason = (
            "The first run asks from a time on, 1970 unless the connector says one."
        )
        ledger.changed(leaving.asked, (*_AT, "type"), reason)
    if isinstance(delta, ClientSide):
        reason = "dlt leaves older records out, and does not stop early."
        ledger.changed(leaving.asked, (*_AT, "order"), reason)
    if delta.start is not None and "initial_value" in said.incremental:
        ledger.kept(leaving.asked, (*_AT, "start"), "initial_value.")
    return said


def _hindrance(leaving: Leaving, path: str | None) -> str:
    """Return why dlt cannot keep the cursor, "" where it can."""
    delta = leaving.polling.delta
    if not isinstance(delta, TimestampFilter | ClientSide):
        return "dlt has no such cursor."
    if leaving.partitions:
        return "dlt keeps one cursor for all parents, and would miss what is late."
    fmt = None if delta.item_cursor_path else leaving.stream.mapping.timestamp_format
    if delta.wire_format not in _WRITTEN:
        path = None
    if path is None:
        return "dlt's cursor is at one path of names, in a usual format."
    if fmt not in _ORDERED or set(delta.cursor_formats or ()) - {"iso8601", "date"}:
        return "dlt compares cursors as they come, which orders ISO dates only."
    constant = delta.start is None or "{{" not in delta.start
    return "" if constant else "dlt's first value is a constant."


def _said(leaving: Leaving, path: str) -> Cursor:
    delta = leaving.polling.delta
    found: dict[str, Written] = {
        "cursor_path": path,
        "on_cursor_value_missing": "include",
    }
    if delta.lookback:
        found["lag"] = plain(seconds(delta.lookback))
    if delta.wire_format != "iso8601":
        found["convert"] = Code(f"_dated({delta.wire_format!r})")
    sent: dict[str, str] = {}
    target = delta.query_param if isinstance(delta, TimestampFilter) else None
    if target is not None and compile_target(target).kind == "query":
        found["start_param"] = target.removeprefix("query:")
    elif target is not None:
        sent[target] = "{incremental.start_value}"
    if delta.start is not None or sent or _names_checkpoint(leaving):
        found["initial_value"] = delta.start or FIRST_START
    return Cursor(found, sent)


def _names_checkpoint(leaving: Leaving) -> bool:
    polling = leaving.polling
    said = (polling.endpoint, str(polling.query), str(polling.headers))
    return any("checkpoint" in text for text in (*said, encode(polling.body).decode()))
