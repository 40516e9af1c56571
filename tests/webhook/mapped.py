"""Deliveries mapped into a real store, without a gateway before it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.support.clock import FakeClock

from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.signing import signing_of, webhook_of
from ferrule.store import (
    Connection,
    Connections,
    Database,
    Deliveries,
    Delivery,
    NewDelivery,
    Runs,
    StoredSignal,
    Taker,
)
from ferrule.webhook.mapping import Change, DeliveryMapping
from ferrule.webhook.meaning import Meaning

PLACE = ("birds", "hook")
MAPPING = {
    "itemsPath": "$.items",
    "idPath": "$.id",
    "timestampPath": "$.at",
    "summaryTemplate": "{{title}}",
    "signalTypeRules": [],
}
POLLING = {
    "endpoint": "https://api.example.com/items",
    "method": "GET",
    "rateLimitRpm": 60,
    "delta": {"type": "none"},
}


def document(
    webhook: dict[str, Any], *, polls: bool = False, **changes: Any
) -> dict[str, Any]:
    called = {
        "eventTypes": [],
        "eventTypePath": "header:X-Event",
        "verification": "none",
        **webhook,
    }
    ingestion: dict[str, Any] = {"mode": "webhook", **called}
    if polls:
        ingestion = {
            "mode": "polling_and_webhook",
            "polling": POLLING,
            "webhook": called,
        }
    return {
        "schemaVersion": 2,
        "id": "hook",
        "name": "Hook",
        "description": "A service that calls",
        "category": "Test",
        "icon": "plug",
        "kind": "generic",
        "version": "1.0.0",
        "auth": {"method": "none"},
        "permissions": {"hosts": ["api.example.com"], "scopes": [], "writes": []},
        "ingestion": ingestion,
        "fieldMapping": MAPPING,
        "healthCheck": {
            "endpoint": "https://api.example.com/health",
            "method": "GET",
            "expectStatus": 200,
            "timeoutMs": 2000,
        },
        **changes,
    }


def item(number: int | str, minute: int = 0, **more: Any) -> dict[str, Any]:
    at = f"2026-03-01T10:{minute:02}:00Z"
    return {"id": number, "at": at, "title": f"Item {number}", **more}


class Mapped:
    """One connection that is called, its store, and what its calls come to."""

    def __init__(
        self,
        folder: Path,
        webhook: dict[str, Any],
        *,
        overrides: dict[str, Any] | None = None,
        **changes: Any,
    ) -> None:
        self.clock = FakeClock()
        self.database = Database.open(folder / "ferrule.db")
        self.deliveries = Deliveries(self.database, self.clock)
        self.runs = Runs(self.database, self.clock)
        self.connections = Connections(self.database)
        if not self.connections.list(PLACE[0]):
            self.connections.create(Connection("hook", "birds", "hook", "1.0.0"))
        self.changes: list[Change] = []
        connector = read_descriptor(json.dumps(document(webhook, **changes)).encode())
        part = webhook_of(connector)
        assert part is not None
        self.mapping = DeliveryMapping(
            Meaning(connector, PLACE, {}, overrides),
            part,
            signing_of(connector),
            changed=lambda _db, found: self.changes.extend(found),
            clock=self.clock,
        )

    def send(
        self,
        body: Any,
        event: str | None = "made",
        *,
        verdict: Any = "valid",
        headers: Sequence[tuple[str, str]] = (),
    ) -> Delivery:
        """Let a call come in and be mapped; return how it was settled."""
        number = self.keep(body, event, verdict=verdict, headers=headers)
        taker = Taker.named("test")
        found = {one.delivery.id: one for one in self.deliveries.take(taker)}
        write = self.mapping(found[number])
        (settled,) = self.deliveries.settle(taker, [(number, write)])
        assert isinstance(settled, Delivery), settled
        return settled

    def keep(
        self,
        body: Any,
        event: str | None = "made",
        *,
        verdict: Any = "valid",
        headers: Sequence[tuple[str, str]] = (),
    ) -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = () if event is None else (("X-Event", event),)
        at = datetime(2026, 3, 1, 11, tzinfo=UTC).isoformat().replace("+00:00", "Z")
        call = NewDelivery(
            *(*PLACE, "hook", at, "POST", "http://127.0.0.1/x"),
            headers=(*named, *headers),
            body=raw,
            verdict=verdict,
            correlation_id="c",
        )
        (kept,) = self.deliveries.keep([call])
        assert kept is not None
        return kept.id

    @property
    def signals(self) -> dict[str, StoredSignal]:
        found = self.runs.signals(*PLACE)
        return {one.signal.external_id: one for one in found}
