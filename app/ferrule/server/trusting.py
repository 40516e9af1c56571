"""Whom the server trusts: one list, followed only by its successors.

The first list comes at the start, with the fingerprints of its root's keys, which a
person compared. Every list that was taken is kept.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection, insert, select

from ferrule.bundle import Trust, TrustList, check_successor, read_trust
from ferrule.clock import Clock, rfc3339
from ferrule.errors import StoreError, UsageError
from ferrule.server import tables
from ferrule.server.database import Database
from ferrule.server.refusals import unusable

MAX_TRUST: Final = 1024 * 1024


def current_list(db: Connection) -> TrustList | None:
    """Return the trust list in use, if there is one."""
    lists = tables.trust_list
    newest = select(lists.c.raw).order_by(lists.c.version.desc()).limit(1)
    raw = db.scalar(newest)
    return read_trust(bytes(raw)) if raw is not None else None


def current_trust(db: Connection) -> Trust:
    """Return who is trusted; nobody where there is no list."""
    found = current_list(db)
    return found.trust if found is not None else Trust()


def follow(db: Connection, raw: bytes, by: str, clock: Clock) -> tuple[TrustList, bool]:
    """Take the successor of the list in use; tell whether it is another one.

    Raises:
        RefusalError: when it is no trust list.
        BundleRejected: when it does not follow.
    """
    try:
        found = read_trust(raw)
    except StoreError as error:
        raise unusable(error.message, error.advice, "malformed_trust") from None
    before = current_list(db)
    if before is None:
        raise unusable(
            "The server has no trust list that this one could follow.",
            "Start it with --trust FILE --root FINGERPRINT.",
        )
    check_successor(before, found)
    if found.digest == before.digest:
        return before, False
    _keep(db, raw, found, by, clock)
    return found, True


def begin(
    database: Database, raw: bytes | None, roots: Collection[str], clock: Clock
) -> TrustList:
    """Return the list that the server starts with; `raw` is the one it was given.

    Raises:
        StoreError: when that is no trust list.
        UsageError: when there is none, or its root is not the one that was compared.
        BundleRejected: when it does not follow the one in use.
    """
    with database.writing() as db:
        before = current_list(db)
        if raw is None:
            if before is None:
                raise UsageError(
                    "The server trusts nobody yet, so it could take nothing in.",
                    advice="Give it the signed list: --trust FILE --root FINGERPRINT",
                )
            return before
        found = read_trust(raw)
        if before is None:
            check_root(found, roots)
        else:
            check_successor(before, found)
        if before is None or found.digest != before.digest:
            _keep(db, raw, found, "at the start", clock)
        return found


def check_root(found: TrustList, roots: Collection[str]) -> None:
    """Refuse a first list whose root is not the one that a person compared.

    Raises:
        UsageError: then, with the fingerprints that it has.
    """
    has = set(map(_plain, found.root_fingerprints))
    if has == set(map(_plain, roots)):
        return
    named = ", ".join(found.root_fingerprints)
    what = "not the one that --root names" if roots else "not confirmed yet"
    again = " ".join(f'--root "{one}"' for one in found.root_fingerprints)
    raise UsageError(
        f"The root of this trust list is {what}. It is: {named}.",
        advice=f"Compare that with who keeps the list, by another way. Then: {again}",
    )


def _plain(fingerprint: str) -> str:
    return "".join(fingerprint.split()).lower()


def _keep(db: Connection, raw: bytes, found: TrustList, by: str, clock: Clock) -> None:
    row = {
        "version": found.trust.version,
        "digest": found.digest,
        "raw": raw,
        "taken_at": rfc3339(clock.now()),
        "taken_by": by,
    }
    db.execute(insert(tables.trust_list).values(row))
