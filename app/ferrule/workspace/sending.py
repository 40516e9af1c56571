"""Sending a draft's request once, to look at the answer."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from ferrule.auth import Secrets
from ferrule.credentials.tokens import Keeper
from ferrule.descriptor.api_versions import at_version
from ferrule.descriptor.document import validate
from ferrule.descriptor.hosts import allowed_hosts
from ferrule.descriptor.model import Connector
from ferrule.errors import Cancelled, DescriptorInvalid
from ferrule.exchange import Json, Request, Response
from ferrule.redaction import live
from ferrule.resilience import Policy
from ferrule.sync.plan import Place, StreamPlan, plan_streams
from ferrule.sync.poll import opening_request
from ferrule.transport.client import Client
from ferrule.workspace.accounts import Account
from ferrule.workspace.authoring import blank
from ferrule.workspace.clients import (
    MOST_OF_A_PERSON,
    OF_A_PERSON_S,
    open_client,
    open_session,
)
from ferrule.workspace.drafts import Document
from ferrule.workspace.sessions import Session


@dataclass(frozen=True, slots=True)
class Sent:
    """One exchange of the Builder: the request as shown, and what came back.

    `before` are the exchanges that had to come first: those of a parent stream.
    """

    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: str
    response: Response
    before: "tuple[Sent, ...]" = ()


class Sending:
    """Sends a draft's first request once; may be given up from another thread.

    It counts into the quota of the connection whose `account` is given, and its
    `keeper` renews a token. `max_body` bounds the answer, in bytes after unpacking:
    more than a run would take.
    """

    def __init__(
        self,
        document: Document,
        config: Mapping[str, Json],
        secrets: Secrets,
        *,
        stream: str | None = None,
        allow_http: Collection[str] = (),
        account: Account | None = None,
        keeper: Keeper | None = None,
        max_body: int = MOST_OF_A_PERSON,
    ) -> None:
        self._document = document
        self._config = config
        self._secrets = secrets
        self._streams = [stream] if stream else None
        self._allow_http = allow_http
        self._account = account
        self._keeper = keeper
        self._max_body = max_body
        self._session: Session | None = None
        self._given_up = threading.Event()
        self._client: Client | None = None

    def cancel(self) -> None:
        """End the request under way; one that is not begun yet is not sent."""
        self._given_up.set()
        if self._session is not None:
            self._session.cancel()
        if self._client is not None:
            self._client.cancel()

    def received(self) -> tuple[int, int | None]:
        """Return the bytes of the answer that came so far, and of how many if known."""
        return (0, None) if self._client is None else self._client.received()

    def send(self) -> Sent:
        """Return the exchange, redacted; blocks until the answer is there.

        Raises:
            Cancelled: when it was given up.
            FerruleError: when the draft cannot make a request, or no answer came.
        """
        connector = validate(sendable(self._document))
        place = Place("", connector.id)
        session = self._session = open_session(
            *(connector, self._config, self._secrets),
            keeper=self._keeper,
            allow_http=self._allow_http,
        )
        plans = plan_streams(
            *(connector, place, self._config, session.secrets(), self._streams),
            captured=session.captured,
        )
        plan = plans[0]
        self._client = open_client(
            *(connector, plan.config, plans),
            allow_http=self._allow_http,
            own_limits=self._account.limits if self._account else (),
            patience_s=OF_A_PERSON_S,
            timed=True,
            max_body=self._max_body,
            session=session,
            meter=self._account.meter if self._account else None,
        )
        with self._client as client:
            try:
                return self._exchanged(plan, client)
            finally:
                if self._account is not None:
                    self._account.count(client)

    def _exchanged(self, plan: StreamPlan, client: Client) -> Sent:
        if self._given_up.is_set():
            raise Cancelled("The request was given up before it was sent.")
        before: list[Sent] = []

        def ask(request: Request, policy: Policy) -> Response:
            answer = client.send(request, policy)
            before.append(shown(request, plan.echo.response(answer)))
            return answer

        request = opening_request(plan, ask)
        response = client.exchange(request)
        sent = shown(request, plan.echo.response(response))
        return replace(sent, before=tuple(before))


def shown(request: Request, response: Response) -> Sent:
    """Return an exchange with its secrets masked, in the answer's headers too."""
    _, body = request.content()
    return Sent(
        method=request.method,
        url=live.url(request.full_url),
        request_headers=live.pairs(request.headers),
        request_body=live.text(body.decode("utf-8", "replace")),
        response=replace(
            response, url=live.url(response.url), headers=live.pairs(response.headers)
        ),
    )


def sendable(document: Document) -> Document:
    """Return the draft without what a request does not need, where that is broken.

    A mapping that is half-typed must not keep a person from looking at a response.
    """
    try:
        validate(document)
    except DescriptorInvalid as invalid:
        broken = {problem.pointer.split("/")[1] for problem in invalid.problems}
    else:
        return document
    if broken & {"ingestion", "auth", "configFields", "baseUrl", "id"}:
        return document
    stand_in = blank()
    kept = {k: v for k, v in document.items() if k not in broken | {"streams"}}
    needed = {k: v for k, v in stand_in.items() if k in broken}
    return {**kept, **needed, "streams": _bare_streams(document)}


def by_method(document: Document, name: str) -> Document:
    """Return the draft that signs in by the method of that name, and by no other.

    What only another one would send to is not among its hosts. So a draft is sent as
    the connection is whose values it borrows. Without a name, or without others to
    choose from, it is the draft as it is.

    Raises:
        DescriptorInvalid: when its sign-in is not valid yet.
        UsageError: when it has none of that name.
    """
    options = document.get("authOptions")
    if not name or not isinstance(options, list):
        return document
    connector = validate(sendable(document))
    chosen = connector.sign_ins[connector.sign_in_name(name)]
    ways = (connector.auth, *(connector.auth_options or ()))
    auth = [document.get("auth"), *options][ways.index(chosen)]
    rest = {k: v for k, v in document.items() if k != "authOptions"}
    return {**rest, "auth": auth, **_narrowed(document, connector.signing_in(name))}


def _narrowed(document: Document, connector: Connector) -> Document:
    """Return the permissions without the hosts that a connector asks for no more."""
    permissions = document.get("permissions")
    hosts = permissions.get("hosts") if isinstance(permissions, dict) else None
    if not isinstance(permissions, dict) or not isinstance(hosts, list):
        return {}
    asked = allowed_hosts(connector)
    kept: list[Json] = [host for host in hosts if str(host).lower() in asked]
    return {"permissions": {**permissions, "hosts": kept}}


def by_version(document: Document, version: str) -> Document:
    """Return the draft at the API version of that id.

    So a draft is sent as the connection is whose values it borrows. Without an id, or
    without versions, it is the draft as it is.

    Raises:
        UsageError: when it has none of that id.
    """
    if not version or not document.get("apiVersions"):
        return document
    return at_version(document, version)


def _bare_streams(document: Document) -> Json:
    streams = document.get("streams")
    if not isinstance(streams, list):
        return None
    return [
        {k: v for k, v in stream.items() if k != "fieldMapping"}
        for stream in streams
        if isinstance(stream, dict)
    ]
