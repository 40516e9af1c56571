"""What a person does with kept secrets: look where they are, show one, forget them.

A secret is shown after a fresh unlock only, one at a time; everything else tells of
secrets without their values.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from ferrule.auth.token import TOKENS, tokens_of
from ferrule.clock import Clock
from ferrule.credentials import VaultStatus
from ferrule.descriptor.signing import asked_fields
from ferrule.errors import MissingSecret, UsageError
from ferrule.expression.dates import parse_date
from ferrule.store import Connection, HealthState
from ferrule.workspace.operations.recording import recorded
from ferrule.workspace.rotating import CredentialLine, credential_lines
from ferrule.workspace.scopes import (
    Shared,
    end_sharing,
    shared_by,
    shared_of,
)
from ferrule.workspace.signing_in import Ending, end_tokens, ways_of
from ferrule.workspace.workspace import Workspace

__all__ = [
    "KeptCredential",
    "KeptField",
    "VaultStatus",
    "forget",
    "forget_shared",
    "kept_credentials",
    "reveal",
    "vault_status",
]


@dataclass(frozen=True, slots=True)
class KeptField:
    """A field of a credential that has a value; `secret` ones are masked."""

    key: str
    label: str
    secret: bool


@dataclass(frozen=True, slots=True)
class KeptCredential:
    """The credential of one connection: what it is for, and how it stands.

    `expires_at` and `scopes` are those of its token, where it has one; `signs_in` tells
    that only a person can sign in again, in a browser.
    """

    line: CredentialLine
    connector: str
    fields: tuple[KeptField, ...]
    state: HealthState
    checked_at: datetime | None
    used_at: datetime | None
    signs_in: bool
    has_tokens: bool
    expires_at: datetime | None
    scopes: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the key of the connection."""
        return self.line.key


def kept_credentials(
    workspace: Workspace, clock: Clock | None = None
) -> list[KeptCredential]:
    """Return the credentials of the project's connections, by key; none of a value."""
    project = workspace.project.key
    found = {one.key: one for one in workspace.connections.list(project)}
    names = {card.id: card.name for card in workspace.catalogue.cards()}
    return [
        _kept(workspace, line, found[line.key], names)
        for line in credential_lines(workspace, clock)
    ]


def vault_status(workspace: Workspace, *, anew: bool = False) -> VaultStatus:
    """Return how the vault is; with `anew` the keychain is tried again."""
    return workspace.vault.look_again() if anew else workspace.vault.status()


@recorded(
    "reveal",
    "“{field}” of “{key}” was shown.",
    connection="{key}",
    audit="credential.reveal",
)
def reveal(
    workspace: Workspace, key: str, field: str, passphrase: SecretStr | None = None
) -> SecretStr:
    """Return one secret of a connection, after a fresh unlock of the vault.

    Raises:
        VaultLocked: when the passphrase is missing or wrong.
        UsageError: for tokens, which nobody needs to see.
        MissingSecret: when there is none of that name.
    """
    if field == TOKENS:
        raise UsageError("Tokens are not shown: sign in again to get others.")
    workspace.vault.prove(passphrase)
    connection = workspace.connections.get(workspace.project.key, key)
    found = workspace.registry.secrets_of(connection).get(field)
    if found is None:
        raise MissingSecret(f"“{key}” has no secret “{field}”.")
    return found


@recorded(
    "credential",
    "The credential of “{key}” is deleted.",
    connection="{key}",
    audit="credential.delete",
)
def forget(workspace: Workspace, key: str) -> None:
    """Delete every secret of a connection for good; the connection stays.

    Its tokens are ended at the service first, where that takes it. Afterwards it falls
    through to a shared credential where one fits.

    Raises:
        NotFound: when there is no connection of that key.
        UsageError: when the credential is a shared one.
        VaultLocked: when the vault cannot be opened.
    """
    project = workspace.project.key
    connection = workspace.connections.get(project, key)
    if connection.credential_ref is None:
        shared = shared_of(workspace, connection)
        if shared is not None:
            raise UsageError(
                f"What “{key}” uses is {shared.title}: others may use it too.",
                advice="Delete it for all of them: ferrule credentials unshare "
                f"{shared.provider}.",
            )
        return
    if workspace.registry.ref_of(connection) is not None:  # a forged one is not ours
        end_tokens(workspace, key)
        workspace.registry.forget_own(connection)
    workspace.connections.update(project, key, credential_ref=None)


def forget_shared(workspace: Workspace, provider: str) -> tuple[Shared, Ending]:
    """Delete a bundle's shared credential for good; its tokens are ended first.

    Return what it was, with those who used it, and what became of the tokens.

    Raises:
        NotFound: when the project shares none for that provider.
        VaultLocked: when the vault cannot be opened; nothing is changed then.
    """
    shared = shared_by(workspace, provider)
    workspace.vault.refs()  # opens it, or says why not
    here = workspace.project.key
    key = next((use.key for use in shared.uses if use.project == here), None)
    ending = Ending(ended=False)
    if key is not None:
        ending = end_tokens(workspace, key, shared_too=True)
    return end_sharing(workspace, provider), ending


def _kept(
    workspace: Workspace, line: CredentialLine, one: Connection, names: dict[str, str]
) -> KeptCredential:
    name = names.get(one.connector_id, one.connector_id)
    checked, used = _time(one.last_health_check), _used(workspace, one)
    if line.problem:
        return KeptCredential(
            line, name, (), one.state, checked, used,
            signs_in=False, has_tokens=False, expires_at=None, scopes=(),
        )  # fmt: skip
    connector = workspace.registry.connector_of(one)
    secrets = workspace.registry.secrets_of(one)
    tokens = tokens_of(secrets)
    fields = asked_fields(connector)
    return KeptCredential(
        line,
        name,
        tuple(KeptField(f.key, f.label, f.secret) for f in fields if f.key in secrets),
        one.state,
        checked,
        used,
        signs_in=any(way != "unattended" for way in ways_of(connector)),
        has_tokens=tokens is not None,
        expires_at=tokens.expires_at if tokens else None,
        scopes=tokens.scopes if tokens else (),
    )


def _used(workspace: Workspace, one: Connection) -> datetime | None:
    """Return when a credential was last sent: in a run or in a check."""
    runs = workspace.runs.runs(one.project, one.key, limit=1)
    times = [_time(run.finished_at or run.started_at) for run in runs]
    found = [moment for moment in (*times, _time(one.last_health_check)) if moment]
    return max(found, default=None)


def _time(text: str | None) -> datetime | None:
    return parse_date(text) if text else None
