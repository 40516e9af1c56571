"""Tokens of the server: what a caller may do, kept as a hash only.

A token is `ferrule_ID_SECRET`. Its secret is 32 random bytes, so a plain SHA-256 of it
is enough: nobody guesses it, and nothing needs to be slow. Hashes are compared in
constant time, and a token that is not known takes as long as one that is.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from sqlalchemy import Connection, Row, insert, select, update

from ferrule.errors import NotFound, UsageError
from ferrule.server import tables

Scope = Literal["integrations.view", "integrations.manage", "integrations.credentials"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
VIEW, MANAGE, CREDENTIALS = SCOPES
_FORM: Final = re.compile(r"ferrule_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NOBODY: Final = hashlib.sha256(b"").hexdigest()
_LABEL: Final = re.compile(r"[ -~]{1,100}")


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token: not what it is."""

    id: str
    label: str
    scopes: tuple[str, ...]
    created_at: str
    revoked_at: str | None = None

    def __str__(self) -> str:
        return f"{self.label} ({self.id})"


def scopes_named(names: Sequence[str]) -> tuple[Scope, ...]:
    """Return scopes in their order; `view` stands for `integrations.view`.

    Raises:
        UsageError: for one that is none, or for none at all.
    """
    whole = {n if n.startswith("integrations.") else f"integrations.{n}" for n in names}
    if not whole or not whole <= set(SCOPES):
        raise UsageError(
            "A token needs scopes that are known.",
            advice=f"They are: {', '.join(SCOPES)}",
        )
    return tuple(one for one in SCOPES if one in whole)


def new_token(
    db: Connection, label: str, scopes: Sequence[Scope], at: str
) -> tuple[str, Token]:
    """Make a token; return its text, which nobody can tell again, and what it is.

    Raises:
        UsageError: for a label that cannot be shown.
    """
    if not _LABEL.fullmatch(label):
        raise UsageError("A label is 1 to 100 letters of ASCII.")
    made = Token(secrets.token_hex(6), label, tuple(scopes), at)
    secret = secrets.token_urlsafe(32)
    db.execute(
        insert(tables.token).values(
            id=made.id,
            label=made.label,
            hash=_hash(secret),
            scopes=json.dumps(made.scopes),
            created_at=at,
        )
    )
    return f"ferrule_{made.id}_{secret}", made


def find_token(db: Connection, text: str) -> Token | None:
    """Return the token with this text, unless there is none or it was revoked."""
    form = _FORM.fullmatch(text)
    wanted = form[1] if form else ""
    row = db.execute(select(tables.token).where(tables.token.c.id == wanted)).first()
    known = row.hash if row is not None else _NOBODY
    same = hmac.compare_digest(_hash(form[2] if form else text), known)
    if row is None or not same or row.revoked_at is not None:
        return None
    return _token(row)


def list_tokens(db: Connection) -> list[Token]:
    """Return every token there ever was, the oldest first."""
    ordered = select(tables.token).order_by(
        tables.token.c.created_at, tables.token.c.id
    )
    return [_token(row) for row in db.execute(ordered)]


def revoke_token(db: Connection, token_id: str, at: str) -> Token:
    """Let a token count no more, from the next request on.

    Raises:
        NotFound: when there is none of that id.
    """
    mine = tables.token.c.id == token_id
    row = db.execute(select(tables.token).where(mine)).first()
    if row is None:
        raise NotFound(
            "There is no token of that id.", advice="See: ferrule server token list"
        )
    db.execute(update(tables.token).where(mine).values(revoked_at=row.revoked_at or at))
    return _token(db.execute(select(tables.token).where(mine)).one())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _token(row: Row[Any]) -> Token:
    scopes = tuple(json.loads(row.scopes))
    return Token(row.id, row.label, scopes, row.created_at, row.revoked_at)
