"""Subscribing: a service is asked to call, to go on calling, and to stop.

The requests are the descriptor's; their templates know `params.url` (where to call),
`params.secret` (what to sign by) and `params.id` (the service's name of the
subscription). A secret that comes in the answer is kept in the vault as the
connection's and stored nowhere else.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from pydantic import SecretStr

from ferrule.auth.kind import main_field
from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.credentials.succession import current
from ferrule.descriptor.ingestion import Subscription
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import signing_of, webhook_of
from ferrule.descriptor.tools import Tool
from ferrule.errors import NotFound, UnreadableResponse, UsageError
from ferrule.exchange import MISSING, Json, Response, canonical, scalar_text
from ferrule.expression.dates import parse_date, parse_duration
from ferrule.expression.source import Place, compile_source
from ferrule.expression.template import Scope
from ferrule.redaction import live
from ferrule.request import RequestTemplate
from ferrule.store import Connection
from ferrule.store.subscriptions import Subscribed, Subscriptions
from ferrule.sync.tool import plan_tool
from ferrule.webhook.signature import fresh_secret
from ferrule.workspace.clients import OF_A_PERSON_S, open_client, open_session
from ferrule.workspace.sample_calls import path_of
from ferrule.workspace.sessions import keeper_of
from ferrule.workspace.workspace import Workspace

RENEW_BEFORE: Final = timedelta(days=1)
"""How long before its end a subscription is renewed, unless the connector says."""
_SECRETS: Final = frozenset(
    {"secret", "signingsecret", "signingkey", "webhooksecret", "hooksecret"}
)
"""Members of an answer that are taken for the secret, without case and signs."""
_GONE: Final = frozenset({404, 410})


class _Ask(NamedTuple):
    """What a request of a subscription is made for."""

    workspace: Workspace
    connection: Connection
    connector: Connector
    part: Subscription
    allow_http: Collection[str]
    clock: Clock


def subscribe(
    workspace: Workspace,
    key: str,
    base: str,
    *,
    allow_http: Collection[str] = (),
    clock: Clock | None = None,
) -> Subscribed:
    """Ask the service of a connection to call it, and return what it said.

    `base` is how the service reaches the gateway: scheme, name and port.

    Raises:
        UsageError: when the connector says nothing of subscribing, or there is one.
        ExchangeError: when the service refuses.
    """
    ask = _ask(workspace, key, allow_http, clock)
    known = Subscriptions(workspace.database)
    if known.get(workspace.project.key, key) is not None:
        raise UsageError(
            f"“{key}” is subscribed already.",
            advice=f"Renew it, or first: ferrule webhook unsubscribe {key}",
        )
    url = f"{_base(base)}{path_of(workspace, key)}"
    response = _sent(ask, ask.part.create, {"url": url})
    now = rfc3339(ask.clock.now())
    one = Subscribed(workspace.project.key, key, url, *_read(ask.part, response), now)
    known.put(one)
    _keep_secret(ask, response)
    return one


def renew(
    workspace: Workspace,
    key: str,
    *,
    allow_http: Collection[str] = (),
    clock: Clock | None = None,
) -> Subscribed:
    """Ask the service to go on calling.

    Raises:
        NotFound: when the connection is not subscribed.
        UsageError: when the connector says nothing of renewing.
        ExchangeError: when the service refuses.
    """
    ask = _ask(workspace, key, allow_http, clock)
    known = _known(workspace, key)
    if ask.part.renew is None:
        raise UsageError(
            f"The subscription of “{key}” is not renewed.",
            advice="Unsubscribe, then subscribe again.",
        )
    given = {"url": known.url, "id": known.subscription_id}
    response = _sent(ask, ask.part.renew, given)
    id_, expires = _read(ask.part, response)
    one = Subscribed(
        *(known.project, key, known.url, id_ or known.subscription_id, expires),
        known.created_at,
        rfc3339(ask.clock.now()),
    )
    Subscriptions(workspace.database).put(one)
    _keep_secret(ask, response)
    return one


def unsubscribe(
    workspace: Workspace,
    key: str,
    *,
    allow_http: Collection[str] = (),
    clock: Clock | None = None,
) -> bool:
    """Ask the service to stop; tell whether it was asked.

    One that does not know the subscription any more is content with that.

    Raises:
        NotFound: when the connection is not subscribed.
        ExchangeError: when the service refuses; the subscription is kept then.
    """
    ask = _ask(workspace, key, allow_http, clock)
    known = _known(workspace, key)
    asked = ask.part.delete is not None
    if ask.part.delete is not None:
        given = {"url": known.url, "id": known.subscription_id}
        _sent(ask, ask.part.delete, given, passes=_GONE)
    Subscriptions(workspace.database).remove(known.project, key)
    return asked


def due(workspace: Workspace, now: datetime) -> tuple[Subscribed, ...]:
    """Return the subscriptions that are to be renewed by now."""
    found = Subscriptions(workspace.database).list(workspace.project.key)
    return tuple(one for one in found if _is_due(workspace, one, now))


def _is_due(workspace: Workspace, one: Subscribed, now: datetime) -> bool:
    if one.expires_at is None:
        return False
    connection = workspace.connections.get(one.project, one.connection)
    webhook = webhook_of(workspace.registry.connector_of(connection))
    part = webhook.subscription if webhook is not None else None
    told = part.renew_before if part is not None else None
    before = parse_duration(told) if told else RENEW_BEFORE
    return now >= parse_date(one.expires_at) - before


def _ask(
    workspace: Workspace, key: str, allow_http: Collection[str], clock: Clock | None
) -> _Ask:
    connection = workspace.connections.get(workspace.project.key, key)
    connector = workspace.registry.connector_of(connection)
    webhook = webhook_of(connector)
    if webhook is None or webhook.subscription is None:
        raise UsageError(
            f"{connector.name} says nothing of subscribing.",
            advice="Enter the address by hand where the service has its settings.",
        )
    clock = clock or SystemClock()
    part = webhook.subscription
    return _Ask(workspace, connection, connector, part, allow_http, clock)


def _known(workspace: Workspace, key: str) -> Subscribed:
    found = Subscriptions(workspace.database).get(workspace.project.key, key)
    if found is None:
        raise NotFound(f"“{key}” is not subscribed.")
    return found


def _sent(
    ask: _Ask,
    template: RequestTemplate,
    given: Mapping[str, Json],
    *,
    passes: Collection[int] = (),
) -> Response:
    """Send one request as the connection sends all of its own."""
    connection, connector = ask.connection, ask.connector
    kept = current(ask.workspace.registry.kept_of(connection))
    given = {**given, "secret": _secret(ask, template)}
    session = open_session(
        *(connector, connection.config, kept),
        keeper=keeper_of(ask.workspace, connection, connector=connector),
        allow_http=ask.allow_http,
        clock=ask.clock,
    )
    plan = plan_tool(
        *(connector, _as_tool(template), connection.config, session.secrets()),
        now=rfc3339(ask.clock.now()),
        captured=session.captured,
    )
    scope = plan.scope(given)
    plain: dict[str, Json] = {k: v.get_secret_value() for k, v in kept.items()}
    scope = Scope({**scope.names, "credentials": plain}, scope.default)
    request = plan.signed(template.request(scope, plan.base_url))
    with open_client(
        *(connector, plan.config),
        allow_http=ask.allow_http,
        patience_s=OF_A_PERSON_S,
        clock=ask.clock,
        session=session,
        tool=plan,
    ) as client:
        if passes:
            response = client.exchange(request)
            if response.status in passes:
                return response
        return client.send(request, plan.policy)


def _as_tool(template: RequestTemplate) -> Tool:
    """Return a request as a tool without parameters: it is planned like one."""
    return Tool(
        name="subscription",
        description="",
        request=template,
        params=(),
        effect="write",
    )


def _secret(ask: _Ask, template: RequestTemplate) -> Json:
    """Return the secret that calls are signed by; one is made where none is kept.

    Only a request that tells it gets one.
    """
    told = canonical(template.model_dump(mode="json", by_alias=True))
    signing = signing_of(ask.connector)
    if signing is None or b"params.secret" not in told:
        return None
    field = main_field(signing.credential_fields)
    kept = current(ask.workspace.registry.kept_of(ask.connection)).get(field)
    if kept is None:
        fresh = fresh_secret(signing)
        kept = fresh.signing
        _keep(ask, field, fresh.verifying)
    live.add(kept)
    return kept.get_secret_value()


def _keep(ask: _Ask, field: str, secret: SecretStr) -> None:
    live.add(secret)
    one = ask.connection
    ask.workspace.registry.update_connection(one.project, one.key, {}, {field: secret})


def _keep_secret(ask: _Ask, response: Response) -> None:
    """Keep a secret that the service chose."""
    signing = signing_of(ask.connector)
    if signing is None:
        return
    field = main_field(signing.credential_fields)
    names = _SECRETS | {_bare(field)}
    found = next(
        (value for name, value in _members(_json(response)) if _bare(name) in names),
        None,
    )
    if found:
        _keep(ask, field, SecretStr(found))


def _members(part: Json) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        for name, value in part.items():
            if isinstance(value, str):
                yield name, value
            else:
                yield from _members(value)
    elif isinstance(part, list):
        for one in part:
            yield from _members(one)


def _bare(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _read(part: Subscription, response: Response) -> tuple[str | None, str | None]:
    """Return the service's name of a subscription and when it ends."""
    place = Place(
        body=_json(response), headers=response.lower_headers, status=response.status
    )
    id_ = compile_source(part.id_path).first(place) if part.id_path else None
    ends = compile_source(part.expires_path).first(place) if part.expires_path else None
    named = id_ is not MISSING and id_ is not None and not isinstance(id_, dict | list)
    return scalar_text(id_) if named else None, _time(ends)  # type: ignore[arg-type]  # named


def _time(value: object) -> str | None:
    """Return a time as RFC 3339: ISO 8601, or seconds or milliseconds since 1970."""
    if isinstance(value, str) and value and not value.isdecimal():
        return rfc3339(parse_date(value))
    if isinstance(value, int | str) and value and not isinstance(value, bool):
        number = int(value)
        return rfc3339(parse_date(number, "unix_ms" if number > 10**11 else "unix"))
    return None


def _json(response: Response) -> Json:
    try:
        return response.json
    except UnreadableResponse:
        return None


def _base(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(
            f"{text!r} is no address that a service could call.",
            advice="Give it as https://name.example, without a path.",
        )
    return f"{parts.scheme}://{parts.netloc}"
