"""Hours and days are spent by whatever asks a service, and stay spent."""

import json
from collections import Counter

import pytest
from tests.support.clock import FakeClock
from tests.support.loopback import Loopback
from tests.sync.scripted import document

from ferrule.descriptor.document import validate
from ferrule.exchange import Request, encode
from ferrule.store import Connection, Connections, Database, Runs
from ferrule.sync.events import Waited
from ferrule.workspace.accounts import Account
from ferrule.workspace.checking import Check
from ferrule.workspace.clients import open_client
from ferrule.workspace.dry_running import dry_sync
from ferrule.workspace.health_checks import Probe
from ferrule.workspace.running import RunOrder, run_once
from ferrule.workspace.sending import Sending
from ferrule.workspace.syncing import SyncOrder, sync
from ferrule.workspace.walking.again import SecondSync
from ferrule.workspace.walking.walk import Subject, Walk

DAY = 86400.0
LIMIT = "5/P1D"


class Service(Loopback):
    """Three things in pages of one, and an answer to a check."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def answer(self, method, target, headers):
        del method, headers
        path, _, query = target.partition("?")
        self.asked[path] += 1
        page = int(dict(p.split("=") for p in query.split("&"))["page"]) if query else 1
        things = [
            {"id": n, "updated_at": "2026-01-01T00:00:00Z", "title": "T"}
            for n in range(1, 4)
        ]
        return 200, {}, json.dumps(things[page - 1 : page]).encode()


@pytest.fixture
def service():
    with Service() as running:
        yield running


def made(limit=5):
    described = document(
        {"type": "page", "pageSize": 1, "nextParam": "query:page"},
        polling={"endpoint": "{{baseUrl}}/things"},
        baseUrl="{{baseUrl}}",
        maxConcurrency=1,
        rateLimits=[{"limit": limit, "per": "P1D"}, {"limit": 100, "per": "PT1S"}],
        configFields=[
            {"key": "baseUrl", "label": "Address", "type": "url", "required": True}
        ],
    )
    described["healthCheck"]["endpoint"] = "{{baseUrl}}/health"
    return described


def go(service, state, clock, **options):
    lines, events = [], []
    order = RunOrder(
        encode(made()), {"baseUrl": service.origin}, {}, state=state, **options
    )
    write = lambda line: lines.append(json.loads(line))
    ended = run_once(order, write, clock, listen=events.append)
    return ended, lines, [e for e in events if isinstance(e, Waited)]


def test_a_stateless_run_leaves_what_it_spent_in_its_state(service, tmp_path):
    state, clock = tmp_path / "state.json", FakeClock()
    ended, lines, waits = go(service, state, clock, full=True)
    assert (ended.status, waits) == ("done", [])
    kept = json.loads(state.read_bytes())
    assert kept["spent"] == {LIMIT: [4.0, clock.now().timestamp()]}
    assert lines[-2] == {"type": "state", "state": kept}


def test_the_next_run_waits_for_the_day_that_an_earlier_one_has_spent(
    service, tmp_path
):
    state, clock = tmp_path / "state.json", FakeClock()
    go(service, state, clock, full=True)
    later = FakeClock(clock.now())
    later.advance(600)
    ended, _, waits = go(service, state, later, full=True)
    assert ended.status == "done"
    assert [round(wait.seconds) for wait in waits] == [DAY - 600]
    assert go(service, None, FakeClock(), full=True)[2] == []


def test_a_run_that_gets_no_page_keeps_what_it_spent_too(service, tmp_path):
    state, clock = tmp_path / "state.json", FakeClock()
    order = RunOrder(encode(made()), {"baseUrl": service.origin}, {}, state=state)
    service.answer = lambda *_: (404, {}, b"")
    assert run_once(order, lambda _line: None, clock).status == "failed"
    kept = json.loads(state.read_bytes())
    assert kept == {"streams": {}, "spent": {LIMIT: [1.0, clock.now().timestamp()]}}


@pytest.mark.parametrize("spent", [{LIMIT: None}, {LIMIT: "x"}, {LIMIT: [1]}, {}])
def test_what_is_no_spent_rate_in_a_state_is_left_aside(service, tmp_path, spent):
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"streams": {}, "spent": spent}))
    ended, _, waits = go(service, state, FakeClock(), full=True)
    assert (ended.status, waits) == ("done", [])


@pytest.fixture
def stored(service, tmp_path):
    """Return a connection, its runs and its account."""
    with Database.open(tmp_path / "ferrule.db") as database:
        config = {"baseUrl": service.origin}
        given = Connection("things", "p", "things", "1.0.0", config=config)
        connection = Connections(database, FakeClock()).create(given)
        runs = Runs(database)
        yield connection, runs, Account.of(connection, runs)


def used(account):
    return account.spending.kept().get(LIMIT, (0.0, 0.0))[0]


def synced(service, connection, runs, clock, **order):
    events = []
    carry_out = dry_sync if order.get("dry") else sync
    carry_out(
        connection,
        encode(made()),
        {},
        runs,
        SyncOrder(full=True, **order),
        emit=events.append,
        clock=clock,
    )
    return [event for event in events if isinstance(event, Waited)]


def checked(service, connection, account):
    connector = validate(made())
    steps = Check(connector, connection.config, {}, account=account).steps()
    assert all(step.ok is not False for step in steps)


def probed(service, connection, account):
    probe = Probe(validate(made()), connection, {}, account=account)
    assert probe.find().cause is None


def sent(service, connection, account):
    work = Sending(made(), connection.config, {}, account=account)
    assert work.send().response.status == 200


def walked(service, connection, account):
    walk = Walk(Subject(made(), connection.config, account=account))
    assert sum(page.count for page in walk.pages()) > 0


def walked_twice(service, connection, account):
    pair = SecondSync(Subject(made(), connection.config, account=account))
    assert {page.walk for page in pair.steps()} == {1, 2}


def walked_in_part(service, connection, account):
    """Look at one page and let the walk go."""
    pages = Walk(Subject(made(), connection.config, account=account)).pages()
    next(pages)
    pages.close()


WAYS = [
    (checked, 2),
    (probed, 1),
    (sent, 1),
    (walked, 4),
    (walked_twice, 8),
    (walked_in_part, 1),
]


@pytest.mark.parametrize(("ask", "requests"), WAYS)
def test_what_a_person_asks_for_counts_and_does_not_wait(
    service, stored, ask, requests
):
    connection, _, account = stored
    for number in range(1, 5):
        ask(service, connection, account)
        assert used(account) == requests * number == service.asked.total()
    ask(service, connection, None)
    assert used(account) == requests * 4


@pytest.mark.parametrize(("ask", "requests"), WAYS)
def test_what_a_person_asks_for_is_told_to_the_meter(service, stored, ask, requests):
    connection, runs, _ = stored
    told = []
    account = Account.of(connection, runs, lambda _ms, good: told.append(good))
    ask(service, connection, account)
    assert told == [True] * requests


def test_a_run_waits_for_what_checks_have_spent(service, stored):
    connection, runs, account = stored
    probed(service, connection, account)
    probed(service, connection, account)
    waits = synced(service, connection, runs, FakeClock())
    assert len(waits) == 1


def test_a_dry_run_spends_and_waits_as_a_run_does(service, stored):
    connection, runs, account = stored
    clock = FakeClock()
    assert synced(service, connection, runs, clock, dry=True) == []
    assert used(account) == 4
    assert len(synced(service, connection, runs, clock, dry=True)) == 1


def test_limits_of_the_connection_itself_count_and_others_stay(service, stored):
    connection, runs, _ = stored
    own = [{"limit": 9, "per": "PT1H"}]
    account = Account.of(
        Connection("things", "p", "things", "1.0.0", rate_limits=own), runs
    )
    account.spending.keep({"7/P1D": (3.0, 5.0)})
    probed(service, connection, account)
    kept = account.spending.kept()
    assert kept["7/P1D"] == (3.0, 5.0)
    assert [kept[key][0] for key in ("9/PT1H", LIMIT)] == [1, 1]


def test_what_cannot_be_kept_does_not_keep_from_asking(service, stored):
    connection, runs, account = stored
    runs._database.reading_only = True
    probed(service, connection, account)
    assert service.asked["/health"] == 1


def test_a_client_counts_what_was_taken_before_it_went_on(service):
    first, second = (
        open_client(validate(made()), {"baseUrl": service.origin}) for _ in range(2)
    )
    with first, second:
        for client in (first, second):
            client.exchange(request_of(service))
        second.resume(first.spent())
        assert second.spent()[LIMIT][0] == 2


def request_of(service):
    return Request("GET", f"{service.origin}/health")
