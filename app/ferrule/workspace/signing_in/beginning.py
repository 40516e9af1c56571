"""Where a sign-in begins: with a form, for a new connection, or for one that is there.

What could go wrong in the end is looked at before the browser opens: whether secrets
can be kept, the key, the configuration, the fields that are required.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, TypedDict, Unpack

from ferrule.auth import Secrets
from ferrule.auth.oauth2 import OAuth2Auth, Redirect
from ferrule.auth.token import TOKENS, TokenSet
from ferrule.clock import Clock, SystemClock
from ferrule.credentials.tokens import TokenKeeper, with_tokens
from ferrule.credentials.vault import missing
from ferrule.descriptor.api_versions import read_connector
from ferrule.descriptor.config import read_config
from ferrule.descriptor.hosts import check_host_parts
from ferrule.descriptor.model import Connector
from ferrule.errors import KeychainUnavailable, NotFound, UsageError
from ferrule.exchange import Json
from ferrule.store import Connection
from ferrule.workspace.connecting import connect
from ferrule.workspace.health_record import record_signed_in
from ferrule.workspace.host_sets import refuse_held
from ferrule.workspace.operations.recording import recorded
from ferrule.workspace.own_credentials import refuse_malformed
from ferrule.workspace.registry import require_secrets
from ferrule.workspace.scope_lookup import own_place
from ferrule.workspace.signing_in.flows import TOTAL_S, path_of
from ferrule.workspace.signing_in.sign_in import Keep, SignIn
from ferrule.workspace.signing_in.steps import Way
from ferrule.workspace.workspace import Workspace


def ways_of(connector: Connector) -> tuple[Way, ...]:
    """Return the ways a connector is signed in with, the usual one first.

    None for a connector whose credentials are all there is.
    """
    auth = connector.sign_in
    if not auth.uses_tokens and not auth.interactive:
        return ()
    if isinstance(auth, OAuth2Auth) and auth.interactive:
        device: tuple[Way, ...] = ("device",) if auth.config.device_url else ()
        by_code = auth.config.grant == "authorization_code"
        return ("browser", *device) if by_code else device
    return ("browser",) if auth.interactive else ("unattended",)


def redirect_of(connector: Connector) -> str | None:
    """Return the redirect address to register with the service; None for none.

    Without a port in it any port is used: for such an address services let it be free
    (RFC 8252, section 7.3), or the connector fixes one.

    Raises:
        DescriptorError: when the descriptor's is none.
    """
    auth = connector.sign_in
    if "browser" not in ways_of(connector):
        return None
    config = getattr(auth, "config", None)
    fixed = getattr(config, "redirect", None) or Redirect.model_validate({})
    if fixed.https_uri:
        return str(fixed.https_uri)
    port = f":{fixed.port}" if fixed.port else ""
    return f"http://{fixed.host or '127.0.0.1'}{port}{path_of(fixed)}"


def begin(
    connector: Connector,
    config: Mapping[str, Json],
    secrets: Secrets,
    *,
    way: Way | None = None,
    keep: Keep | None = None,
    allow_http: Collection[str] = (),
    clock: Clock | None = None,
    timeout_s: float = TOTAL_S,
) -> SignIn:
    """Return a sign-in that is ready to go, for a form as it is filled in.

    Without `keep` the tokens are its `tokens` afterwards and are kept nowhere.

    Raises:
        FerruleError: when the configuration, the secrets or the way do not fit.
    """
    given = {name: one for name, one in secrets.items() if name != TOKENS}
    require_secrets(connector, given)
    values = read_config(connector, config)
    check_host_parts(connector, values)
    return SignIn(
        connector,
        values,
        given,
        _way(connector, way),
        keep=keep or (lambda _tokens: None),
        allow_http=allow_http,
        clock=clock,
        timeout_s=timeout_s,
    )


class Wanted(TypedDict, total=False):
    """What else a new connection is to be, as in `connect`."""

    key: str | None
    sync_from: str | None
    streams: Sequence[str] | None
    method: str | None
    api_version: str | None


def connecting(
    workspace: Workspace,
    connector_id: str,
    config: Mapping[str, Json],
    secrets: Secrets,
    *,
    way: Way | None = None,
    allow_http: Collection[str] = (),
    clock: Clock | None = None,
    **wanted: Unpack[Wanted],
) -> SignIn:
    """Return a sign-in that makes a connection, with its tokens, when it is done.

    Raises:
        FerruleError: when no connection could be made of what is given.
    """
    _can_keep(workspace)
    _is_free(workspace, wanted.get("key") or connector_id)
    connector = read_connector(
        workspace.catalogue.document(connector_id),
        version=wanted.get("api_version"),
        method=wanted.get("method"),
    )

    refuse_malformed(connector, secrets)

    def keep(tokens: TokenSet) -> None:
        given = with_tokens(secrets, tokens)
        connect(workspace, connector_id, config, given, must_store=True, **wanted)

    begun = begin(
        connector,
        config,
        secrets,
        way=way,
        keep=keep,
        allow_http=allow_http,
        clock=clock,
    )
    return _noting(workspace, begun, connector_id, wanted.get("key") or connector_id)


def reconnecting(
    workspace: Workspace,
    key: str,
    *,
    way: Way | None = None,
    allow_http: Collection[str] = (),
    clock: Clock | None = None,
) -> SignIn:
    """Return a sign-in that gives a connection fresh tokens when it is done.

    Raises:
        NotFound: when there is no connection of that key.
        HostsGrew: when the connection is held.
        FerruleError: when it is not signed in with that way.
    """
    _can_keep(workspace)
    moment = clock or SystemClock()
    found = workspace.connections.get(workspace.project.key, key)
    connector = workspace.registry.connector_of(found)
    refuse_held(workspace, found, connector)
    begun = begin(
        connector,
        found.config,
        workspace.registry.secrets_of(found),
        way=way,
        keep=lambda tokens: _renewed(workspace, found, tokens, moment),
        allow_http=allow_http,
        clock=moment,
    )
    return _noting(workspace, begun, connector.id, key)


def _noting(workspace: Workspace, begun: SignIn, connector_id: str, key: str) -> SignIn:
    """Have a sign-in that fails leave a line in the log."""
    begun.failed = lambda step: workspace.operations.note(
        "sign-in",
        step.detail,
        level="error",
        connector=connector_id,
        connection=key,
        outcome="failed",
        details={"advice": step.advice} if step.advice else None,
    )
    return begun


@recorded(
    "sign-in",
    "“{connection}” is signed in again.",
    connection="{connection}",
    audit="credential.sign-in",
)
def _renewed(
    workspace: Workspace, connection: Connection, tokens: TokenSet, clock: Clock
) -> None:
    """Keep the tokens of a connection, and note that it is signed in again.

    All who share its credential are.
    """
    shared = workspace.registry.ref_of(connection)
    if shared is None and connection.credential_ref is not None:
        raise missing(own_place(connection))
    ref = shared or own_place(connection)
    keeper = TokenKeeper(lambda: workspace.vault, ref, workspace.home.path, clock=clock)
    keeper.keep(tokens)
    if shared is None:
        project, key = connection.project, connection.key
        workspace.connections.update(project, key, credential_ref=str(ref))
    record_signed_in(workspace, ref, clock.now())


def _way(connector: Connector, wanted: Way | None) -> Way:
    ways = ways_of(connector)
    if not ways:
        raise UsageError(
            f"{connector.name} has no sign-in of its own.",
            advice="Connect it by its credential, if it has one: without --oauth.",
        )
    if wanted is None:
        return ways[0]
    if wanted not in ways:
        raise UsageError(
            f"{connector.name} has no sign-in by {_WAYS[wanted]}.",
            advice=f"It has one by {' or by '.join(_WAYS[way] for way in ways)}.",
        )
    return wanted


_WAYS: Final[Mapping[Way, str]] = {
    "browser": "the browser",
    "device": "a code on another device",
    "unattended": "its credentials alone",
}


def _can_keep(workspace: Workspace) -> None:
    state = workspace.vault.state
    if not state.can_store:
        raise KeychainUnavailable(
            "There is no place that keeps tokens: " + state.message,
            advice="Unlock the keychain, set a passphrase (ferrule vault passphrase), "
            "or set FERRULE_MASTER_KEY.",
        )


def _is_free(workspace: Workspace, key: str) -> None:
    try:
        workspace.connections.get(workspace.project.key, key)
    except NotFound:
        return
    raise UsageError(
        f"There is a connection “{key}” already.",
        advice=f"Sign it in again with: ferrule reconnect {key}. For another one, "
        "choose a key with --key.",
    )
