"""The credentials that the page lists: one row for each, whoever uses it.

A connection's own credential is a row, and what a bundle shares is one row for all its
connections. The readers block and are called off the window's thread; no value of a
secret is in a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from ferrule.descriptor.signing import asked_fields
from ferrule.errors import FerruleError
from ferrule.expression.dates import parse_date
from ferrule.fields import InputField
from ferrule.ui.i18n import Data
from ferrule.ui.models.credential_held import HeldFacts, read_held
from ferrule.ui.models.credential_scopes import (
    Names,
    SharedFacts,
    UseLine,
    bundle_to_share,
)
from ferrule.workspace import keeping, scopes
from ferrule.workspace.identities import last_identity
from ferrule.workspace.keeping import KeptCredential, KeptField
from ferrule.workspace.rotating import CredentialLine
from ferrule.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """One credential as it is listed: what is kept, whose it is, who uses it.

    `kept` is told by the connection through which it is tested and rotated; None where
    a shared one is used by none of this project. `identity` is whom its last check was
    signed in as, `policy` the ISO duration after which it is to be rotated. `bundle` is
    the title of that which could share it, empty for none; `offered` tells that an own
    credential could give way to a shared one.
    """

    kept: KeptCredential | None
    uses: tuple[UseLine, ...]
    shared: SharedFacts | None = None
    held: tuple[HeldFacts, ...] = ()
    identity: str = ""
    policy: str = ""
    bundle: str = ""
    offered: str = ""
    edited: tuple[InputField, ...] = field(default=(), repr=False)

    @property
    def key(self) -> str:
        """Return the key of the connection that stands for it, empty for none."""
        return self.kept.key if self.kept is not None else ""

    @property
    def id(self) -> str:
        """Return what tells it from others."""
        if self.shared is None:
            return self.key
        return f"{self.shared.home.key}/{self.shared.owner}"

    @property
    def name(self) -> str:
        """Return what it is called in the list."""
        if self.shared is None:
            return Data(self.key)
        return f"{Data(self.shared.bundle)} bundle"

    @property
    def ours(self) -> bool:
        """Return whether this project says what becomes of it."""
        return self.shared is None or self.shared.ours

    @property
    def line(self) -> CredentialLine:
        """Return how it stands with rotating."""
        return self.kept.line if self.kept is not None else _NO_LINE

    @property
    def connector(self) -> str:
        """Return the name of the connector, or of all that share it."""
        if self.shared is not None:
            return self.shared.title
        return self.kept.connector if self.kept is not None else ""

    @property
    def fields(self) -> tuple[KeptField, ...]:
        """Return the fields that have a value."""
        return self.kept.fields if self.kept is not None else ()

    @property
    def state(self) -> str:
        """Return how the connection is that stands for it."""
        return self.kept.state if self.kept is not None else "degraded"

    @property
    def checked_at(self) -> datetime | None:
        """Return when it was last checked."""
        return self.kept.checked_at if self.kept is not None else None

    @property
    def used_at(self) -> datetime | None:
        """Return when it was last sent."""
        return self.kept.used_at if self.kept is not None else None

    @property
    def signs_in(self) -> bool:
        """Return whether only a person can sign in again."""
        return self.kept is not None and self.kept.signs_in

    @property
    def has_tokens(self) -> bool:
        """Return whether a token stands among its secrets."""
        return self.kept is not None and self.kept.has_tokens

    @property
    def expires_at(self) -> datetime | None:
        """Return when its token ends."""
        return self.kept.expires_at if self.kept is not None else None

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return what its token was granted."""
        return self.kept.scopes if self.kept is not None else ()


_NO_LINE = CredentialLine("", "", "")


def read_rows(workspace: Workspace) -> list[CredentialRow]:
    """Return the credentials of the project, own ones by key, then the shared ones."""
    names = Names(workspace)
    rows: dict[str, CredentialRow] = {}
    for kept in keeping.kept_credentials(workspace):
        row = _row(workspace, names, kept)
        earlier = rows.get(row.id)
        rows[row.id] = row if earlier is None else _together(earlier, row)
    for shared in scopes.shared_credentials(workspace):
        facts = names.facts(shared)
        row = CredentialRow(None, facts.uses, facts)
        rows.setdefault(row.id, row)
    return sorted(rows.values(), key=lambda row: (row.shared is not None, row.name))


def row_of(rows: Sequence[CredentialRow], project: str, key: str) -> str:
    """Return the id of the row that a connection's credential is in, "" for none."""
    return next(
        (
            row.id
            for row in rows
            if any((use.project.key, use.key) == (project, key) for use in row.uses)
        ),
        "",
    )


def _row(workspace: Workspace, names: Names, kept: KeptCredential) -> CredentialRow:
    """Return the row of a connection's credential, as that connection uses it."""
    project = workspace.project.key
    one = workspace.connections.get(project, kept.key)
    uses = names.uses([scopes.Use(project, kept.key)])
    try:
        connector = workspace.registry.connector_of(one)
        shared = scopes.shared_of(workspace, one)
        held = read_held(workspace, kept.key)
    except FerruleError:
        return CredentialRow(kept, uses)
    facts = None if shared is None else names.facts(shared, connector)
    config = getattr(connector.sign_in, "config", None)
    own = shared is None
    fits = scopes.shared_for(workspace, connector) if own else None
    return CredentialRow(
        kept,
        uses if facts is None else facts.uses,
        facts,
        held=(held,) if held is not None else (),
        identity=_identity(workspace, kept),
        policy=getattr(config, "rotate_after", None) or "",
        bundle=bundle_to_share(workspace, connector) if own else "",
        offered=fits.bundle if fits is not None else "",
        edited=asked_fields(connector),
    )


def _identity(workspace: Workspace, kept: KeptCredential) -> str:
    """Return whom it was last signed in as, empty where another was given since."""
    known = last_identity(workspace, kept.key)
    if known is None:
        return ""
    since = kept.line.since
    return known.name if since is None or parse_date(known.at) >= since else ""


def _together(first: CredentialRow, other: CredentialRow) -> CredentialRow:
    """Return one row of two connections that use the same credential.

    What needs a person comes first; it was used when either used it.
    """
    worse = _rank(other) < _rank(first)
    row, rest = (other, first) if worse else (first, other)
    held = tuple(sorted((*row.held, *rest.held), key=lambda one: one.key))
    who = row.identity or rest.identity
    used = max(filter(None, (row.used_at, rest.used_at)), default=None)
    seen = max(filter(None, (row.checked_at, rest.checked_at)), default=None)
    kept = row.kept
    if kept is not None:
        kept = replace(kept, used_at=used, checked_at=seen)
    return replace(row, kept=kept, held=held, identity=who)


_WORST: Final[Sequence[str]] = ("reauth_required", "error", "degraded", "healthy")


def _rank(row: CredentialRow) -> int:
    """Return how much needs a person; what nobody checked says nothing."""
    checked = row.checked_at is not None or row.state == "reauth_required"
    return _WORST.index(row.state) if checked else len(_WORST)
