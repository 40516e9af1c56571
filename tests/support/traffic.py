"""How many requests were counted, as the metrics will tell them."""

from datetime import timedelta

from ferrule.store.traffic import TrafficCounts
from ferrule.workspace.workspace import Workspace


def counted(workspace: Workspace, key: str) -> int:
    """Return the requests of a connection in the last day; blocks."""
    assert workspace.operations.flush()
    counts = TrafficCounts(workspace.database)
    return counts.of(workspace.project.key, key, timedelta(days=1)).requests
