"""Ending a connection's tokens at the service before the connection goes (RFC 7009)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from ferrule.auth.oauth2 import Asker, OAuth2Auth
from ferrule.auth.token import tokens_of
from ferrule.clock import Clock, SystemClock
from ferrule.credentials import Ref
from ferrule.credentials.tokens import TokenKeeper, without_tokens
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
from ferrule.workspace.host_sets import refuse_held
from ferrule.workspace.scopes import Use, is_shared, uses_of
from ferrule.workspace.signing_in.party import metadata_of
from ferrule.workspace.workspace import Workspace

_PATIENCE_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Ending:
    """Whether the service ended the tokens, and that in words; "" for none to end."""

    ended: bool
    detail: str = ""


_BY_HAND: Final = Ending(
    ended=False,
    detail="The service offers no way to end its tokens from here: end them in its own "
    "list of connected applications.",
)


def end_tokens(
    workspace: Workspace,
    key: str,
    *,
    allow_http: Collection[str] = (),
    clock: Clock | None = None,
    shared_too: bool = False,
) -> Ending:
    """End a connection's tokens at its service, if it takes that; never fail.

    It is done before the connection is deleted, which it does not hold up: a service
    that does not answer within ten seconds is left alone. Shared tokens are ended, and
    forgotten, with their last user only; with `shared_too` whoever uses them.

    Raises:
        NotFound: when there is no connection of that key.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    try:
        connector = workspace.registry.connector_of(connection)
        refuse_held(workspace, connection, connector, remember=False)
        ref = workspace.registry.ref_of(connection)
        if ref is None or not is_shared(ref):
            return _ended(workspace, connection, connector, allow_http, clock)
        others = _others(workspace, ref, connection)
        if others and not shared_too:
            return Ending(ended=False, detail=f"Its sign-in stays: {others} use it.")
        ending = _ended(workspace, connection, connector, allow_http, clock)
        if ending.ended:
            _forget_tokens(workspace, ref)
    except FerruleError as error:
        return Ending(ended=False, detail=live.text(error.message))
    return ending


def _others(workspace: Workspace, ref: Ref, connection: Connection) -> str:
    """Return who else uses a shared credential, in words; "" for nobody."""
    mine = Use(connection.project, connection.key)
    found = [use for use in uses_of(workspace, ref) if use != mine]
    return ", ".join(
        use.key if use.project == connection.project else f"{use.key} ({use.project})"
        for use in found
    )


def _forget_tokens(workspace: Workspace, ref: Ref) -> None:
    """Forget shared tokens that were ended; what they were had with stays."""
    keeper = TokenKeeper(lambda: workspace.vault, ref, workspace.home.path)
    with keeper.alone():
        workspace.vault.update(ref, without_tokens)


def _ended(
    workspace: Workspace,
    connection: Connection,
    connector: Connector,
    allow_http: Collection[str],
    clock: Clock | None,
) -> Ending:
    auth = connector.sign_in
    secrets = workspace.registry.secrets_of(connection)
    tokens = tokens_of(secrets)
    if tokens is None:
        return Ending(ended=False)
    if not isinstance(auth, OAuth2Auth):
        return _BY_HAND if auth.interactive else Ending(ended=False)
    moment = (clock or SystemClock()).now()
    asker = auth.asker(secrets, _names(connector, connection))
    policy = host_policy(connector, connection.config, allow_http)
    with Client(policy, patience_s=OF_A_PERSON_S) as client:
        address = _address(asker, client.exchange)
        if not address:
            return _BY_HAND

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
