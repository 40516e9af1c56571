"""`ferrule run` over projects and months: nothing lost, nothing twice."""

import json
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.support.clock import FakeClock
from tests.support.loopback import Loopback
from tests.sync.scripted import document

from ferrule.exchange import encode
from ferrule.store import Connection, Connections, Database, Runs
from ferrule.sync.events import Event
from ferrule.workspace import line_sink
from ferrule.workspace.dry_running import dry_sync
from ferrule.workspace.running import RunOrder, run_once
from ferrule.workspace.syncing import SyncOrder, sync

PROJECTS = 7
DATED = "2021-{:02}-{:02}T00:00:00Z"


class Service(Loopback):
    """Seven projects in pages of 3, each with ten tasks a month in pages of 4."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gone: set[int] = set()

    def answer(self, method, target, headers):
        del method, headers
        self.asked.append(target)
        path = urlsplit(target).path
        query = dict(parse_qsl(urlsplit(target).query))
        every = self.projects() if path == "/projects" else self.tasks(path, query)
        begin, size = int(query["offset"]), int(query["limit"])
        found = {"items": every[begin : begin + size], "total": len(every)}
        return 200, {"Content-Type": "application/json"}, json.dumps(found).encode()

    def projects(self):
        return [
            {"id": n, "updated_at": DATED.format(1, n), "title": f"P{n}"}
            for n in range(1, PROJECTS + 1)
        ]

    def tasks(self, path, query):
        number = int(path.split("/")[2])
        return [
            {
                "id": number * 1000 + month * 100 + day,
                "updated_at": DATED.format(month, day),
                "title": "T",
                "gone": number in self.gone,
            }
            for month in range(1, 4)
            for day in range(1, 11)
            if query["from"] <= DATED.format(month, day)[:10] <= query["to"]
        ]


PAGED = {
    "type": "offset",
    "nextParam": "offset",
    "pageSizeParam": "limit",
    "pageSize": 4,
    "totalPath": "$.total",
}
MONTHS = {
    "type": "window",
    "format": "date",
    "startParam": "from",
    "endParam": "to",
    "start": "2021-01-01",
    "end": "{{config.end}}",
    "step": "P30D",
    "granularity": "P1D",
}


def made(**mapping):
    return document(
        PAGED,
        polling={"endpoint": "{{baseUrl}}/projects"},
        mapping={"itemsPath": "$.items", **mapping},
        configFields=[
            {"key": "baseUrl", "label": "Address", "type": "url", "required": True},
            {"key": "end", "label": "End", "type": "text", "required": True},
        ],
        streams=[
            {"key": "projects", "enabledByDefault": False, "polling": {"cache": True}},
            {
                "key": "tasks",
                "polling": {
                    "endpoint": "{{baseUrl}}/projects/{project}/tasks",
                    "delta": MONTHS,
                    "partition": {
                        "name": "project",
                        "param": "path:project",
                        "parent": "projects",
                        "path": "$.id",
                        "include": {"project": "$.title"},
                    },
                },
            },
        ],
    )


@pytest.fixture(scope="module")
def service():
    with Service() as running_service:
        yield running_service


def go(service, state: Path | None = None, end="2021-03-31", **options):
    lines: list[dict] = []
    order = RunOrder(
        encode(options.pop("document", made())),
        {"baseUrl": service.origin, "end": end},
        {},
        state=state,
        **options,
    )
    ended = run_once(order, lambda line: lines.append(json.loads(line)), FakeClock())
    return ended, lines


def ids(lines):
    return [line["signal"]["externalId"] for line in lines if line["type"] == "signal"]


def test_every_task_of_every_project_comes_once_in_order(service):
    ended, lines = go(service)
    assert (ended.status, ended.counts.processed) == ("done", 210)
    assert ids(lines) == sorted(ids(lines), key=int)
    assert len(set(ids(lines))) == 210
    first = next(line for line in lines if line["type"] == "batch")
    assert first["slice"] == "project=1, 2021-01-01 \N{EN DASH} 2021-01-30"


def test_attempts_that_end_anywhere_add_up_to_one_run(service, tmp_path):
    whole, lines = go(service)
    state, found = tmp_path / "state.json", []
    for _ in range(100):
        ended, some = go(service, state, limit=23)
        found += ids(some)
        if ended.status == "done":
            break
    assert Counter(found) == Counter(ids(lines))
    assert ended.checkpoints == whole.checkpoints
    kept = json.loads(state.read_bytes())["streams"]["tasks"]
    assert list(kept) == ["checkpoint"]
    assert len(kept["checkpoint"]["slices"]) == PROJECTS


def test_the_next_run_asks_for_what_is_new(service, tmp_path):
    state = tmp_path / "state.json"
    go(service, state, end="2021-02-28")
    service.asked.clear()
    ended, lines = go(service, state)
    tasks = [target for target in service.asked if "tasks" in target]
    froms = {dict(parse_qsl(urlsplit(target).query))["from"] for target in tasks}
    assert froms == {"2021-02-28", "2021-03-30"}
    assert sorted(ids(lines)) == sorted(
        str(n * 1000 + 300 + d) for n in range(1, 8) for d in range(1, 11)
    )
    assert ended.status == "done"


def test_the_state_of_many_slices_is_not_written_with_every_page(
    service, tmp_path, monkeypatch
):
    monkeypatch.setattr(line_sink, "SLICES_A_PAGE", 1)
    state = tmp_path / "state.json"
    _, lines = go(service, state)
    kinds = Counter(line["type"] for line in lines)
    assert kinds["state"] < kinds["batch"] / 2
    _, some = go(service, tmp_path / "cut.json", limit=150)
    assert some[-2]["type"] == "state"
    _, rest = go(service, tmp_path / "cut.json")
    assert sorted(ids(some) + ids(rest)) == sorted(ids(lines))


def in_store(service, runs, connection, **order):
    events = []
    carry_out = dry_sync if order.get("dry") else sync
    ended = carry_out(
        connection,
        encode(made()),
        {},
        runs,
        SyncOrder(**order),
        emit=events.append,
        clock=FakeClock(),
    )
    return ended, events


def test_a_stored_run_of_slices_that_ends_anywhere_is_as_a_whole_one(service, tmp_path):
    found = []
    for limit in (None, 41):
        with Database.open(tmp_path / f"{limit}.db") as database:
            runs, ended = Runs(database), None
            given = Connection(
                project="p",
                key="work",
                connector_id="things",
                version="1.0.0",
                config={"baseUrl": service.origin, "end": "2021-03-31"},
            )
            connection = Connections(database, FakeClock()).create(given)
            while ended is None or ended.status == "stopped":
                ended, _ = in_store(service, runs, connection, full=True, limit=limit)
            stored = runs.signals("p", "work", limit=999)
            names = sorted(s.signal.external_id for s in stored)
            found.append((names, ended.counts, ended.checkpoints, ended.status))
    assert found[0] == found[1]
    assert len(found[0][0]) == 210
    assert found[0][3] == "done"


def test_a_dry_run_of_slices_tells_what_the_run_then_does(service, tmp_path):
    with Database.open(tmp_path / "dry.db") as database:
        runs, connections = Runs(database), Connections(database, FakeClock())
        config = {"baseUrl": service.origin, "end": "2021-03-31"}
        connection = connections.create(
            Connection("work", "p", "things", "1.0.0", config=config)
        )
        dry, events = in_store(service, runs, connection, full=True, dry=True)
        assert (dry.status, dry.dry_run, dry.counts.created) == ("done", True, 210)
        assert runs.signals("p", "work", limit=9) == []
        assert runs.checkpoints("p", "work") == {}
        whole, again = in_store(service, runs, connection, full=True)
        assert whole.counts == dry.counts
        titles = [
            [line["slice"] for line in map(Event.wire, told) if line["type"] == "batch"]
            for told in (events, again)
        ]
        assert titles[0] == titles[1]
