"""A connector as it is for one connection: at its API version, with its sign-in.

Whoever works for a connection reads its connector here (or by `registry.connector_of`),
never the document alone: a version changes addresses, mappings, fields and hosts. What
a connection chose and its connector has no more is told with the verb to choose again;
nobody is moved to another version or sign-in unasked.
"""

from ferrule.descriptor.api_versions import connector_at
from ferrule.descriptor.model import Connector
from ferrule.errors import UsageError
from ferrule.store.connections import Connection


def effective(connection: Connection, raw: bytes) -> Connector:
    """Return the connector in `raw` as a connection uses it.

    Raises:
        DescriptorInvalid: when the document has problems.
        UsageError: when it has the connection's API version or sign-in no more.
    """
    found = every_sign_in(connection, raw)
    try:
        return found.signing_in(connection.auth_option)
    except UsageError as error:
        key = connection.key
        raise UsageError(
            f"“{key}” signs in by “{connection.auth_option}”, and {found.name} "
            "does not know that any more.",
            advice=f"{error.advice} Then: ferrule connections method {key} NAME.",
        ) from None


def every_sign_in(connection: Connection, raw: bytes) -> Connector:
    """Return the connector at a connection's API version, with all its sign-ins.

    Raises:
        DescriptorInvalid: when the document has problems.
        UsageError: when it has the connection's API version no more.
    """
    try:
        return connector_at(raw, connection.api_version)
    except UsageError as error:
        key = connection.key
        raise UsageError(
            f"“{key}” uses the API version “{connection.api_version}”, which "
            f"{connection.connector_id} has no more.",
            advice=f"{error.advice} Choose: ferrule connections version {key} ID.",
        ) from None


def chosen_sign_in(connector: Connector, name: str | None) -> str | None:
    """Return the name of the chosen sign-in; None where there is but one.

    Raises:
        UsageError: when there is none of that name.
    """
    chosen = connector.sign_in_name(name)
    return chosen if len(connector.sign_ins) > 1 else None
