"""Subscribing: a service is asked to call, to go on calling, and to stop.

The requests are the descriptor's; their templates know `params.url` (where to call),
`params.secret` (what to sign by) and `params.id` (the service's name of the
subscription). A secret that the answer tells at `secretPath` goes to the vault as the
connection's and is stored nowhere else. What was ordered and cannot be kept is ended
again; where that fails too, a person is told under which id it stands.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from ferrule.clock import Clock
from ferrule.descriptor.signing import webhook_of
from ferrule.errors import (
    ExchangeError,
    FerruleError,
    NotFound,
    UnreadableResponse,
    UsageError,
)
from ferrule.exchange import Json, Response
from ferrule.expression.dates import parse_date, parse_duration
from ferrule.redaction import live
from ferrule.store.subscriptions import Subscribed, Subscriptions
from ferrule.sync.subscription import id_in
from ferrule.workspace.operations.recording import recorded
from ferrule.workspace.sample_calls import path_of
from ferrule.workspace.subscription_asking import (
    GONE,
    Ask,
    ask_of,
    ended,
    keep,
    sent,
    told,
)
from ferrule.workspace.workspace import Workspace

RENEW_BEFORE: Final = timedelta(days=1)
"""How long before its end a subscription is renewed, unless the connector says."""
log = logging.getLogger(__name__)


@recorded("webhook", "The service calls “{key}” at {base}.", connection="{key}")
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
        ExchangeError: when the service refuses, or does not tell what it should.
        CredentialError: when its secret cannot be kept; the service was asked to stop.
    """
    ask = ask_of(workspace, key, allow_http, clock)
    rows = Subscriptions(workspace.database)
    if rows.get(workspace.project.key, key) is not None:
        raise _twice(key)
    return _ordered(ask, f"{_base(base)}{path_of(workspace, key)}", None)


@recorded("webhook", "The service goes on calling “{key}”.", connection="{key}")
def renew(
    workspace: Workspace,
    key: str,
    *,
    allow_http: Collection[str] = (),
    clock: Clock | None = None,
) -> Subscribed:
    """Ask the service to go on calling.

    Where it knows the subscription no more, or has no request for that, it is asked
    anew, and then to end the one before.

    Raises:
        NotFound: when the connection is not subscribed.
        UsageError: when the connector says nothing of renewing, and nothing ends.
        ExchangeError: when the service refuses.
    """
    ask = ask_of(workspace, key, allow_http, clock)
    known = _known(workspace, key)
    if ask.part.renew is None:
        if known.expires_at is None:
            raise UsageError(
                f"The subscription of “{key}” is not renewed.",
                advice="It does not end by itself. To begin anew, unsubscribe first.",
            )
        return _anew(ask, known)
    given: dict[str, Json] = {"url": known.url, "id": known.subscription_id}
    try:
        response = sent(ask, ask.part.renew, given)
    except ExchangeError as error:
        if error.status not in GONE:
            raise
        return _ordered(ask, known.url, known)
    return _renewed(ask, known, response)


@recorded("webhook", "The service was asked to stop.", connection="{key}")
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
    ask = ask_of(workspace, key, allow_http, clock)
    known = _known(workspace, key)
    asked = ended(ask, known.url, known.subscription_id)
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
    before = part.renew_before if part is not None else None
    ahead = parse_duration(before) if before else RENEW_BEFORE
    return now >= parse_date(one.expires_at) - ahead


def _ordered(ask: Ask, url: str, before: Subscribed | None) -> Subscribed:
    """Order the calls and keep what the service said; else end them again.

    `before` is the subscription that this one takes the place of.
    """
    response = _created(ask, url)
    id_ = id_in(ask.part, response)
    try:
        one = _kept(ask, url, response, before)
    except BaseException as error:
        fate = _undone(ask, url, id_, before)
        if isinstance(error, FerruleError):
            error.advice = f"{error.advice} {fate}".strip()
        else:
            error.add_note(fate)
        raise
    return one


