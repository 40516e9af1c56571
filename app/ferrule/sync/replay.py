"""Replaying a fixture: recorded exchanges in, the same signals out, no network.

The *request* is checked as strictly as the result: a connector that asks for the wrong
page fails here and not at the vendor. `descriptors/README.md` tells the format.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import SecretStr

from ferrule.auth import Secrets
from ferrule.auth.token import TOKENS, TokenSet
from ferrule.clock import rfc3339
from ferrule.descriptor.ingestion import Subscription
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import webhook_of
from ferrule.errors import FerruleError, UsageError
from ferrule.exchange import Json, Request, Response, encode
from ferrule.redaction import live
from ferrule.request import RequestTemplate
from ferrule.resilience import Policy
from ferrule.resilience.retry import Accept, Outcome, Retry, Throttled, decide
from ferrule.sync.health import health_request, judge_health
from ferrule.sync.plan import Place, StreamPlan, plan_streams, plans_to_check
from ferrule.sync.poll import poll
from ferrule.sync.replay_outcome import Played, differences, essential
from ferrule.sync.subscription import as_tool, subscription_request, told_in
from ferrule.sync.tool import plan_tool, tool_answer, tool_of, tool_request
from ferrule.transport.faults import Shown
from ferrule.transport.verdict import judge

Fixture = Mapping[str, Any]
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


class MismatchError(FerruleError):
    """A request or a result that is not what the fixture recorded."""


class Answers(Protocol):
    """Who answers the requests of a replay: a fixture, or a server that plays it."""

    def send(self, request: Request, policy: Policy, /) -> Response:
        """Return the good answer to `request`, or raise what became of it."""

    def exchange(self, request: Request) -> Response:
        """Return the answer to `request`, whatever its status."""

    def end(self) -> None:
        """Refuse exchanges that nobody asked for."""


@dataclass(slots=True)
class Recorded:
    """Answers requests from a fixture, each exchange once and in order."""

    fixture: Fixture
    used: int = 0
    secrets: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.secrets = tuple(self.fixture.get("secrets", ()))

    def send(self, request: Request, policy: Policy, /) -> Response:
        """Return the recorded answer; one that is asked again is passed over.

        Raises:
            MismatchError: when the request is not the recorded one.
            ExchangeError: when the last recorded answer is not a good one.
        """
        while True:
            response = self.exchange(request)
            outcome = Outcome(response, policy.rule(response))
            step = decide(outcome, 1, _NOW, policy)
            if isinstance(step, Accept):
                return replace(response, ignored=True) if step.ignored else response
            if not (isinstance(step, Retry | Throttled) and self._left()):
                break
        shown = Shown(request.method, request.url, urlsplit(request.url).netloc, 0)
        raise judge(response, shown, live, outcome=outcome)

    def exchange(self, request: Request) -> Response:
        """Return the next recorded answer, whatever its status."""
        if not self._left():
            raise MismatchError(f"One request too many: {request.full_url}.")
        recorded = self.fixture["exchanges"][self.used]
        self.used += 1
        self._check(request, recorded["request"])
        answer = recorded["response"]
        body = answer["body"]
        return Response(
            status=answer["status"],
            headers=tuple(answer["headers"].items()),
            body=body.encode() if isinstance(body, str) else encode(body),
            url=request.full_url,
        )

    def end(self) -> None:
        """Refuse exchanges that nobody asked for."""
        if self._left():
            left = len(self.fixture["exchanges"]) - self.used
            raise MismatchError(f"{left} recorded exchange(s) were not asked for.")

    def _left(self) -> bool:
        return self.used < len(self.fixture["exchanges"])

    def _check(self, request: Request, recorded: Mapping[str, Any]) -> None:
        parts = urlsplit(request.full_url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        for target in self.secrets:
            kind, _, name = target.partition(":")
            carried = query.pop(name, None) if kind == "query" else request.header(name)
            _same(f"a secret at {target}", bool(carried), wanted=True)
        origin = f"{parts.scheme}://{parts.netloc}"
        _same("origin", origin, wanted=self.fixture["origin"])
        _same("method", request.method, wanted=recorded["method"])
        _same("path", unquote(parts.path), wanted=recorded["path"])
        _same("query", query, wanted=recorded["query"])
        for name, value in recorded["headers"].items():
            _same(f"header {name}", request.header(name), wanted=value)
        if "body" in recorded:
            _same("body", request.body, wanted=recorded["body"])


def replay_fixture(
    connector: Connector, fixture: Fixture, answers: Answers | None = None
) -> list[str]:
    """Return what is not as the fixture says; nothing when all is.

    `answers` is who answers the requests, by default the fixture itself.

    Raises:
        FerruleError: never for the replay itself: that is one of the strings.
    """
    name = fixture.get("name", "fixture")
    played = play_fixture(connector, fixture, answers)
    return [f"{name}: {problem}" for problem in played.problems]


def play_fixture(
    connector: Connector,
    fixture: Fixture,
    answers: Answers | None = None,
    overrides: Mapping[str, Json] | None = None,
) -> Played:
    """Return what comes of a fixture, and where that is not what it expects.

    `overrides` are a person's changes to the mappings, by stream. Nothing that is wrong
    with the fixture or the replay is raised.
    """
    try:
        recorded = answers or Recorded(fixture)
        found = found_by(connector, fixture, recorded, overrides)
        return Played(found, tuple(differences(found, fixture["expect"])))
    except FerruleError as error:
        return Played(None, trouble=error.message)
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        told = f"The fixture has not the form that is documented: {error!r}."
        return Played(None, trouble=told)


def found_by(
    connector: Connector,
    fixture: Fixture,
    answers: Answers,
    overrides: Mapping[str, Json] | None = None,
) -> dict[str, Any]:
    """Return what comes of a fixture, in the form of its expectation.

    Raises:
        MismatchError: when a request is not the recorded one.
        KeyError: when the fixture lacks a member.
    """
    if fixture["kind"] == "health":
        return _health(connector, fixture, answers)
    if fixture["kind"] == "tool":
        return _called(connector, fixture, answers)
    if fixture["kind"] == "subscription":
        return _subscribed(connector, fixture, answers)
    return _synced(connector, fixture, answers, overrides)


def plan_of(
    connector: Connector,
    fixture: Fixture,
    overrides: Mapping[str, Json] | None = None,
) -> StreamPlan:
    """Return the plan of the fixture's stream, with any text as credentials."""
    stream = fixture.get("stream")
    plans = plan_streams(
        connector,
        Place("fixture", connector.id),
        fixture["config"],
        stand_ins(connector),
        [stream] if stream else None,
        overrides=overrides,
    )
    return plans[0]


