"""Tools and approvals as rows, and a request as it is looked at: plain values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from ferrule.clock import day_words
from ferrule.exchange import Json
from ferrule.ui.i18n import Data, ours
from ferrule.ui.models.table import Column
from ferrule.workspace.tools.facts import Preview, ToolFacts

Now = Callable[[], datetime]
Tone = Literal["success", "warning", "danger", "info"]
_OUTCOMES: Final = {
    "done": ("done", "Done"),
    "failed": ("failed", "Refused there"),
    "unsent": ("cancelled", "Not sent"),
    "unknown": ("warning", "Not known"),
}
_STANDING: Final = {
    "approved": ("valid", "Approved"),
    "declined": ("cancelled", "Declined"),
    "expired": ("untouched", "Expired"),
}
_WAYS: Final = {
    "window": ours("the window"),
    "cli": ours("the command line"),
    "mcp": ours("an agent"),
}
_SHORT: Final = {
    "window": ours("window"),
    "cli": ours("command"),
    "mcp": ours("agent"),
}
_STEPS: Final = {
    "approved": "Approved",
    "declined": "Declined",
    "waived": "Not asked: waived",
    "used": "Sent",
    "done": "Done",
    "failed": "Refused by the service",
    "unsent": "Nothing was sent",
    "unknown": "Not known whether it took effect",
}


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """One request as it is looked at: exactly what is sent, secrets masked."""

    method: str
    url: str
    host: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: str
    left_out: int = 0
    trouble: str = ""

    @property
    def lines(self) -> str:
        """Return headers and body as text."""
        told = [f"{name}: {value}" for name, value in self.headers]
        if self.body:
            told += ["", self.body]
        if self.left_out:
            told.append(f"… {self.left_out:,} more")
        return "\n".join(told)

    @property
    def whole(self) -> str:
        """Return the request as text, its first line the method and the address."""
        return f"{self.method} {self.url}\n{self.lines}".rstrip()


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One request for approval as it was read, and its steps: (step, at, via, note).

    `state` and `outcome` are those of the store; `expires` says when it waits no more.
    `asked_by` is what a client says that it is called: nobody has checked it.
    """

    id: int
    connection: str
    connector_id: str
    tool: str
    via: str
    asked_by: str
    effect: str
    word: str
    request: RequestFacts
    asked_at: str
    expires: datetime
    state: str
    outcome: str
    steps: tuple[tuple[str, str, str, str], ...] = ()

    def waits(self, now: datetime) -> bool:
        """Return whether a person can still decide."""
        return self.state == "waiting" and now < self.expires


def request_of(shown: Preview | Mapping[str, Json]) -> RequestFacts:
    """Return a preview, or one that an approval keeps, as what is looked at."""
    wire = shown.wire() if isinstance(shown, Preview) else shown
    pairs = wire.get("headers")
    left = wire.get("bodyLeftOut")
    return RequestFacts(
        method=_told(wire, "method"),
        url=_told(wire, "url"),
        host=_told(wire, "host"),
        path=_told(wire, "path"),
        headers=tuple(
            (str(pair[0]), str(pair[1]))
            for pair in (pairs if isinstance(pairs, list) else ())
            if isinstance(pair, list)
        ),
        body=_told(wire, "body"),
        left_out=left if isinstance(left, int) else 0,
        trouble=_told(wire, "trouble"),
    )


def badges(tool: ToolFacts) -> list[tuple[str, Tone]]:
    """Return what a tool does and whether it asks, as (words, tone)."""
    if not tool.asks:
        return [(ours("reads"), "success")]
    if tool.effect == "destructive":
        more: list[tuple[str, Tone]] = [(ours("waived"), "info")] if tool.waived else []
        return [(ours("destructive"), "danger"), *more]
    if tool.waived:
        return [(ours("waived"), "info")]
    return [(ours("asks"), "warning")]


def tool_columns() -> list[Column[ToolFacts]]:
    """Return the columns of the list of tools."""
    return [
        Column("name", "Tool", lambda t: t.name, "tile", 96, stretch=True,
               seed=lambda t: t.connector_id, tip=lambda t: t.description,
               ink=lambda t: "muted" if t.trouble else ""),
        Column("badge", "Approval", _said, "chips", 104, chips=badges, words=True),
        Column("connection", "Connection", lambda t: t.connection, "text", 92,
               ink=lambda _: "muted", tip=lambda t: t.trouble),
    ]  # fmt: skip


def tool_key(tool: ToolFacts) -> tuple[str, str]:
    """Return what tells a tool from others."""
    return tool.connection, tool.name


def approval_columns(now: Now) -> list[Column[ApprovalRow]]:
    """Return the columns of the list of approvals, counted from `now`."""
    return [
        Column("state", "State", lambda a: standing(a, now())[1], "status", 112,
               state=lambda a: standing(a, now())[0]),
        Column("tool", "Tool", lambda a: a.tool, "text", 80, stretch=True,
               tip=lambda a: f"{a.connection}: {a.tool}"),
        Column("via", "Asked by", lambda a: _SHORT.get(a.via, a.via), "text", 72,
               tip=lambda a: a.asked_by, words=True),
        Column("at", "At", lambda a: clock_text(a.asked_at, now()), "number", 92,
               ink=lambda _: "muted"),
    ]  # fmt: skip


def standing(one: ApprovalRow, now: datetime) -> tuple[str, str]:
    """Return how an approval stands as a shape and words."""
    if one.waits(now):
        return "in_progress", f"Waits {countdown(one, now)}"
    if one.state == "used":
        return _OUTCOMES.get(one.outcome, _OUTCOMES["unknown"])
    return _STANDING["expired" if one.state == "waiting" else one.state]


def countdown(one: ApprovalRow, now: datetime) -> str:
    """Return how long it still waits: `4:09`."""
    minutes, seconds = divmod(max(int((one.expires - now).total_seconds()), 0), 60)
    return f"{minutes}:{seconds:02}"


def asker(one: ApprovalRow) -> str:
    """Return who asked for an approval."""
    return asked_by(one.via, one.asked_by)


def asked_by(via: str, name: str) -> str:
    """Return who asked; the name is what a client says of itself."""
    way = _WAYS.get(via, via)
    return f"{way} (“{Data(name)}”)" if name else way


def history(one: ApprovalRow, now: datetime) -> list[tuple[str, str, str]]:
    """Return the steps of an approval: when, what, and a note."""
    told = [(clock_text(one.asked_at, now), f"Asked by {asker(one)}", "")]
    for step, at, via, note in one.steps:
        text = _STEPS.get(step, step)
        if step in {"approved", "declined"} and via in _WAYS:
            text = f"{text} by {_WAYS[via]}"
        told.append((clock_text(at, now), text, note))
    return told


def ordered(found: Sequence[ApprovalRow], now: datetime) -> list[ApprovalRow]:
    """Return approvals with what waits first, the one that ends soonest on top."""
    waits = [one for one in found if one.waits(now)]
    rest = [one for one in found if not one.waits(now)]
    return [*sorted(waits, key=lambda one: one.id), *rest]


def clock_text(at: str, now: datetime) -> str:
    """Return a time of the day here; the day where it is not today."""
    local, today = datetime.fromisoformat(at).astimezone(), now.astimezone()
    if local.date() == today.date():
        return f"{local:%H:%M:%S}"
    return day_words(local, year=False)


def _said(tool: ToolFacts) -> str:
    return " ".join(word for word, _ in badges(tool))


def _told(wire: Mapping[str, Json], name: str) -> str:
    value = wire.get(name)
    return value if isinstance(value, str) else ""
