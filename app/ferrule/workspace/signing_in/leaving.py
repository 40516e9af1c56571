"""Ending a connection's tokens at the service before the connection goes (RFC 7009)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from ferrule.auth.oauth2 import Asker, OAuth2Auth
from ferrule.auth.token import tokens_of
from ferrule.clock import Clock, SystemClock
from ferrule.descriptor.model import Connector
from ferrule.errors import FerruleError
from ferrule.exchange import Json, Request
from ferrule.oauth.exchange import Send
from ferrule.oauth.revocation import revoke
from ferrule.redaction import live
from ferrule.store import Connection
from ferrule.sync.plan import base_url
from ferrule.transport.client import Client
from ferrule.workspace.clients import OF_A_PERSON_S, host_policy
from ferrule.workspace.signing_in.party import metadata_of
from ferrule.workspace.workspace import Workspace

_PATIENCE_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Ending:
    """Whether the service ended the tokens, and that in words; "" for none to end."""

    ended: bool
    detail: str = ""


def end_tokens(
    workspace: Workspace,
    key: str,
    *,
    allow_http: Collection[str] = (),
    clock: Clock | None = None,
) -> Ending:
    """End a connection's tokens at its service, if it takes that; never fail.

    It is done before the connection is deleted, which it does not hold up: a service
    that does not answer within ten seconds is left alone.

    Raises:
        NotFound: when there is no connection of that key.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    try:
        connector = workspace.registry.connector_of(connection)
        return _ended(workspace, connection, connector, allow_http, clock)
    except FerruleError as error:
        return Ending(ended=False, detail=live.text(error.message))


def _ended(
    workspace: Workspace,
    connection: Connection,
    connector: Connector,
    allow_http: Collection[str],
    clock: Clock | None,
) -> Ending:
    auth = connector.sign_in
    if not isinstance(auth, OAuth2Auth):
        return Ending(ended=False)
    secrets = workspace.registry.secrets_of(connection)
    tokens = tokens_of(secrets)
    if tokens is None:
        return Ending(ended=False)
    moment = (clock or SystemClock()).now()
    asker = auth.asker(secrets, _names(connector, connection))
    policy = host_policy(connector, connection.config, allow_http)
    with Client(policy, patience_s=OF_A_PERSON_S) as client:
        address = _address(asker, client.exchange)
        if not address:
            return Ending(
                ended=False,
                detail="The service offers no way to end its tokens from here: end "
                "them in its own list of connected applications.",
            )

        def making(token: str, hint: str) -> Request:
            request = asker.revocation_request(address, token, hint, moment)
            return replace(request, timeout_ms=_PATIENCE_MS)

        revoke(client.exchange, making, tokens)
    return Ending(ended=True, detail="The service ended its tokens.")


def _address(asker: Asker, send: Send) -> str:
    config = asker.config
    if config.revoke_url is not None:
        return asker.address(config.revoke_url)
    authorise: str | None = getattr(config, "authorise_url", None)
    found = metadata_of(asker, send, asker.address(authorise or config.token_url))
    return found.revocation if found else ""


def _names(connector: Connector, connection: Connection) -> dict[str, Json]:
    config = dict(connection.config)
    base = base_url(connector, config)
    return {"config": config} | ({"baseUrl": base} if base else {})