def stand_ins(connector: Connector) -> Secrets:
    """Return a made-up secret for each credential field, and tokens where some are."""
    auth = connector.auth
    made = {f.key: SecretStr(f"fixture-{f.key}") for f in auth.credential_fields}
    if auth.uses_tokens or auth.interactive:
        made[TOKENS] = TokenSet(SecretStr("fixture-token"), _NOW).dump()
    return made


def _health(
    connector: Connector, fixture: Fixture, recorded: Answers
) -> dict[str, Any]:
    place = Place("fixture", connector.id)
    secrets = stand_ins(connector)
    plan = plans_to_check(connector, place, fixture["config"], secrets)[0]
    response = recorded.exchange(health_request(connector, plan))
    healthy, _ = judge_health(connector, response)
    return {"healthy": healthy}


def _called(
    connector: Connector, fixture: Fixture, recorded: Answers
) -> dict[str, Any]:
    """Return what a call of a tool brings, or by what name it fails."""
    try:
        tool = tool_of(connector, fixture["tool"])
        secrets = stand_ins(connector)
        now = rfc3339(_NOW)
        plan = plan_tool(connector, tool, fixture["config"], secrets, now=now)
        request = tool_request(plan, fixture["arguments"])
        response = recorded.send(plan.signed(request), plan.policy)
        answer = tool_answer(plan, response)
        found: dict[str, Any] = {"result": answer.result}
    except MismatchError:
        raise
    except FerruleError as error:
        found = {"error": type(error).__name__}
    recorded.end()
    return found


def _subscribed(
    connector: Connector, fixture: Fixture, recorded: Answers
) -> dict[str, Any]:
    """Return what the service tells when it is asked to call, and then to stop.

    Of a secret only whether it tells one.
    """
    part = _subscription(connector)
    secrets, now = stand_ins(connector), rfc3339(_NOW)
    given: dict[str, Json] = {"url": fixture["url"], "secret": "fixture-secret"}

    def sent(template: RequestTemplate) -> Response:
        tool, config = as_tool(template), fixture["config"]
        plan = plan_tool(connector, tool, config, secrets, now=now)
        request = subscription_request(plan, template, given, secrets)
        return recorded.send(request, plan.policy)

    try:
        told = told_in(part, sent(part.create))
        found: dict[str, Any] = {"id": told.id, "secret": told.secret is not None}
        if told.expires_at is not None:
            found["expiresAt"] = told.expires_at
        given["id"] = told.id
        for template in (part.renew, part.delete):
            if template is not None:
                sent(template)
    except MismatchError:
        raise
    except FerruleError as error:
        found = {"error": type(error).__name__}
    recorded.end()
    return found


def _subscription(connector: Connector) -> Subscription:
    webhook = webhook_of(connector)
    if webhook is None or webhook.subscription is None:
        raise UsageError(f"{connector.id} says nothing of subscribing.")
    return webhook.subscription


def _synced(
    connector: Connector,
    fixture: Fixture,
    recorded: Answers,
    overrides: Mapping[str, Json] | None,
) -> dict[str, Any]:
    try:
        plan = plan_of(connector, fixture, overrides)
        found = _polled(plan, recorded, fixture["checkpoint"], fixture.get("pages"))
    except MismatchError:
        raise
    except FerruleError as error:
        found = {"error": type(error).__name__}
    recorded.end()
    return found


def _polled(
    plan: StreamPlan, recorded: Answers, checkpoint: Json, pages: int | None
) -> dict[str, Any]:
    signals: list[dict[str, Any]] = []
    failed: list[dict[str, Json]] = []
    items, mark = 0, checkpoint
    polled = poll(plan, recorded.send, checkpoint=checkpoint)
    for page in islice(polled, pages):
        mark = mark if page.position.mark is None else page.position.mark
        items += len(page.mapped)
        for mapped in page.mapped:
            if mapped.signal is not None:
                signals.append(essential(mapped.signal))
            elif mapped.error is not None:
                error = mapped.error
                failed.append({"itemId": error.item_id, "field": error.field})
    return {
        "items": items,
        "count": len(signals),
        "failed": failed,
        "checkpoint": mark,
        "signals": signals,
    }


def _same(what: str, found: object, *, wanted: object) -> None:
    if found != wanted:
        raise MismatchError(f"{what} is {found!r}, recorded is {wanted!r}.")
