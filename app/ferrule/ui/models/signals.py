"""The signals of a preview as table rows, and the words that count them.

What a row says under "check" is what the counts say: an item that became a signal
without the people it should have needs attention.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ferrule.exchange import Json
from ferrule.mapping import MappedItem
from ferrule.ui.models.table import Column
from ferrule.workspace.previewing import Preview

_LISTS: Final = (
    ("participantsPath", "participants", "people"),
    ("tagsPath", "tags", "tags"),
)


@dataclass(frozen=True, slots=True)
class SignalRow:
    """One item of the sample: what it became, and what is to be looked at.

    `state` is `ok`, `warning`, `error`, `deleted` or `skipped`; `check` says why in a
    few words.
    """

    number: int
    mapped: MappedItem
    state: str
    check: str

    @property
    def id(self) -> str:
        """Return the item's own id, empty where it has none."""
        if self.mapped.signal is not None:
            return self.mapped.signal.external_id
        if self.mapped.deleted is not None:
            return self.mapped.deleted
        return (self.mapped.error.item_id or "") if self.mapped.error else ""

    @property
    def time(self) -> str:
        """Return the time as `2026-02-03 04:05`."""
        signal = self.mapped.signal
        return signal.timestamp[:16].replace("T", " ") if signal else ""

    @property
    def priority(self) -> str:
        """Return the priority as a word."""
        signal = self.mapped.signal
        return (signal.priority or "").capitalize() if signal else ""

    @property
    def kind(self) -> str:
        """Return the signal's type."""
        return self.mapped.signal.type if self.mapped.signal else ""

    @property
    def summary(self) -> str:
        """Return the summary, or what went wrong."""
        if self.mapped.signal is not None:
            return self.mapped.signal.summary
        return self.mapped.error.message if self.mapped.error else ""


@dataclass(frozen=True, slots=True)
class Count:
    """A count in words, and the state that it is a sign of."""

    words: str
    state: str = ""


def signal_rows(preview: Preview, mapping: Mapping[str, Json]) -> list[SignalRow]:
    """Return the rows of a preview; `mapping` says which lists are asked for."""
    asked = {member: word for path, member, word in _LISTS if mapping.get(path)}
    words = {m: word for m, word in asked.items() if _all_without(preview, m)}
    return [_row(n, mapped, words) for n, mapped in enumerate(preview.rows, start=1)]


def _all_without(preview: Preview, member: str) -> bool:
    """Return whether a list that is mapped is empty in every signal: a wrong path."""
    signals = sum(1 for row in preview.rows if row.signal is not None)
    return signals > 0 and preview.without(member) == signals


def _row(number: int, mapped: MappedItem, wanted: dict[str, str]) -> SignalRow:
    if mapped.error is not None:
        return SignalRow(number, mapped, "error", _told(mapped.error.field))
    if mapped.deleted is not None:
        return SignalRow(number, mapped, "deleted", "Deleted")
    if mapped.signal is None:
        return SignalRow(number, mapped, "skipped", "Left out")
    if mapped.signal.warnings:
        return SignalRow(number, mapped, "warning", mapped.signal.warnings[0])
    lacking = [w for member, w in wanted.items() if not getattr(mapped.signal, member)]
    if lacking:
        return SignalRow(number, mapped, "warning", f"No {lacking[0]}")
    return SignalRow(number, mapped, "ok", "Ok")


def _told(field: str) -> str:
    if field.startswith("transforms/"):
        return "Not changed"
    if field == "schema":
        return "Does not fit"
    return f"No {field.removeprefix('fields/')}" if field else "Not mapped"


def counts(rows: list[SignalRow], preview: Preview) -> list[Count]:
    """Return the counts in words, what needs attention first."""
    if preview.blocked:
        return [Count("No preview", "error")]
    if not rows:
        return [Count("No items", "warning")]
    return [*_lacking(rows), *_plain(rows)]


def _lacking(rows: list[SignalRow]) -> list[Count]:
    """Return what every signal lacks, named: "100 without people"."""
    checks = [row.check for row in rows if row.state == "warning"]
    found = [(word, checks.count(f"No {word}")) for _, _, word in _LISTS]
    return [Count(f"{n} without {word}", "warning") for word, n in found if n]


def _plain(rows: list[SignalRow]) -> list[Count]:
    states = [row.state for row in rows]
    named = {f"No {word}" for _, _, word in _LISTS}
    attention = sum(
        row.state == "error" or (row.state == "warning" and row.check not in named)
        for row in rows
    )
    parts = [Count(f"{states.count('ok')} ok", "ok")] if "ok" in states else []
    if attention:
        state = "error" if "error" in states else "warning"
        parts.append(Count(f"{attention} need attention", state))
    if "deleted" in states:
        parts.append(Count(f"{states.count('deleted')} deleted"))
    parts.append(Count(f"{states.count('skipped')} left out"))
    return parts


_STATES: Final = {"ok": "ok", "warning": "warning", "error": "error"}


def signal_columns() -> list[Column[SignalRow]]:
    """Return the columns of the table below the Builder."""
    return [
        Column("number", "#", lambda r: str(r.number), "number", 52,
               order=lambda r: r.number, ink=lambda _: "muted"),
        Column("id", "id", lambda r: r.id, "mono", 96),
        Column("type", "type", lambda r: r.kind, "chips", 128,
               chips=lambda r: [(r.kind, "neutral")] if r.kind else []),
        Column("priority", "priority", lambda r: r.priority, "text", 92,
               strong=lambda r: r.priority in {"High", "Critical"},
               ink=lambda r: "" if r.priority in {"High", "Critical"} else "muted"),
        Column("time", "time", lambda r: r.time, "text", 144),
        Column("summary", "summary", lambda r: r.summary, "text", 240, stretch=True,
               ink=_summary_ink),
        Column("check", "check", lambda r: r.check, "status", 132,
               state=lambda r: _STATES.get(r.state, "disabled"),
               tip=lambda r: r.summary if r.state == "error" else r.check),
    ]  # fmt: skip


def _summary_ink(row: SignalRow) -> str:
    inks = {"error": "danger", "skipped": "muted", "deleted": "muted"}
    return inks.get(row.state, "")
