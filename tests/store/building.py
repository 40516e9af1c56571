"""Signals, batches and a database to try the store with."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from ferrule.exchange import Json
from ferrule.signals import NormalisedSignal
from ferrule.store import Batch, Connection, Connections, Database, Runs

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def signal(external_id: str, content: str = "a", **members: object) -> NormalisedSignal:
    plain = {
        "id": external_id.rjust(32, "0"),
        "external_id": external_id,
        "source": "acme.issues",
        "project_id": "p",
        "connection": "work",
        "collection_key": "issue",
        "stream": "issues",
        "type": "issue_updated",
        "timestamp": "2026-01-01T00:00:00Z",
        "summary": f"Issue {external_id}",
        "participants": ["ada"],
        "tags": [],
        "related_items": [],
        "raw": {"id": external_id, "content": content},
        "content_hash": content,
    }
    return NormalisedSignal(**{**plain, **members})


def batch(
    signals: Sequence[NormalisedSignal], position: Json = None, **members: object
) -> Batch:
    items = [{"id": s.external_id, "content": s.content_hash} for s in signals]
    plain: Mapping[str, object] = {"stream": "issues", "collection_key": "issue"}
    given = {**plain, "signals": signals, "items": items, "position": position}
    return Batch(**{**given, **members})


def connect(database: Database, key: str = "work", **members: object) -> Connection:
    plain = {"project": "p", "connector_id": "acme.issues", "version": "1.0.0"}
    made = Connection(**{"key": key, **plain, **members})
    return Connections(database, FixedClock()).create(made)


def stored(runs: Runs, key: str = "work") -> dict[str, str]:
    """Return the stored content by external id."""
    rows = runs.signals("p", key, limit=10_000)
    return {row.signal.external_id: row.signal.content_hash for row in rows}
