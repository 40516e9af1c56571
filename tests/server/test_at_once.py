"""Several callers at once, and a server that is killed while it takes a bundle in."""

import os
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPException

import pytest
from sqlalchemy import event, func, select
from tests.bundle import acme
from tests.server.child import ThatDay
from tests.server.running import Server

from ferrule.bundle import MEDIA_TYPE, seal_trust
from ferrule.errors import Rollback
from ferrule.server import tables, taking
from ferrule.server.database import Database
from ferrule.server.trusting import begin

GOOD = acme.bundle()
KILLS = 3


def other(number, version="1.2.0"):
    """Return a bundle of a version with content of its own."""
    files = acme.folder(acme.VERSIONS | {"acme.issues": version})
    document = acme.descriptor("acme.issues", version, description=f"No. {number}.")
    files["connectors/acme.issues.json"] = acme.written(document)
    return acme.bundle(files)


def at_once(server, bundles):
    """Post bundles at the same moment; return the statuses, in order."""
    server.token()
    ready = threading.Barrier(len(bundles))

    def post(raw):
        ready.wait(10)
        return server.post(raw).status

    with ThreadPoolExecutor(len(bundles)) as pool:
        return sorted(pool.map(post, bundles))


def counted(database):
    with database.reading() as db:
        return [
            db.scalar(select(func.count()).select_from(table))
            for table in (tables.bundle, tables.connector, tables.mark)
        ]


def test_the_same_bundle_at_once_is_taken_once(own_server):
    assert at_once(own_server, [GOOD] * 6) == [200] * 5 + [201]
    with Database.open(own_server.database) as database:
        assert counted(database) == [1, 2, 2]


def test_of_conflicting_bundles_at_once_one_is_taken(own_server):
    bundles = [other(number) for number in range(6)]
    assert at_once(own_server, bundles) == [201] + [409] * 5
    with Database.open(own_server.database) as database:
        assert counted(database) == [1, 2, 2]


def test_of_versions_at_once_the_mark_is_the_highest(own_server):
    versions = [f"1.{minor}.0" for minor in (2, 9, 10, 11)]
    statuses = at_once(own_server, [other(v, v) for v in versions])
    assert statuses[0] == 201
    assert set(statuses) <= {201, 409}
    found = own_server.ask("GET", "/api/v1/descriptors/acme.issues").json
    assert found["version"] == "1.11.0"


def test_what_was_verified_is_verified_again_when_it_changed_meanwhile(
    tmp_path, monkeypatch
):
    """Another server's writes come between the verification and the recording."""
    clock, opened = ThatDay(), taking.open_bundle
    meanwhile = [other(1)]
    with Database.open(str(tmp_path / "server.db")) as database:
        monkeypatch.setattr(taking, "current_trust", lambda _db: acme.trust())

        def slowly(raw, trust, **options):
            found = opened(raw, trust, **options)
            if meanwhile:
                taking.take_bundle(database, meanwhile.pop(), by="other", clock=clock)
            return found

        monkeypatch.setattr(taking, "open_bundle", slowly)
        with pytest.raises(Rollback):
            taking.take_bundle(database, GOOD, by="me", clock=clock)
        assert counted(database) == [1, 2, 2]


def _die_at(nth, database):
    """Kill this process before the nth statement from here on."""
    left = [nth]

    def before(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database._reading, "before_cursor_execute", before)
    event.listen(database._reading, "commit", before)


def _killed(place, raw, nth) -> bool:
    """Take a bundle in, in a fork that dies at its nth step; tell whether it did."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with Database.open(place) as database:
                _die_at(nth, database)
                taking.take_bundle(database, raw, by="me", clock=ThatDay())
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.mark.skipif(os.name != "posix", reason="forks are POSIX's")
def test_a_kill_before_any_statement_leaves_the_old_whole(tmp_path):
    place = str(tmp_path / "server.db")
    sealed = seal_trust(acme.trust(), [acme.ROOT])
    with Database.open(place) as database:
        begin(database, sealed, [acme.ROOT.public.fingerprint], ThatDay())
        taking.take_bundle(database, GOOD, by="me", clock=ThatDay())
        before = counted(database)
    nth = 1
    while _killed(place, other(1, "1.3.0"), nth):
        with Database.open(place) as database:
            assert counted(database) == before
        nth += 1
    with Database.open(place) as database:
        assert counted(database) == [2, 3, 2]
    assert nth > 10


def test_a_kill_while_it_takes_a_bundle_in_leaves_the_old_or_the_new(tmp_path):
    server = Server(tmp_path)
    server.start()
    server.token()
    last = 0
    for number in range(1, KILLS + 1):
        raw = other(number, f"1.{number}.0")
        killer = threading.Timer(0.012 * number, server.process.kill)
        killer.start()
        try:
            told = server.post(raw).status
        except (OSError, HTTPException):
            told = None
        killer.join()
        server.stop()
        with Database.open(server.database) as database:
            last = check(database, number, last, told)
        server.start()
        assert server.post(raw).status == (200 if last == number else 201)
        last = number
    server.stop()


def check(database, number, last, told):
    """Return the number that is there: the old or the new one, and all of it."""
    with database.reading() as db:
        rows = db.execute(select(tables.mark))
        marks = {row.connector: row.version for row in rows}
        bundles = db.scalar(select(func.count()).select_from(tables.bundle))
        (sound,) = db.exec_driver_sql("PRAGMA integrity_check").one()
    found = int(marks["acme.issues"].split(".")[1]) if marks else 0
    assert found in {last, number}
    assert found == number or told is None
    assert (bundles, sound) == (found, "ok")
    return found


def test_senders_that_never_end_hold_up_nobody(server):
    place = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    head = (
        "POST /api/v1/bundles HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
        f"Content-Type: {MEDIA_TYPE}\r\nAuthorization: Bearer {server.token()}\r\n\r\n"
    )
    with ExitStack() as stack:
        for _ in range(40):
            wire = stack.enter_context(socket.create_connection(place))
            wire.sendall(head.encode() + b"{")
        assert server.ask("GET", "/api/v1/trust").status == 200
        assert server.post(GOOD).status in {200, 201}
    assert "Traceback" not in server.log
