"""A connector in a few lines, a service that answers from a list, a sink in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from pydantic import SecretStr
from tests.support.clock import FakeClock

from ferrule.descriptor.document import validate
from ferrule.errors import UnexpectedStatus
from ferrule.exchange import Json, Request, Response, encode
from ferrule.resilience import Policy
from ferrule.store.records import Batch, Counts
from ferrule.sync.events import Event
from ferrule.sync.plan import Place, StreamPlan, plan_streams
from ferrule.sync.run import Orders, Progress, Run

BASE = "https://api.example.com"
TIME = "2026-01-{:02}T00:00:00Z"


def item(number: int, day: int = 1, **members: Json) -> dict[str, Json]:
    """Return an item; `day` is the day of January 2026 on which it changed."""
    plain: dict[str, Json] = {
        "id": number,
        "title": f"Item {number}",
        "updated_at": TIME.format(day),
        "created_at": TIME.format(day),
    }
    return plain | members


def answer(
    body: Json | bytes = None, status: int = 200, link: str = "", **headers: str
) -> Response:
    """Return a response; `link` is the address of the next page."""
    raw = body if isinstance(body, bytes) else encode(body)
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    if link:
        pairs.append(("Link", f'<{link}>; rel="next"'))
    return Response(status, tuple(pairs), raw, BASE)


def document(
    pagination: Mapping[str, Json] | None = None,
    delta: Mapping[str, Json] | None = None,
    *,
    polling: Mapping[str, Json] | None = None,
    mapping: Mapping[str, Json] | None = None,
    **members: Json,
) -> dict[str, Any]:
    """Return a descriptor that lists things, with these parts changed."""
    made: dict[str, Any] = {
        "schemaVersion": 2,
        "id": "things",
        "name": "Things",
        "description": "Things.",
        "category": "Test",
        "icon": "plug",
        "kind": "generic",
        "version": "1.0.0",
        "auth": {"method": "none"},
        "ingestion": {
            "mode": "polling",
            "endpoint": f"{BASE}/things",
            "method": "GET",
            "rateLimitRpm": 6000,
            "delta": delta or {"type": "none"},
            "pagination": pagination or {"type": "link_header"},
            **(polling or {}),
        },
        "fieldMapping": {
            "itemsPath": "$",
            "idPath": "$.id",
            "timestampPath": "$.updated_at",
            "summaryTemplate": "{{title}}",
            "signalTypeRules": [],
            **(mapping or {}),
        },
        "healthCheck": {
            "endpoint": f"{BASE}/health",
            "method": "GET",
            "expectStatus": 200,
            "timeoutMs": 1000,
        },
    }
    return made | members


SINCE: dict[str, Json] = {
    "type": "timestamp_filter",
    "queryParam": "since",
    "format": "iso8601",
}


def plans(
    made: dict[str, Any],
    secrets: Mapping[str, str] | None = None,
    *,
    config: Mapping[str, Json] | None = None,
    clock: FakeClock | None = None,
) -> tuple[StreamPlan, ...]:
    """Return the plans of a descriptor's streams."""
    given = {key: SecretStr(value) for key, value in (secrets or {}).items()}
    place = Place("p", "things")
    return plan_streams(
        validate(made), place, config or {}, given, clock=clock or FakeClock()
    )


@dataclass
class Service:
    """Answers requests from a list, in order, and keeps them."""

    answers: Sequence[Response]
    asked: list[Request] = field(default_factory=list)

    def send(self, request: Request, policy: Policy) -> Response:
        del policy
        self.asked.append(request)
        if len(self.asked) > len(self.answers):
            raise UnexpectedStatus("There are no more answers.", status=500)
        return self.answers[len(self.asked) - 1]

    @property
    def urls(self) -> list[str]:
        return [request.full_url for request in self.asked]


@dataclass
class MemorySink:
    """Keeps what a run commits."""

    checkpoints: dict[str, Json] = field(default_factory=dict)
    positions: dict[str, Json] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)
    states: dict[str, dict[str, Json]] = field(default_factory=dict)

    def position(self, stream: str) -> Json:
        return self.positions.get(stream)

    def checkpoint(self, stream: str) -> Json:
        return self.checkpoints.get(stream)

    def slices(self, stream: str) -> dict[str, Json]:
        return self.states.get(stream, {})

    def commit(self, batch: Batch) -> Counts:
        self.batches.append(batch)
        self.positions[batch.stream] = msgspec.json.decode(encode(batch.position))
        self.states.setdefault(batch.stream, {}).update(batch.slices)
        failed, deleted = len(batch.errors), len(batch.deleted)
        return Counts(
            processed=len(batch.signals) + deleted + failed,
            deleted=deleted,
            failed=failed,
            skipped=batch.skipped,
        )

    @property
    def ids(self) -> list[str]:
        return [s.external_id for batch in self.batches for s in batch.signals]


@dataclass
class Trial:
    """A run that was carried out: what it did, told and kept."""

    progress: Progress
    sink: MemorySink
    events: list[Event]
    service: Service

    def told(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def run(
    made: dict[str, Any],
    answers: Sequence[Response],
    *,
    sink: MemorySink | None = None,
    secrets: Mapping[str, str] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    **orders: Any,
) -> Trial:
    """Run a descriptor against these answers; `full` unless told otherwise."""
    service, kept, events = Service(answers), sink or MemorySink(), []
    todo = Run(
        plans(made, secrets),
        service.send,
        kept,
        Orders(**{"full": True, **orders}),
        events.append,
        FakeClock(),
        should_stop,
    )
    return Trial(todo.execute(), kept, events, service)
