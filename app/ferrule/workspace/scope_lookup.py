"""Where a connection's secrets are: its own place, else its bundle's (seed 003).

The one way to a connection's secrets. A bundle's credential fits a connection of the
same provider that signs in by the same method with the same fields. It is used by the
projects it lists and is not there for any other; nobody's own credential ever is.
"""

from collections.abc import Callable, Sequence

from ferrule.credentials import Ref
from ferrule.credentials.vault import BUNDLE, SECOND
from ferrule.descriptor.model import Connector
from ferrule.errors import NotFound, UsageError
from ferrule.store import Connection, CredentialScope, CredentialScopes


def provider_of(connector: Connector) -> str:
    """Return whose bundle a connector belongs to: itself where it names nobody."""
    return connector.provider or connector.id


def sign_in_of(connector: Connector) -> str:
    """Return the method and the fields of a connector's sign-in; "" for no fields.

    Two that are equal take the same credential.
    """
    fields = ",".join(sorted(one.key for one in connector.sign_in.credential_fields))
    return f"{connector.auth.method}:{fields}" if fields else ""


def own_place(connection: Connection) -> Ref:
    """Return where a connection's own credential is, or would be."""
    first, second = places(connection)
    return second if connection.credential_ref == str(second) else first


def other_place(own: Ref) -> Ref:
    """Return the other of a connection's two places."""
    if own.owner.startswith(SECOND):
        return Ref(own.project, own.owner.removeprefix(SECOND))
    return Ref(own.project, f"{SECOND}{own.owner}")


def key_of(own: Ref) -> str:
    """Return the key of the connection whose place that is."""
    return own.owner.removeprefix(SECOND)


def places(connection: Connection) -> tuple[Ref, Ref]:
    """Return both places where a connection's own credential may be."""
    first = Ref(connection.project, connection.key)
    return first, other_place(first)


def shared_place(project: str, provider: str) -> Ref:
    """Return where the credential is that a project shares for a provider."""
    return Ref(project, f"{BUNDLE}{provider}")


def check_key(key: str) -> None:
    """Refuse a connection's key that would be another's place in the vault.

    Raises:
        UsageError: saying so.
    """
    for taken in (BUNDLE, SECOND):
        if key.startswith(taken):
            raise UsageError(
                f"A connection's key cannot begin with “{taken}”.",
                advice="Choose another key.",
            )


def place_of(
    connection: Connection,
    scopes: CredentialScopes,
    connector_of: Callable[[Connection], Connector],
) -> Ref | None:
    """Return where a connection's secrets are; None where it has none that it may use.

    The connector is read only where something is shared at all.
    """
    if connection.credential_ref is not None:
        own = own_place(connection)
        return own if connection.credential_ref == str(own) else None
    shared = [one for one in scopes.list() if one.allows(connection.project)]
    if not shared:
        return None
    found = fitting(shared, connection.project, connector_of(connection))
    return None if found is None else Ref(found.project, found.owner)


def fitting(
    scopes: Sequence[CredentialScope], project: str, connector: Connector
) -> CredentialScope | None:
    """Return the shared credential that a connector of a project falls through to.

    The project's own comes first, then the oldest: a newer one takes nobody over.
    """
    sign_in, provider = sign_in_of(connector), provider_of(connector)
    found = [
        scope
        for scope in scopes
        if scope.allows(project)
        and sign_in
        and (scope.provider, scope.sign_in) == (provider, sign_in)
    ]
    return min(found, key=lambda s: (s.project != project, s.created_at), default=None)


def nothing_shared(connector: Connector) -> NotFound:
    """Return the error for a connector that no shared credential fits."""
    return NotFound(
        f"No shared credential fits {connector.name}.",
        advice="One fits that its bundle shares with this project, for the same "
        "sign-in: ferrule credentials lists them.",
    )
