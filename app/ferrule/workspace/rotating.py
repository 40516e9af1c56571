"""Rotating a connection's credential: pending, checked, promoted, the old one kept on.

    propose → check_pending → promote → (a day later) swept

Each arrow is one writing of the vault: whoever reads in between gets the current
credential, and a program that is killed leaves what was last written. `Fallback` is
what a client asks when the current one is refused: the previous is tried once, and that
it was needed is noted.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from ferrule.auth import Secrets
from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.credentials import Ref
from ferrule.credentials import succession as steps
from ferrule.credentials.fallback import Fallback
from ferrule.credentials.succession import KEPT_FOR, Due
from ferrule.credentials.tokens import Keeper, Renew, TokenKeeper, TokensInHand
from ferrule.credentials.vault import missing
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import asked_fields
from ferrule.errors import FerruleError, ReauthRequired, UsageError
from ferrule.exchange import Json
from ferrule.expression.dates import parse_date
from ferrule.store import Connection
from ferrule.workspace.accounts import Account
from ferrule.workspace.checking import Check, CheckStep
from ferrule.workspace.operations.recording import recorded
from ferrule.workspace.own_credentials import refuse_malformed
from ferrule.workspace.registry import require_secrets
from ferrule.workspace.rotation_due import due_of
from ferrule.workspace.scope_lookup import own_place
from ferrule.workspace.scopes import Use, held_hosts, shared_of
from ferrule.workspace.sessions import keeper_of
from ferrule.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CredentialLine:
    """How a connection's credential is; no value of it.

    `since` is when its oldest secret got its value, `due` what its policies say of it
    and of what its calls are signed by (None without one). `problem` says why nothing
    is known. `shared` says which bundle it is shared from, "" for the connection's own;
    `projects` may use it, and `uses` are the connections that do, those of other
    projects as project/key.
    """

    key: str
    connector_id: str
    method: str
    fields: tuple[str, ...] = ()
    since: datetime | None = None
    due: Due | None = None
    pending_at: datetime | None = None
    previous_until: datetime | None = None
    fell_back_at: datetime | None = None
    problem: str = ""
    shared: str = ""
    projects: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    held: tuple[str, ...] = ()

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object without empty members."""
        line: dict[str, Json] = {
            "key": self.key,
            "connector": self.connector_id,
            "method": self.method,
            "fields": list(self.fields),
            "since": _text(self.since),
            "rotation": self.due.standing if self.due else None,
            "dueAt": _text(self.due.at) if self.due else None,
            "pendingAt": _text(self.pending_at),
            "previousUntil": _text(self.previous_until),
            "fellBackAt": _text(self.fell_back_at),
            "problem": self.problem,
            "owner": self.shared or f"“{self.key}”",
            "projects": list(self.projects),
            "usedBy": list(self.uses),
            "heldFor": list(self.held) or None,
        }
        return {name: value for name, value in line.items() if value not in (None, "")}


def credential_lines(
    workspace: Workspace, clock: Clock | None = None
) -> list[CredentialLine]:
    """Return how the credentials of the project's connections are, by key.

    One that is shared is told for each connection that uses it. Previous ones whose
    time is over are swept on the way.
    """
    now = (clock or SystemClock()).now()
    found = workspace.connections.list(workspace.project.key)
    return [_line(workspace, one, now) for one in found if _has_any(workspace, one)]


@recorded(
    "rotate",
    "A new credential is pending for “{key}”.",
    connection="{key}",
    audit="credential.propose",
)
def propose(
    workspace: Workspace, key: str, new: Secrets, clock: Clock | None = None
) -> None:
    """Keep a new credential as pending; the current one stays in use.

    Raises:
        UsageError: for a field that the connector does not have, or nothing new.
        FerruleError: when it cannot be kept.
    """
    connection = _connection(workspace, key)
    connector = workspace.registry.connector_of(connection)
    kept = workspace.registry.secrets_of(connection)
    require_secrets(connector, {**kept, **new})
    refuse_malformed(connector, new)
    now = (clock or SystemClock()).now()
    _change(workspace, connection, lambda all_: steps.proposed(all_, new, now))


