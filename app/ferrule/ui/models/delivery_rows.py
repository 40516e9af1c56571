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


class DeliveryRow(NamedTuple):
    """One delivery as the list shows it; `connector` is its name.

    `accepted` is the status that its service wants in place of ours, 0 for none.
    """

    one: Delivery
    connector: str
    accepted: int = 0

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


def answer_of(one: Delivery, accepted: int = 0) -> int:
    """Return the status of HTTP that a delivery was answered with.

    It follows from what the delivery is; `accepted` is what its service wants to hear.
    """
    if one.status == "refused":
        unreadable = one.verdict == "malformed" or one.reason == "unreadable_body"
        return 400 if unreadable else 401
    return accepted or _ANSWERS.get(one.status, _ANSWERED)


def status_words(one: Delivery, accepted: int = 0) -> str:
    """Return the status it was answered with, and what became of it.

    A replay was answered to nobody.
    """
    word = "Dead" if one.status == "dead" else STATUS_WORDS[one.status][0]
    return word if one.replay_of is not None else f"{answer_of(one, accepted)} · {word}"


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


def day_words(text: str, now: datetime) -> str:
    """Return a moment inside a sentence: its day, as seen from today, and its time."""
    moment = local(text)
    at = Data(f"{moment:%H:%M}")
    days = (moment.date() - now.astimezone().date()).days
    near = {0: f"today at {at}", -1: f"yesterday at {at}", 1: f"tomorrow at {at}"}
    return near.get(days) or f"on {Data(f'{moment:%Y-%m-%d}')} at {at}"


def columns(now: list[datetime]) -> list[Column[DeliveryRow]]:
    """Return the columns of the list; `now[0]` is the present moment."""
    return [*_what_came(now), *_what_became(), *_how_it_came()]


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
            108,
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
            98,
            state=lambda row: verdict_word(row.one.verdict, row.one.reason)[1],
        ),
    ]


def _what_became() -> list[Column[DeliveryRow]]:
    return [
        Column(
            "status",
            "Status",
            lambda row: status_words(row.one, row.accepted),
            "status",
            132,
            state=lambda row: STATUS_WORDS[row.one.status][1],
            tip=lambda row: row.one.error or "",
        ),
        Column(
            "reason",
            "Reason",
            lambda row: row.one.error or "",
            width=220,
            hidden=True,
            tip=lambda row: row.one.error or "",
            words=True,
        ),
    ]


def _how_it_came() -> list[Column[DeliveryRow]]:
    return [
        Column(
            "size",
            "Size",
            lambda row: size_words(row.one.size),
            "number",
            72,
            order=lambda row: row.one.size,
        ),
        Column(
            "attempt",
            "Attempt",
            lambda row: str(row.one.attempts or ""),
            "number",
            72,
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
    deliveries: tuple[Delivery, ...],
    names: Mapping[str, str],
    accepted: Mapping[str, int],
) -> list[DeliveryRow]:
    """Return deliveries as rows, with the names of their connectors.

    `accepted` has the statuses that services want, by connection.
    """
    return [
        DeliveryRow(
            one,
            names.get(one.connector_id, one.connector_id),
            accepted.get(one.connection, 0),
        )
        for one in deliveries
    ]


def head_line(one: Delivery, accepted: int = 0) -> str:
    """Return the line under a delivery's title: when, which attempt, its name."""
    moment = local(one.received_at)
    parts: list[str] = [Data(f"{moment:%Y-%m-%d %H:%M:%S}")]
    if one.replay_of is None:
        parts.append(f"answered {answer_of(one, accepted)}")
    if one.attempts:
        parts.append(f"attempt {one.attempts}")
    if one.delivery_id:
        parts.append(f"delivery {Data(one.delivery_id)}")
    if one.replay_of is not None:
        parts.append(f"replay of no. {one.replay_of}")
    return " · ".join(parts)
