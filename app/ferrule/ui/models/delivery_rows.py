"""Deliveries as rows of a table, and in words.

What a verdict and a standing are called, and by which shape each is told, stands here
alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from ferrule.ui.i18n import Data
from ferrule.ui.models.table import Column
from ferrule.workspace.delivery_facts import Delivery, Judged

_KILO: Final = 1000

# By the reason of a verdict: the word, its shape, and what to say of it as a title.
_REASONS: Final = {
    "valid": ("Valid", "valid", "The signature holds"),
    "wrong_signature": ("Mismatch", "error", "The signature does not match"),
    "wrong_token": ("Mismatch", "error", "The token is another one"),
    "too_old": ("Too old", "warning", "It was signed too long ago"),
    "too_new": ("Too new", "warning", "It was signed ahead of its time"),
    "missing_header": ("Missing", "error", "There is no signature"),
    "no_known_version": ("Version", "error", "No signature of a known version"),
    "edited": ("Edited", "untouched", "It was edited here"),
    "not_verified": ("Open", "untouched", "Calls of this connection are not verified"),
}
_STATES: Final = {
    "valid": _REASONS["valid"],
    "invalid": ("Invalid", "error", "The signature does not hold"),
    "malformed": ("Unreadable", "error", "The signature cannot be read"),
    "unsigned": ("Missing", "error", "There is no signature"),
}
STATUS_WORDS: Final = {
    "pending": ("Waiting", "in_progress"),
    "mapped": ("Mapped", "done"),
    "ignored": ("Ignored", "cancelled"),
    "skipped": ("Skipped", "cancelled"),
    "duplicate": ("Repeat", "cancelled"),
    "dead": ("Dead letter", "failed"),
    "refused": ("Refused", "failed"),
}
STATUS_CHOICES: Final = (
    ("", "Any status"),
    *((key, word) for key, (word, _) in STATUS_WORDS.items()),
)
VERDICT_CHOICES: Final = (
    ("", "Any verdict"),
    ("valid", "Valid"),
    ("bad", "Not valid"),
    ("open", "Not verified"),
)
_ANSWERS: Final = {"ignored": 202, "duplicate": 200}
_ANSWERED: Final = 202
_UNREADABLE: Final = ("malformed", "unreadable")


class DeliveryRow(NamedTuple):
    """One delivery as the list shows it; `connector` is its name."""

    one: Delivery
    connector: str

    @property
    def event(self) -> str:
        """Return what kind of event it tells of, in words where it says none."""
        return self.one.event_type or "(no event)"


def verdict_word(state: str, reason: str) -> tuple[str, str, str]:
    """Return the word of a verdict, the state of its shape, and its title."""
    return _REASONS.get(reason) or _STATES[state]


def is_good(judged: Judged) -> bool:
    """Tell whether a verdict lets a call in."""
    return judged.state == "valid"


def answer_of(one: Delivery) -> int:
    """Return the status of HTTP that a delivery was answered with."""
    if one.status == "refused":
        return 400 if one.verdict == _UNREADABLE[0] else 401
    return _ANSWERS.get(one.status, _ANSWERED)


def passes(row: DeliveryRow, verdict: str) -> bool:
    """Tell whether a row has a verdict of that choice."""
    is_open = row.one.reason == "not_verified"
    return {
        "": True,
        "valid": row.one.verdict == "valid",
        "open": is_open,
        "bad": row.one.verdict != "valid" and not is_open,
    }[verdict]


def size_words(size: int) -> str:
    """Return a size with one decimal from a kilobyte on."""
    return f"{size} B" if size < _KILO else f"{size / _KILO:,.1f} kB"


def local(text: str) -> datetime:
    """Return a moment in the person's time zone."""
    return datetime.fromisoformat(text).astimezone()


def moment_words(text: str, now: datetime) -> str:
    """Return the time of day, with the day where it is not today's."""
    moment = local(text)
    if moment.date() == now.astimezone().date():
        return f"{moment:%H:%M:%S}"
    return f"{moment:%d %b %H:%M}"


def columns(now: list[datetime]) -> list[Column[DeliveryRow]]:
    """Return the columns of the list; `now[0]` is the present moment."""
    return [*_what_came(now), *_what_became()]


def _what_came(now: list[datetime]) -> list[Column[DeliveryRow]]:
    return [
        Column(
            "time",
            "Time",
            lambda row: moment_words(row.one.received_at, now[0]),
            "text",
            84,
            order=lambda row: row.one.id,
        ),
        Column(
            "event",
            "Event",
            lambda row: row.event,
            "tile",
            130,
            stretch=True,
            state=lambda row: row.connector,
            seed=lambda row: row.one.connector_id,
            tip=lambda row: f"{row.event}\n{row.connector}, {row.one.connection}",
        ),
        Column(
            "signature",
            "Signature",
            lambda row: verdict_word(row.one.verdict, row.one.reason)[0],
            "status",
            100,
            state=lambda row: verdict_word(row.one.verdict, row.one.reason)[1],
        ),
    ]


def _what_became() -> list[Column[DeliveryRow]]:
    return [
        Column(
            "status",
            "Status",
            lambda row: STATUS_WORDS[row.one.status][0],
            "status",
            112,
            state=lambda row: STATUS_WORDS[row.one.status][1],
            tip=lambda row: row.one.error or "",
        ),
        Column(
            "size",
            "Size",
            lambda row: size_words(row.one.size),
            "number",
            76,
            order=lambda row: row.one.size,
        ),
        Column(
            "attempt",
            "Attempt",
            lambda row: str(row.one.attempts),
            "number",
            72,
            hidden=True,
            order=lambda row: row.one.attempts,
        ),
        Column(
            "connector",
            "Connector",
            lambda row: row.connector,
            width=120,
            hidden=True,
        ),
    ]


def rows_of(
    deliveries: tuple[Delivery, ...], names: Mapping[str, str]
) -> list[DeliveryRow]:
    """Return deliveries as rows, with the names of their connectors."""
    return [
        DeliveryRow(one, names.get(one.connector_id, one.connector_id))
        for one in deliveries
    ]


def head_line(one: Delivery) -> str:
    """Return the line under a delivery's title: when, which attempt, its name."""
    moment = local(one.received_at)
    parts = [Data(f"{moment:%Y-%m-%d %H:%M:%S}"), f"answered {answer_of(one)}"]
    if one.attempts:
        parts.append(f"attempt {one.attempts}")
    if one.delivery_id:
        parts.append(f"delivery {Data(one.delivery_id)}")
    if one.replay_of is not None:
        parts.append(f"replay of no. {one.replay_of}")
    return " · ".join(parts)