def check_pending(
    workspace: Workspace, key: str, allow_http: Collection[str] = ()
) -> Iterator[CheckStep]:
    """Yield the steps of a check with the pending credential; nothing is recorded.

    Raises:
        UsageError: when none is pending.
    """
    yield from pending_check(workspace, key, allow_http).steps()


def pending_check(
    workspace: Workspace, key: str, allow_http: Collection[str] = ()
) -> Check:
    """Return a check with the pending credential; it records nothing.

    Raises:
        UsageError: when none is pending.
    """
    connection = _connection(workspace, key)
    candidate = steps.candidate(_all(workspace, connection))
    if candidate is None:
        raise _nothing_pending(key)
    connector = workspace.registry.connector_of(connection)
    meter = workspace.operations.traffic.meter(key)
    account = Account.of(connection, workspace.runs, meter)
    # A token got with the old credential would say nothing about the new one.
    return Check(
        *(connector, connection.config, candidate, allow_http, account),
        keeper=_Tried(keeper_of(workspace, connection)),
        anew=True,
    )


class _Tried:
    """Renews tokens with a credential that is tried, and keeps what comes.

    That it is refused says nothing about the sign-in, which is not noted as ended.
    """

    def __init__(self, keeper: TokenKeeper | None) -> None:
        self._keeper: Keeper = keeper or TokensInHand()

    def fresh(
        self, given: Secrets, renew: Renew, go_on: Callable[[], None] = lambda: None
    ) -> Secrets:
        """Return `given` with fresher tokens; see `Keeper`.

        Raises:
            FerruleError: when none can be had with it.
        """

        def tried(secrets: Secrets) -> Secrets:
            try:
                return renew(secrets)
            except ReauthRequired as error:
                raise FerruleError(error.message, advice=error.advice) from None

        return self._keeper.fresh(given, tried, go_on)


@recorded(
    "rotate",
    "“{key}” uses its new credential.",
    connection="{key}",
    audit="credential.rotate",
)
def promote(
    workspace: Workspace,
    key: str,
    kept_for: timedelta = KEPT_FOR,
    clock: Clock | None = None,
) -> None:
    """Let the pending credential be the current one; the old one is kept for a while.

    Raises:
        UsageError: when none is pending.
        FerruleError: when it cannot be kept.
    """
    connection = _connection(workspace, key)
    if steps.candidate(_all(workspace, connection)) is None:
        raise _nothing_pending(key)
    now = (clock or SystemClock()).now()
    _change(workspace, connection, lambda all_: steps.promoted(all_, now, kept_for))


@recorded(
    "rotate",
    "The pending credential of “{key}” was discarded.",
    connection="{key}",
    audit="credential.discard",
)
def discard(workspace: Workspace, key: str) -> None:
    """Forget the pending credential, if there is one."""
    _change(workspace, _connection(workspace, key), steps.discarded)


def rotate(
    workspace: Workspace,
    key: str,
    new: Secrets,
    *,
    kept_for: timedelta = KEPT_FOR,
    allow_http: Collection[str] = (),
    clock: Clock | None = None,
) -> Iterator[CheckStep]:
    """Propose, check and, where every step went well, promote; yield the steps.

    Where one did not, the new credential stays pending and the current one in use.
    """
    propose(workspace, key, new, clock)
    yield from check_and_promote(
        workspace, key, kept_for=kept_for, allow_http=allow_http, clock=clock
    )


def check_and_promote(
    workspace: Workspace,
    key: str,
    *,
    kept_for: timedelta = KEPT_FOR,
    allow_http: Collection[str] = (),
    clock: Clock | None = None,
) -> Iterator[CheckStep]:
    """Go on with a credential that is pending: check it and, if it is good, promote it.

    Raises:
        UsageError: when none is pending.
    """
    well = True
    for step in check_pending(workspace, key, allow_http):
        well = well and step.ok is not False
        yield step
    if well:
        promote(workspace, key, kept_for, clock)