def _created(ask: Ask, url: str) -> Response:
    try:
        return sent(ask, ask.part.create, {"url": url}, idempotent=False)
    except ExchangeError as error:
        if error.sent:
            more = f"It may be that the service calls {url} all the same: look there."
            error.advice = f"{error.advice} {more}".strip()
        raise


def _kept(
    ask: Ask, url: str, response: Response, before: Subscribed | None
) -> Subscribed:
    """Write a new subscription down, then keep its secret."""
    answer = told(ask, response)
    _require(ask, answer.id, answer.secret)
    place = (ask.workspace.project.key, ask.connection.key)
    one = Subscribed(*place, url, answer.id, answer.expires_at, ask.now)
    rows = Subscriptions(ask.workspace.database)
    if not (rows.add(one) if before is None else rows.replace(before, one)):
        raise _twice(ask.connection.key)
    if answer.secret is not None:
        keep(ask, answer.secret)
    return one


def _require(ask: Ask, id_: str | None, secret: object) -> None:
    """Refuse an answer that lacks what the connector says is in it."""
    part = ask.part
    for path, value, what in (
        (part.id_path, id_, "under which id it calls"),
        (part.secret_path, secret, "by which secret it signs"),
    ):
        if path is not None and value is None:
            raise UnreadableResponse(
                f"{ask.connector.name} does not tell {what}: nothing is at {path}."
            )


def _undone(ask: Ask, url: str, id_: str | None, before: Subscribed | None) -> str:
    """End what was ordered and could not be kept; say what became of it."""
    try:
        is_over = ended(ask, url, id_)
    except FerruleError:
        is_over = False
    try:
        _set_back(ask, url, id_, before, is_over=is_over)
    except FerruleError:  # then the service's name of it is all there is
        log.warning(
            "“%s”: what was subscribed is not written down.", ask.connection.key
        )
    if is_over:
        return "The service was asked to stop again."
    under = f" under the id {id_}" if id_ is not None else ""
    return f"The service calls {url}{under} all the same: end it there."


def _set_back(
    ask: Ask, url: str, id_: str | None, before: Subscribed | None, *, is_over: bool
) -> None:
    """Write down what holds: what was before, or what the service would not end."""
    rows = Subscriptions(ask.workspace.database)
    place = (ask.workspace.project.key, ask.connection.key)
    found = rows.get(*place)
    ours = found is not None and (found.subscription_id, found.url) == (id_, url)
    if ours and before is not None:
        rows.put(before)
    elif ours and is_over:
        rows.remove(*place)
    elif found is None and id_ is not None and not is_over:
        rows.add(Subscribed(*place, url, id_, None, ask.now))


def _anew(ask: Ask, known: Subscribed) -> Subscribed:
    """Order the calls once more, then end those of before."""
    one = _ordered(ask, known.url, known)
    if one.subscription_id == known.subscription_id:
        return one
    try:
        ended(ask, known.url, known.subscription_id)
    except FerruleError as error:
        log.warning("%s: %s", known.connection, live.text(str(error)))
    return one


def _renewed(ask: Ask, known: Subscribed, response: Response) -> Subscribed:
    """Write down until when the service goes on, and a secret that it changed."""
    answer = told(ask, response)
    one = Subscribed(
        *(known.project, known.connection, known.url),
        *(answer.id or known.subscription_id, answer.expires_at or known.expires_at),
        *(known.created_at, ask.now),
    )
    if answer.secret is not None:
        keep(ask, answer.secret)
    Subscriptions(ask.workspace.database).put(one)
    return one


def _twice(key: str) -> UsageError:
    return UsageError(
        f"“{key}” is subscribed already.",
        advice=f"Renew it, or first: ferrule webhook unsubscribe {key}",
    )


def _known(workspace: Workspace, key: str) -> Subscribed:
    found = Subscriptions(workspace.database).get(workspace.project.key, key)
    if found is None:
        raise NotFound(f"“{key}” is not subscribed.")
    return found


def _base(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(
            f"{text!r} is no address that a service could call.",
            advice="Give it as https://name.example, without a path.",
        )
    return f"{parts.scheme}://{parts.netloc}"
