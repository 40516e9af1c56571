"""The registry server over PostgreSQL: the same attacks, routes and races as in SQLite.

It is Debian's, in a folder of the test's, reached through pg8000.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, make_url, select
from tests.bundle import acme
from tests.server.running import Server
from tests.server.test_at_once import other
from tests.server.test_routes import configured

from ferrule.errors import StoreError
from ferrule.server import tables
from ferrule.server.database import Database

pytestmark = [
    pytest.mark.interop,
    pytest.mark.compared("registry server: routes, races, kills", "PostgreSQL"),
]


@pytest.fixture
def server(place, tmp_path) -> Iterator[Server]:
    with Server(tmp_path, place) as running:
        yield running


def count(database: Database, table) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(table))


def test_a_bundle_an_instance_and_an_override(server):
    assert [server.post(configured()).status for _ in range(2)] == [201, 200]
    assert server.enable("acme.issues").status == 200
    wanted = {"connectorId": "acme.issues", "config": {"site": "a\u0000ü€\U0001f600"}}
    one = "/api/v1/projects/p/instances"
    made = server.ask("POST", one, wanted | {"appKey": "a"})
    assert made.status == 201, made.json
    assert server.ask("GET", f"{one}/acme.issues").json == made.json
    assert server.ask("POST", one, wanted).status == 409
    assert server.ask("GET", "/api/v1/projects/p/apps/a").json["instance"] == made.json
    assert server.post(configured("1.1.0")).status == 409
    back = server.post(configured("1.1.0"), "?allowRollback=true&reason=x")
    assert back.json["overridden"] == ["acme.issues"]
    assert server.ask("GET", f"{one}/acme.issues").json["held"] is True
    assert server.ask("DELETE", f"{one}/acme.issues").status == 204
    assert server.ask("DELETE", "/api/v1/descriptors/acme.issues").status == 204


def test_two_servers_over_one_database_take_turns(server, tmp_path):
    folder = tmp_path / "second"
    folder.mkdir()
    with Server(folder, server.database) as second:
        same, apart = acme.bundle(), [other(number) for number in range(4)]
        both = (server, second)
        for one in both:
            one.token()
        with ThreadPoolExecutor(8) as pool:
            jobs = [pool.submit(both[n % 2].post, same) for n in range(6)]
            assert sorted(job.result().status for job in jobs) == [200] * 5 + [201]
            later = [other(n, "1.3.0") for n in range(len(apart))]
            jobs = [pool.submit(both[n % 2].post, raw) for n, raw in enumerate(later)]
            assert sorted(job.result().status for job in jobs) == [201, *[409] * 3]


def test_a_kill_leaves_the_old_or_the_new(server):
    server.token()
    for number in range(1, 5):
        with ThreadPoolExecutor(1) as pool:
            posting = pool.submit(server.post, other(number, f"1.{number}.0"))
            server.kill()
            told = posting.exception() or posting.result().status
        with Database.open(server.database) as database:
            bundles, marks = (
                count(database, tables.bundle),
                count(database, tables.mark),
            )
            assert marks == (2 if bundles else 0)
            assert told != 201 or bundles
        server.start()
    assert server.post(other(9, "1.9.0")).status == 201


def test_a_database_that_went_away_is_told_as_such(place, tmp_path):
    with Server(tmp_path, place) as server:
        assert server.ask("GET", "/healthz", scopes=None).status == 200
        with Database.open(place) as database, database.writing() as db:
            tables.stamp.drop(db)
        said = server.ask("GET", "/healthz", scopes=None)
        assert (said.status, said.error["code"]) == (503, "unavailable")
        assert make_url(place).password not in server.log
        with pytest.raises(StoreError, match="something else"):
            Database.open(place)
