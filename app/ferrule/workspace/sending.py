"""Sending a draft's request once, to look at the answer."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from ferrule.auth import Secrets
from ferrule.descriptor.document import validate
from ferrule.errors import Cancelled, DescriptorInvalid
from ferrule.exchange import Json, Request, Response
from ferrule.redaction import live
from ferrule.resilience import Policy
from ferrule.sync.plan import Place, StreamPlan, plan_streams
from ferrule.sync.poll import opening_request
from ferrule.transport.client import Client
from ferrule.workspace.accounts import Account
from ferrule.workspace.authoring import blank
from ferrule.workspace.clients import OF_A_PERSON_S, open_client
from ferrule.workspace.drafts import Document


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

    It counts into the quota of the connection whose `account` is given.
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
    ) -> None:
        self._document = document
        self._config = config
        self._secrets = secrets
        self._streams = [stream] if stream else None
        self._allow_http = allow_http
        self._account = account
        self._given_up = threading.Event()
        self._client: Client | None = None

    def cancel(self) -> None:
        """End the request under way; one that is not begun yet is not sent."""
        self._given_up.set()
        if self._client is not None:
            self._client.cancel()

    def send(self) -> Sent:
        """Return the exchange, redacted; blocks until the answer is there.

        Raises:
            Cancelled: when it was given up.
            FerruleError: when the draft cannot make a request, or no answer came.
        """
        connector = validate(sendable(self._document))
        place = Place("", connector.id)
        plans = plan_streams(
            connector, place, self._config, self._secrets, self._streams
        )
        plan = plans[0]
        self._client = open_client(
            connector,
            plan.config,
            plans,
            allow_http=self._allow_http,
            own_limits=self._account.limits if self._account else (),
            patience_s=OF_A_PERSON_S,
            timed=True,
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


def _bare_streams(document: Document) -> Json:
    streams = document.get("streams")
    if not isinstance(streams, list):
        return None
    return [
        {k: v for k, v in stream.items() if k != "fieldMapping"}
        for stream in streams
        if isinstance(stream, dict)
    ]
