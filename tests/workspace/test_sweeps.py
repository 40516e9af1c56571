"""Rows that a full sync removes, and those that it leaves because nobody can tell."""

import json

import pytest
from tests.support.clock import FakeClock
from tests.support.loopback import Loopback
from tests.sync.scripted import document, item

from ferrule.exchange import encode
from ferrule.store import Connection, Connections, Database, Runs
from ferrule.sync.events import Noticed
from ferrule.workspace.dry_running import dry_sync
from ferrule.workspace.syncing import SyncOrder, sync


class Search(Loopback):
    """Things in pages of two, and as many in all as it likes to tell."""

    def __init__(self) -> None:
        self.ids = [1, 2, 3, 4, 5]
        self.total = 5

    def answer(self, method, target, headers):
        del method, headers
        page = int(target.partition("page=")[2])
        found = [item(number) for number in self.ids[2 * page - 2 : 2 * page]]
        return 200, {}, json.dumps({"items": found, "total": self.total}).encode()


@pytest.fixture
def search():
    with Search() as running:
        yield running


@pytest.fixture
def synced(search, tmp_path):
    """Return what syncs in full: its rows, what it deleted, and what it says."""
    with Database.open(tmp_path / "ferrule.db") as database:
        config = {"baseUrl": search.origin}
        given = Connection("things", "p", "things", "1.0.0", config=config)
        connection = Connections(database, FakeClock()).create(given)
        runs = Runs(database)

        def go(*, dry=False, **mapping):
            events = []
            ended = (dry_sync if dry else sync)(
                connection,
                encode(made(**mapping)),
                {},
                runs,
                SyncOrder(full=True, dry=dry),
                emit=events.append,
                clock=FakeClock(),
            )
            rows = runs.signals("p", "things", limit=99)
            told = [e.message for e in events if isinstance(e, Noticed)]
            ids = sorted(int(row.signal.external_id) for row in rows)
            return ids, ended.counts.deleted, told

        assert go() == ([1, 2, 3, 4, 5], 0, [])
        yield go


def made(**mapping):
    return document(
        {
            "type": "page",
            "nextParam": "page",
            "pageSize": 2,
            "totalPath": "$.total",
        },
        polling={"endpoint": "{{baseUrl}}/things"},
        mapping={"itemsPath": "$.items", **mapping},
        baseUrl="{{baseUrl}}",
        configFields=[
            {"key": "baseUrl", "label": "Address", "type": "url", "required": True}
        ],
    )


def test_what_is_gone_is_removed_and_a_dry_run_says_so_before(search, synced):
    search.ids, search.total = [1, 2, 3], 3
    assert synced(dry=True) == ([1, 2, 3, 4, 5], 2, [])
    assert synced() == ([1, 2, 3], 2, [])


def test_a_search_that_lists_less_than_there_is_removes_nothing(search, synced):
    search.ids = [1, 2, 3]
    why = "Deletions are not looked for: the service tells of 5 items and listed 3."
    assert synced(dry=True) == ([1, 2, 3, 4, 5], 0, [why])
    assert synced() == ([1, 2, 3, 4, 5], 0, [why])
    search.total = 3
    assert synced() == ([1, 2, 3], 2, [])


def test_what_a_filter_leaves_out_is_removed_like_what_is_gone(synced):
    condition = {"when": "$.id", "operator": "gt", "value": 2}
    assert synced(filter=condition) == ([3, 4, 5], 2, [])