def fallback_of(
    workspace: Workspace, connection: Connection, clock: Clock | None = None
) -> Fallback | None:
    """Return a connection's fallback; None where it has no secrets."""
    ref = workspace.registry.ref_of(connection)
    return None if ref is None else Fallback(lambda: workspace.vault, ref, clock)


def _has_any(workspace: Workspace, one: Connection) -> bool:
    if one.credential_ref is not None:
        return True
    try:
        return workspace.registry.ref_of(one) is not None
    except FerruleError:  # its connector cannot be read: it has none of its own
        return False


def _line(workspace: Workspace, one: Connection, now: datetime) -> CredentialLine:
    try:
        ref = _ref(workspace, one)
        connector = workspace.registry.connector_of(one)
        kept = _swept(workspace, ref, now)
        found = steps.succession_of(kept)
        fields = asked_fields(connector)
        secret = frozenset(field.key for field in fields if field.secret)
        kept_at = workspace.vault.kept_at(ref)
        return CredentialLine(
            one.key,
            one.connector_id,
            connector.sign_in.title,
            tuple(field.label for field in fields if field.key in kept),
            steps.oldest(kept_at, secret),
            due_of(connector, kept.keys(), kept_at, now),
            _time(found.pending_at),
            _time(found.expires_at),
            _time(found.fell_back_at),
            **_scope(workspace, one, connector),
        )
    except FerruleError as error:
        return CredentialLine(one.key, one.connector_id, "", problem=error.message)


class _Scope(TypedDict):
    shared: str
    projects: tuple[str, ...]
    uses: tuple[str, ...]
    held: tuple[str, ...]


def _scope(workspace: Workspace, one: Connection, connector: Connector) -> _Scope:
    """Return whose a connection's credential is, who may use it and who does."""
    shared, here = shared_of(workspace, one), workspace.project.key
    uses = shared.uses if shared is not None else (Use(here, one.key),)
    return {
        "shared": shared.title if shared is not None else "",
        "projects": shared.projects if shared is not None else (here,),
        "uses": tuple(
            u.key if u.project == here else f"{u.project}/{u.key}" for u in uses
        ),
        "held": held_hosts(workspace, one, connector),
    }


def _swept(workspace: Workspace, ref: Ref, now: datetime) -> Secrets:
    """Return an owner's secrets; a previous credential goes when its time is over."""
    kept = workspace.vault.get(ref)
    if steps.swept(kept, now) == kept:
        return kept
    return workspace.vault.update(ref, lambda all_: steps.swept(all_, now))


def _connection(workspace: Workspace, key: str) -> Connection:
    return workspace.connections.get(workspace.project.key, key)


def _all(workspace: Workspace, connection: Connection) -> Secrets:
    return workspace.vault.get(_ref(workspace, connection))


def _change(
    workspace: Workspace, connection: Connection, edit: Callable[[Secrets], Secrets]
) -> None:
    """Change a connection's secrets in one writing."""
    workspace.vault.update(_ref(workspace, connection), edit)


def _ref(workspace: Workspace, connection: Connection) -> Ref:
    """Return where a connection's secrets are.

    Raises:
        UsageError: when it needs none.
        MissingSecret: when they belong to another project.
    """
    ref = workspace.registry.ref_of(connection)
    if ref is not None:
        return ref
    if connection.credential_ref is None:
        raise UsageError(
            f"“{connection.key}” has no credential that could be rotated.",
            advice="Its connector asks for none, or nobody gave it.",
        )
    raise missing(own_place(connection))


def _nothing_pending(key: str) -> UsageError:
    return UsageError(
        f"No new credential is pending for “{key}”.",
        advice=f"Give one: ferrule credentials rotate {key} --secret KEY=@env:NAME.",
    )


def _time(text: str) -> datetime | None:
    return parse_date(text) if text else None


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)
