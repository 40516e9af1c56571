"""The secret that calls are signed by, while a service still uses the one before it.

Both deeds go to the audit trail: letting the former secret count for a while, and
copying the one of now to give it to the service.
"""

from datetime import timedelta

from pydantic import SecretStr

from ferrule.auth.kind import main_field
from ferrule.clock import Clock, SystemClock
from ferrule.credentials.succession import KEPT_FOR, current, readmitted
from ferrule.descriptor.signing import signing_of
from ferrule.errors import MissingSecret, UsageError
from ferrule.workspace.operations.recording import recorded
from ferrule.workspace.workspace import Workspace


@recorded(
    "rotate",
    "Calls that are signed by the former secret of “{key}” are accepted for a while.",
    connection="{key}",
    audit="credential.readmit",
)
def accept_former(
    workspace: Workspace,
    key: str,
    kept_for: timedelta = KEPT_FOR,
    clock: Clock | None = None,
) -> None:
    """Let the former secret of a connection count from now on for a while.

    A gateway that runs knows it within a second, and at once where a call comes.

    Raises:
        UsageError: when it is not kept any more.
        FerruleError: when it cannot be written down.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    ref = workspace.registry.ref_of(connection)
    if ref is None:
        raise UsageError(f"“{key}” has no secret.")
    now = (clock or SystemClock()).now()
    workspace.vault.update(ref, lambda kept: readmitted(kept, now, kept_for))


@recorded(
    "reveal",
    "The secret by which calls of “{key}” are signed was copied.",
    connection="{key}",
    audit="credential.copy",
)
def signing_secret(
    workspace: Workspace, key: str, passphrase: str | None = None
) -> SecretStr:
    """Return the secret that calls are signed by, after a fresh unlock.

    Raises:
        VaultLocked: when the passphrase is missing or wrong.
        UsageError: when its calls are not signed.
        MissingSecret: when it has none.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    signing = signing_of(workspace.registry.connector_of(connection))
    if signing is None:
        raise UsageError(f"The calls of “{key}” are not signed.")
    workspace.vault.prove(None if passphrase is None else SecretStr(passphrase))
    field = main_field(signing.credential_fields)
    secret = current(workspace.registry.kept_of(connection)).get(field)
    if secret is None:
        raise MissingSecret(
            f"“{key}” has no {field}.",
            advice=f"Give it: ferrule reconnect {key} --secret {field}=@env:NAME",
        )
    return secret
