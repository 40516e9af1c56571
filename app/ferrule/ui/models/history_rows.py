"""What kept exchanges look like as rows."""

from datetime import datetime

from ferrule.clock import SystemClock
from ferrule.ui.models.json_value import visible
from ferrule.ui.models.settings_facts import size_text
from ferrule.ui.models.table import Column
from ferrule.workspace.history.facts import Kept, Usage

_KINDS = {"send": "Send", "walk": "Pages", "check": "Check"}


def history_columns() -> list[Column[Kept]]:
    """Return the columns of the table of kept exchanges."""
    return [
        Column("pinned", "Sample", lambda k: "Pinned" if k.pinned else "", "chips", 84,
               chips=lambda k: [("Pinned", "info")] if k.pinned else []),
        Column("at", "Time", lambda k: time_text(k.at), "mono", 124,
               order=lambda k: k.number),
        Column("method", "Method", lambda k: k.method, "mono", 64),
        Column("path", "Path", lambda k: visible(k.path), "mono", 160, stretch=True,
               tip=lambda k: k.url),
        Column("status", "Status", lambda k: str(k.status), "status", 84,
               state=lambda k: status_state(k.status)),
        Column("size", "Size", lambda k: size_text(k.size), "number", 84,
               order=lambda k: k.size),
        Column("ms", "Time taken", lambda k: f"{k.elapsed_ms:.0f} ms", "number", 92,
               order=lambda k: k.elapsed_ms),
        Column("stream", "Stream", lambda k: k.where.stream or "first", "text", 110),
        Column("kind", "From", lambda k: _KINDS.get(k.where.kind, ""), "text", 72),
        Column("host", "Host", lambda k: k.host, "mono", 150, hidden=True),
    ]  # fmt: skip


def status_state(status: int) -> str:
    """Return the shape that goes with a status."""
    if status < 300:  # noqa: PLR2004  RFC 9110, 15.3
        return "ok"
    return "warning" if status < 400 else "error"  # noqa: PLR2004  RFC 9110, 15.5


def time_text(at: str) -> str:
    """Return a time in RFC 3339 as it is where the person sits; today's without day."""
    try:
        moment = datetime.fromisoformat(at).astimezone()
    except ValueError:
        return at
    if moment.date() == SystemClock().now().astimezone().date():
        return f"{moment:%H:%M:%S}"
    return f"{moment:%Y-%m-%d %H:%M}"


def usage_text(usage: Usage, shown: int) -> str:
    """Return how much is kept, in words."""
    size = size_text(usage.size)
    pinned = f", {usage.pinned} pinned" if usage.pinned else ""
    return f"{shown} shown · {usage.count} kept, {size}{pinned}"
