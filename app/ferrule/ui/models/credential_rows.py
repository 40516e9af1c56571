"""Credentials as the page lists them: whose, how they stand, when they end.

Readers block and are called off the window's thread; no value of a secret is in a row.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from ferrule.expression.dates import parse_period
from ferrule.ui.models.credential_list import CredentialRow
from ferrule.ui.models.table import Column
from ferrule.workspace.keeping import VaultStatus

MASK: Final = "••••••••"
STATES: Final = {
    "healthy": ("healthy", "Accepted"),
    "degraded": ("degraded", "Degraded"),
    "error": ("error", "Error"),
    "reauth_required": ("error", "Sign in again"),
}
_UNKNOWN: Final = ("not_configured", "Not checked")
_SOON: Final = timedelta(minutes=5)
_COUNTED: Final = timedelta(hours=1)
_DUE: Final = {"soon": "soon", "due": "due", "unknown": "age not known"}


def standing(row: CredentialRow) -> tuple[str, str]:
    """Return a credential's shape and word."""
    if row.line.problem:
        return "error", "Unreadable"
    if row.held:
        return "warning", "Held"
    if row.kept is None:
        return "disabled", "Not used here"
    if row.state == "reauth_required":
        return STATES["reauth_required"]
    if row.line.due is not None and row.line.due.standing == "due":
        return "warning", "Rotation due"
    return STATES[row.state] if row.checked_at else _UNKNOWN


def needs_person(row: CredentialRow) -> bool:
    """Return whether only a person can make it good again."""
    return row.state == "reauth_required"


def expiry(row: CredentialRow, now: datetime) -> str:
    """Return when its token ends, counted down."""
    if row.expires_at is None:
        return "no end told" if row.has_tokens else ""
    left = row.expires_at - now
    if left <= timedelta():
        return f"{span(-left)} ago"
    return f"in {clock(left) if left < _COUNTED else span(left)}"


def counts_down(row: CredentialRow, now: datetime) -> bool:
    """Return whether its end is told to the second."""
    return row.expires_at is not None and timedelta() < row.expires_at - now < _COUNTED


def ends_soon(row: CredentialRow, now: datetime) -> bool:
    """Return whether its token ends within five minutes."""
    return row.expires_at is not None and row.expires_at - now < _SOON


def ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago something was."""
    if moment is None:
        return "never"
    passed = now - moment
    return "just now" if passed < timedelta(minutes=1) else f"{span(passed)} ago"


def rotation(row: CredentialRow) -> str:
    """Return what its policy of rotating says."""
    line = row.line
    if line.pending_at:
        return "new one pending"
    if line.due is None:
        return ""
    told = _DUE.get(line.due.standing, "")
    day = f"{line.due.at:%Y-%m-%d}" if line.due.at else ""
    return f"{told} {day}".strip()


def policy(row: CredentialRow) -> Sequence[tuple[str, str]]:
    """Return its policy of rotating and when that comes, in words; empty for none."""
    if not row.policy:
        return ()
    due = row.line.due
    when = "its age is not known"
    if due is not None and due.at is not None:
        day = f"{due.at:%Y-%m-%d}"
        when = f"since {day}" if due.standing == "due" else day
    every = f"every {period_words(row.policy)}"
    return ("To be rotated", every), ("Rotation due", when)


def period_words(text: str) -> str:
    """Return a period of the calendar such as `P6M` in words; as it is, if unusual."""
    found = parse_period(text)
    days = found.rest // timedelta(days=1)
    if found.months and not found.rest:
        years, months = divmod(found.months, 12)
        if years and not months:
            return "year" if years == 1 else f"{years} years"
        return "month" if found.months == 1 else f"{found.months} months"
    if days and not found.months and found.rest == timedelta(days=days):
        return "day" if days == 1 else f"{days} days"
    return text


def clock(length: timedelta) -> str:
    """Return a length below an hour to the second: `4 min 09 s`."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"


def whose(row: CredentialRow) -> str:
    """Return whose it is, in a word, and how many use it."""
    if row.shared is None:
        return "Its own"
    return f"Shared by {len(row.uses)}" if row.uses else "Shared"


def span(length: timedelta) -> str:
    """Return a length of time in its two largest units: `3 d 4 h`, `12 min`."""
    minutes = int(length.total_seconds() // 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if minutes >= 60:  # noqa: PLR2004  an hour
        rest = minutes % 60
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{minutes} min" if minutes else f"{int(length.total_seconds())} s"


def kept_where(status: VaultStatus) -> str:
    """Return where secrets are and what opens them, in words."""
    if status.standing == "memory":
        return "Set a passphrase, and they are sealed in a file."
    if status.standing == "empty":
        return f"Secrets will be sealed in {status.path}, opened by {status.source}."
    if status.standing == "unlocked":
        return f"{_sealed(status)} sealed in {status.path}, opened by {status.source}."
    return f"{_sealed(status)} sealed in {status.path}."


def _sealed(status: VaultStatus) -> str:
    """Return what is sealed: secrets of services, and signing keys apart from them."""
    if status.secrets is None:
        return "Secrets"
    keys = status.keys or 0
    rest = status.secrets - keys
    signing = "1 signing key" if keys == 1 else f"{keys} signing keys"
    secrets = "1 secret" if rest == 1 else f"{rest} secrets"
    if not keys:
        return secrets
    return f"{secrets} and {signing}" if rest else signing


def columns(now: Sequence[datetime]) -> list[Column[CredentialRow]]:
    """Return the columns; `now` holds the moment that they count from."""
    return [
        Column(
            "key",
            "Credential",
            lambda r: r.name,
            stretch=True,
            strong=lambda _r: True,
            words=True,
        ),
        Column("whose", "Whose", whose, width=112, words=True),
        Column(
            "state",
            "State",
            lambda r: standing(r)[1],
            kind="status",
            state=lambda r: standing(r)[0],
            width=124,
        ),
        Column("method", "Signs in by", lambda r: r.line.method, width=100, words=True),
        Column(
            "expires",
            "Token ends",
            lambda r: expiry(r, now[0]),
            width=112,
            ink=lambda r: "warning" if ends_soon(r, now[0]) else "text",
            order=lambda r: r.expires_at.timestamp() if r.expires_at else 0.0,
            words=True,
        ),
        Column(
            "used",
            "Last used",
            lambda r: ago(r.used_at, now[0]),
            width=100,
            order=lambda r: r.used_at.timestamp() if r.used_at else 0.0,
            words=True,
        ),
        Column("rotation", "Rotation", rotation, width=120, words=True),
    ]
