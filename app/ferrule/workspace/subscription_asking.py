"""What is asked of a service about its calls, as a connection asks everything."""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from pydantic import SecretStr

from ferrule.auth.kind import main_field
from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.credentials.succession import current
from ferrule.descriptor.ingestion import Subscription
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import signing_of, webhook_of
from ferrule.errors import ExchangeError, UsageError
from ferrule.exchange import Json, Response
from ferrule.redaction import live
from ferrule.request import RequestTemplate
from ferrule.store import Connection
from ferrule.sync.subscription import (
    Told,
    as_tool,
    subscription_request,
    tells,
    told_in,
)
from ferrule.sync.tool import plan_tool
from ferrule.webhook.signature import compile_scheme, fresh_secret
from ferrule.workspace.clients import OF_A_PERSON_S, open_client, open_session
from ferrule.workspace.sessions import keeper_of
from ferrule.workspace.workspace import Workspace

GONE: Final = frozenset({404, 410})
"""A service that answers so knows the subscription no more (RFC 9110, 15.5)."""


class Ask(NamedTuple):
    """What the requests of a subscription are made for."""

    workspace: Workspace
    connection: Connection
    connector: Connector
    part: Subscription
    allow_http: Collection[str]
    clock: Clock

    @property
    def now(self) -> str:
        """What time it is (RFC 3339)."""
        return rfc3339(self.clock.now())


def ask_of(
    workspace: Workspace, key: str, allow_http: Collection[str], clock: Clock | None
) -> Ask:
    """Return what a connection's requests are made for.

    Raises:
        NotFound: when there is no such connection.
        UsageError: when its connector says nothing of subscribing.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    connector = workspace.registry.connector_of(connection)
    webhook = webhook_of(connector)
    if webhook is None or webhook.subscription is None:
        raise UsageError(
            f"{connector.name} says nothing of subscribing.",
            advice="Enter the address by hand where the service has its settings.",
        )
    part, clock = webhook.subscription, clock or SystemClock()
    return Ask(workspace, connection, connector, part, allow_http, clock)


def sent(
    ask: Ask,
    template: RequestTemplate,
    given: Mapping[str, Json],
    *,
    idempotent: bool = True,
) -> Response:
    """Send one request as the connection sends all of its own.

    Without `idempotent` it is sent again only where it cannot have had an effect.

    Raises:
        ExchangeError: when the service refuses or cannot be reached.
        ExpressionError: when the address lacks a value.
    """
    connection, connector = ask.connection, ask.connector
    given = {**given, "secret": _secret(ask, template)}
    kept = current(ask.workspace.registry.kept_of(connection))
    session = open_session(
        *(connector, connection.config, kept),
        keeper=keeper_of(ask.workspace, connection, connector=connector),
        allow_http=ask.allow_http,
        clock=ask.clock,
    )
    plan = plan_tool(
        *(connector, as_tool(template), connection.config, session.secrets()),
        now=ask.now,
        captured=session.captured,
    )
    request = subscription_request(plan, template, given, kept)
    with open_client(
        *(connector, plan.config),
        allow_http=ask.allow_http,
        patience_s=OF_A_PERSON_S,
        clock=ask.clock,
        session=session,
        tool=plan,
    ) as client:
        try:
            return client.send(request, plan.policy, idempotent=idempotent)
        except ExchangeError as error:
            if ask.part.secret_path is not None and not _is_refusal(error):
                error.snippet = ""  # it may hold a secret that nobody knows yet
            raise


def _is_refusal(error: ExchangeError) -> bool:
    """Tell whether the service did nothing: its answer is about us (RFC 9110, 15.5)."""
    return error.status is not None and 400 <= error.status < 500  # noqa: PLR2004  as above


def ended(ask: Ask, url: str, id_: str | None) -> bool:
    """Ask the service to stop calling; tell whether it can be asked.

    One that does not know the subscription any more is content with that.

    Raises:
        UsageError: when it is asked by an id, and none is known.
        ExchangeError: when the service refuses or cannot be reached.
    """
    template = ask.part.delete
    if template is None:
        return False
    if id_ is None and tells(template, "params.id"):
        raise UsageError(
            f"Nobody knows under which id the service calls {url}.",
            advice="End it in the service's own settings.",
        )
    try:
        sent(ask, template, {"url": url, "id": id_})
    except ExchangeError as error:
        if error.status not in GONE:
            raise
    return True


def told(ask: Ask, response: Response) -> Told:
    """Return what an answer tells.

    Raises:
        UnreadableResponse: when the end it tells is no time.
        CredentialError: when no call could be verified by the secret it tells.
    """
    found = told_in(ask.part, response)
    signing = signing_of(ask.connector)
    if signing is not None and found.secret is not None:
        compile_scheme(signing).check([found.secret])
    return found


def keep(ask: Ask, secret: SecretStr) -> None:
    """Keep a secret in the vault, as what the connection's calls are signed by.

    Raises:
        CredentialError: when the vault cannot be written.
    """
    field = _field(ask)
    if field is None:
        return
    live.add(secret)
    one = ask.connection
    ask.workspace.registry.update_connection(one.project, one.key, {}, {field: secret})


def _field(ask: Ask) -> str | None:
    signing = signing_of(ask.connector)
    return main_field(signing.credential_fields) if signing is not None else None


def _secret(ask: Ask, template: RequestTemplate) -> Json:
    """Return the secret that calls are signed by; one is made where none is kept.

    Only a request that tells it gets one.
    """
    signing, field = signing_of(ask.connector), _field(ask)
    if signing is None or field is None or not tells(template, "params.secret"):
        return None
    kept = current(ask.workspace.registry.kept_of(ask.connection)).get(field)
    if kept is None:
        fresh = fresh_secret(signing)
        kept = fresh.signing
        keep(ask, fresh.verifying)
    live.add(kept)
    return kept.get_secret_value()
