"""Credentials as the page lists them: whose, how they stand, when they end.

Readers block and are called off the window's thread; no value of a secret is in a row.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from ferrule.ui.models.table import Column
from ferrule.workspace.keeping import KeptCredential, VaultStatus

MASK: Final = "••••••••"
STATES: Final = {
    "healthy": ("healthy", "Accepted"),
    "degraded": ("degraded", "Degraded"),
    "error": ("error", "Error"),
    "reauth_required": ("error", "Sign in again"),
}
_UNKNOWN: Final = ("not_configured", "Not checked")
_SOON: Final = timedelta(minutes=5)
_DUE: Final = {"soon": "soon", "due": "due", "unknown": "age not known"}


def standing(row: KeptCredential) -> tuple[str, str]:
    """Return a credential's shape and word."""
    if row.line.problem:
        return "error", "Unreadable"
    if row.state == "reauth_required":
        return STATES["reauth_required"]
    if row.line.due is not None and row.line.due.standing == "due":
        return "warning", "Rotation due"
    return STATES[row.state] if row.checked_at else _UNKNOWN


def needs_person(row: KeptCredential) -> bool:
    """Return whether only a person can make it good again."""
    return row.state == "reauth_required"


def expiry(row: KeptCredential, now: datetime) -> str:
    """Return when its token ends, counted down."""
    if row.expires_at is None:
        return "no end told" if row.has_tokens else ""
    left = row.expires_at - now
    return f"in {span(left)}" if left > timedelta() else f"{span(-left)} ago"


def ends_soon(row: KeptCredential, now: datetime) -> bool:
    """Return whether its token ends within five minutes."""
    return row.expires_at is not None and row.expires_at - now < _SOON


def ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago something was."""
    if moment is None:
        return "never"
    passed = now - moment
    return "just now" if passed < timedelta(minutes=1) else f"{span(passed)} ago"


def rotation(row: KeptCredential) -> str:
    """Return what its policy of rotating says."""
    line = row.line
    if line.pending_at:
        return "new one pending"
    if line.due is None:
        return ""
    told = _DUE.get(line.due.standing, "")
    day = f"{line.due.at:%Y-%m-%d}" if line.due.at else ""
    return f"{told} {day}".strip()


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
    count = "Secrets" if status.secrets is None else f"{status.secrets} secrets"
    told = f"{'1 secret' if status.secrets == 1 else count} sealed in {status.path}"
    opened = status.standing == "unlocked"
    return f"{told}, opened by {status.source}." if opened else f"{told}."


def columns(now: Sequence[datetime]) -> list[Column[KeptCredential]]:
    """Return the columns; `now` holds the moment that they count from."""
    return [
        Column(
            "key", "Connection", lambda r: r.key, stretch=True, strong=lambda _r: True
        ),
        Column(
            "state",
            "State",
            lambda r: standing(r)[1],
            kind="status",
            state=lambda r: standing(r)[0],
            width=136,
        ),
        Column("method", "Signs in by", lambda r: r.line.method, width=108, words=True),
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
            width=112,
            order=lambda r: r.used_at.timestamp() if r.used_at else 0.0,
            words=True,
        ),
        Column("rotation", "Rotation", rotation, width=136, words=True),
    ]
