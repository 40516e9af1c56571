"""One credential after another, without a moment in which none is valid.

    proposed: pending → (checked) → promoted: current, the old one is previous → swept

Beside an owner's secrets stands a member `$rotation` with what is pending and what was
before, so that each arrow is one writing of the vault. The previous one is tried once
where the service refuses the current (it may take a while to know it), and goes when
its time is over.

What was replaced at once, without a time in which both count, is remembered for a day:
nothing is let in by it, it only tells that somebody still uses it, until a person lets
it count for a while (`readmitted`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec
from pydantic import SecretStr

from ferrule.clock import rfc3339
from ferrule.credentials.vault import Secrets, announce
from ferrule.errors import CredentialError, UsageError
from ferrule.expression.dates import parse_date, parse_period

ROTATION: Final = "$rotation"
KEPT_FOR: Final = timedelta(days=1)
_SOON: Final = timedelta(days=14)
Standing = Literal["fine", "soon", "due", "unknown"]


class Succession(
    msgspec.Struct,
    frozen=True,
    rename="camel",
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """What is pending and what was before; times are RFC 3339.

    Each holds only the fields that change. `fell_back_at` is when the previous one had
    to be used last. `replaced` counts for nothing and is only recognised;
    `replaced_at` is when the current one took the place of either.
    """

    pending: dict[str, str] = {}
    pending_at: str = ""
    previous: dict[str, str] = {}
    expires_at: str = ""
    fell_back_at: str = ""
    replaced: dict[str, str] = {}
    replaced_at: str = ""

    def __repr__(self) -> str:
        return "Succession(…)"


@dataclass(frozen=True, slots=True)
class Due:
    """Whether a credential is to be rotated, and when that is or was."""

    standing: Standing
    at: datetime | None


def succession_of(secrets: Secrets) -> Succession:
    """Return what stands beside an owner's secrets.

    Raises:
        CredentialError: when it cannot be read.
    """
    kept = secrets.get(ROTATION)
    if kept is None:
        return Succession()
    try:
        return msgspec.json.decode(kept.get_secret_value(), type=Succession)
    except (msgspec.DecodeError, ValueError):
        raise CredentialError(
            "What is kept of the credential before this one cannot be read.",
            advice="Connect it again.",
        ) from None


def current(secrets: Secrets) -> Secrets:
    """Return the secrets that are used, without what stands beside them."""
    return {name: one for name, one in secrets.items() if name != ROTATION}


def candidate(secrets: Secrets) -> Secrets | None:
    """Return the secrets as they will be, to check them; None when none is pending."""
    pending = succession_of(secrets).pending
    return {**current(secrets), **_hidden(pending)} if pending else None


def previous(secrets: Secrets, now: datetime) -> Secrets | None:
    """Return the secrets as they were, while they may still be tried; else None."""
    found = succession_of(secrets)
    if not found.previous or _is_over(found, now):
        return None
    return {**current(secrets), **_hidden(found.previous)}


def replaced(secrets: Secrets, now: datetime) -> Secrets | None:
    """Return the secrets as they were before one was replaced at once; else None.

    They are to recognise what is made with them, and let nothing in.
    """
    found = succession_of(secrets)
    if not found.replaced or _is_forgotten(found, now):
        return None
    return {**current(secrets), **_hidden(found.replaced)}


def remembered(before: Secrets, after: Secrets, name: str, now: datetime) -> Secrets:
    """Return the secrets `after`, with what a field held `before` to be recognised."""
    old = before.get(name)
    if old is None or name not in after or after[name] == old:
        return after
    found = msgspec.structs.replace(
        succession_of(after),
        replaced={name: old.get_secret_value()},
        replaced_at=rfc3339(now),
    )
    return _with(after, found)


def readmitted(
    secrets: Secrets, now: datetime, kept_for: timedelta = KEPT_FOR
) -> Secrets:
    """Return secrets whose former value counts from now on for a while.

    That is what was replaced at once; else the previous one, which counts for longer.

    Raises:
        UsageError: when neither is kept any more.
    """
    found = succession_of(secrets)
    until = rfc3339(now + kept_for)
    if found.replaced and not _is_forgotten(found, now):
        after = msgspec.structs.replace(
            found, previous=found.replaced, replaced={}, expires_at=until
        )
    elif found.previous and not _is_over(found, now):
        after = msgspec.structs.replace(found, expires_at=until)
    else:
        raise UsageError(
            "The secret before this one is not kept any more.",
            advice="Give the service the secret of now.",
        )
    return _with(secrets, after)


def proposed(secrets: Secrets, new: Secrets, now: datetime) -> Secrets:
    """Return secrets with a pending credential, in place of one that was pending.

    Raises:
        UsageError: when nothing in it is new.
    """
    fields = {
        name: one.get_secret_value()
        for name, one in new.items()
        if not name.startswith("$") and secrets.get(name) != one
    }
    if not fields:
        raise UsageError("The new credential is the same as the one in use.")
    found = succession_of(secrets)
    return _with(
        secrets,
        msgspec.structs.replace(found, pending=fields, pending_at=rfc3339(now)),
    )


def promoted(
    secrets: Secrets, now: datetime, kept_for: timedelta = KEPT_FOR
) -> Secrets:
    """Return secrets whose pending credential is the current one.

    The one before is kept for a while; the same is returned when none is pending.
    """
    found = succession_of(secrets)
    if not found.pending:
        return secrets
    before = {
        name: secrets[name].get_secret_value()
        for name in found.pending
        if name in secrets
    }
    until = rfc3339(now + kept_for) if before else ""
    since = rfc3339(now) if before else ""
    after = Succession(previous=before, expires_at=until, replaced_at=since)
    return _with({**secrets, **_hidden(found.pending)}, after)


def discarded(secrets: Secrets) -> Secrets:
    """Return secrets without the pending credential."""
    found = succession_of(secrets)
    return _with(secrets, msgspec.structs.replace(found, pending={}, pending_at=""))


def swept(secrets: Secrets, now: datetime) -> Secrets:
    """Return secrets without a former credential whose time is over."""
    found = succession_of(secrets)
    after = found
    if found.replaced and _is_forgotten(found, now):
        after = msgspec.structs.replace(after, replaced={})
    if found.previous and _is_over(found, now):
        after = msgspec.structs.replace(
            after, previous={}, expires_at="", fell_back_at=""
        )
    if not after.previous and not after.replaced:
        after = msgspec.structs.replace(after, replaced_at="")
    return secrets if after == found else _with(secrets, after)


def flagged(secrets: Secrets, now: datetime) -> Secrets:
    """Return secrets that tell that the previous credential had to be used."""
    found = succession_of(secrets)
    if not found.previous:
        return secrets
    return _with(secrets, msgspec.structs.replace(found, fell_back_at=rfc3339(now)))


def due(rotate_after: str | None, since: datetime | None, now: datetime) -> Due | None:
    """Return whether a credential is to be rotated by its policy; None without one.

    `rotate_after` is an ISO 8601 duration of the calendar: seed 000 has 6 months,
    12 months, 30 days and 90 days. It is “soon” in the last tenth, 14 days at most. A
    credential of unknown age is “unknown”.

    Raises:
        ValueError: for no duration.
    """
    if rotate_after is None:
        return None
    if since is None:
        return Due("unknown", None)
    at = parse_period(rotate_after).after(since)
    if now >= at:
        return Due("due", at)
    return Due("soon" if at - now <= min((at - since) / 10, _SOON) else "fine", at)


def oldest(kept_at: Mapping[str, str], names: frozenset[str]) -> datetime | None:
    """Return when the oldest of these fields got its value; None where unknown."""
    times = [text for name, text in kept_at.items() if name in names]
    if not times or not all(times):
        return None
    return min(parse_date(text) for text in times)


def _is_over(found: Succession, now: datetime) -> bool:
    return not found.expires_at or parse_date(found.expires_at) <= now


def _is_forgotten(found: Succession, now: datetime) -> bool:
    return not found.replaced_at or parse_date(found.replaced_at) + KEPT_FOR <= now


def _with(secrets: Secrets, found: Succession) -> Secrets:
    kept = current(secrets)
    if found == Succession():
        return kept
    return {**kept, ROTATION: SecretStr(msgspec.json.encode(found).decode())}


def _hidden(fields: Mapping[str, str]) -> dict[str, SecretStr]:
    return dict(announce({name: SecretStr(one) for name, one in fields.items()}))
