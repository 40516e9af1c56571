"""SSH keys of connections: made here, kept in the vault, the public part shown.

A private key leaves the vault only for what signs in with it; it is never shown.
"""

from pydantic import SecretStr

from ferrule.auth import AuthKind
from ferrule.auth.kind import main_field
from ferrule.auth.ssh_key import SshKeyAuth
from ferrule.auth.ssh_keys import PublicKey, new_key, public_key
from ferrule.credentials import Ref
from ferrule.errors import MissingSecret, UsageError
from ferrule.redaction import live
from ferrule.store import Connection
from ferrule.workspace.workspace import Workspace


def new_secret() -> SecretStr:
    """Return a fresh private key, known to redaction."""
    key = new_key()
    live.add(key)
    return key


def show_key(workspace: Workspace, key: str) -> PublicKey:
    """Return the public part of a connection's SSH key, to be given to the service.

    Raises:
        NotFound: when there is no such connection.
        UsageError: when it does not sign in with an SSH key.
        CredentialError: when it has none, or one that cannot be read.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    field = _field(workspace, connection)
    kept = workspace.registry.secrets_of(connection).get(field)
    if kept is None:
        raise MissingSecret(
            f"“{key}” has no SSH key yet.",
            advice=f"Make one: ferrule ssh-key {key} --new.",
        )
    return public_key(kept, _comment(connection))


def replace_key(workspace: Workspace, key: str) -> PublicKey:
    """Give a connection a fresh SSH key and return its public part.

    The old one is gone with that; until the service knows the new one nothing works.

    Raises:
        NotFound: when there is no such connection.
        UsageError: when it does not sign in with an SSH key.
        CredentialError: when there is no place that keeps it.
    """
    project = workspace.project.key
    connection = workspace.connections.get(project, key)
    fresh = new_secret()
    given = {_field(workspace, connection): fresh}
    if not workspace.vault.state.can_store:
        workspace.vault.put(Ref(project, key), given, must_store=True)  # says why not
    workspace.registry.update_connection(project, key, {}, given)
    return public_key(fresh, _comment(connection))


def _field(workspace: Workspace, connection: Connection) -> str:
    auth: AuthKind = workspace.registry.connector_of(connection).sign_in
    if not isinstance(auth, SshKeyAuth):
        raise UsageError(
            f"“{connection.key}” does not sign in with an SSH key.",
            advice=f"It signs in by: {auth.label or auth.title}.",
        )
    return main_field(auth.credential_fields)


def _comment(connection: Connection) -> str:
    return f"ferrule-{connection.project}-{connection.key}"
