"""The gateway is killed at any moment: what was accepted is there, once, and mapped."""

import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Self

import pytest
from tests.support.soaking import Progress
from tests.webhook.running import PATH, PROJECT, call

from ferrule.store import Database, Deliveries

PATIENCE_S = 120.0
CHILD = [sys.executable, "-m", "tests.webhook.gateway.child"]


class Child:
    """A gateway that is killed and begun again, always over the same folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._changing = threading.Lock()
        self.port = 0
        self.kills = 0

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        code = self.process.wait(30)
        self.process.stdout.close()
        assert code == 0

    def kill(self) -> None:
        """Kill it in the middle of whatever it does, and begin another."""
        with self._changing:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.kills += 1
            self._begin()

    def _begin(self) -> None:
        self.process = subprocess.Popen(
            [*CHILD, str(self._folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.port = int(self.process.stdout.readline())


class Caller:
    """Sends its calls one after another, each until it was taken."""

    def __init__(self, child: Child, numbers: list[int], told: Progress) -> None:
        self._child = child
        self._numbers = numbers
        self._told = told
        self.answers: Counter[int] = Counter()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        connection = None
        for number in self._numbers:
            end = time.monotonic() + PATIENCE_S
            while True:
                assert time.monotonic() < end
                port = self._child.port
                if connection is None or connection.port != port:
                    connection = HTTPConnection("127.0.0.1", port, timeout=10)
                if self._sent(connection, number):
                    break
                connection.close()
                connection = None
                time.sleep(0.01)  # noqa: TID251  it is being begun again
            self._told.add(1)
        if connection is not None:
            connection.close()

    def _sent(self, connection: HTTPConnection, number: int) -> bool:
        body, headers = call(number, text="x" * 200)
        try:
            connection.request("POST", PATH, body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            return False
        self.answers[answer.status] += 1
        return answer.status in {200, 202}


def besieged(folder: Path, wanted: int, kills: int, callers: int) -> Child:
    """Send so many calls, a tenth of them twice, in no order, killing now and then."""
    chance = random.Random(7)  # noqa: S311  an order, no secret
    numbers = [*range(wanted), *chance.sample(range(wanted), wanted // 10)]
    chance.shuffle(numbers)
    told = Progress(len(numbers), "calls")
    with Child(folder) as child:
        running = [Caller(child, numbers[n::callers], told) for n in range(callers)]
        for one in running:
            one.thread.start()
        for kill in range(1, kills + 1):
            wait_for(told, len(numbers) * kill // (kills + 1))
            child.kill()
        for one in running:
            one.thread.join()
        settle(folder)
    assert sum((one.answers for one in running), Counter()).keys() <= {200, 202}
    return child


def wait_for(told: Progress, done: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while told.done < done:
        assert time.monotonic() < end
        time.sleep(0.002)  # noqa: TID251  calls are being answered


def settle(folder: Path) -> None:
    """Wait until all is mapped."""
    end = time.monotonic() + PATIENCE_S
    with closing(sqlite3.connect(folder / "ferrule.db")) as db:
        query = "SELECT count(*) FROM delivery WHERE status = 'pending'"
        while db.execute(query).fetchone()[0]:
            assert time.monotonic() < end
            time.sleep(0.02)  # noqa: TID251  another process maps


def check(folder: Path, wanted: int) -> None:
    """Check that each call is there once, mapped once, and the database is sound."""
    with closing(sqlite3.connect(folder / "ferrule.db")) as db:
        first = db.execute(
            "SELECT delivery_id, count(*) FROM delivery WHERE status != 'duplicate'"
            " GROUP BY delivery_id"
        ).fetchall()
        mapped = db.execute(
            "SELECT number, count(*) FROM mapped_here GROUP BY number"
        ).fetchall()
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    every = {f"d-{number}" for number in range(wanted)}
    assert {name for name, _ in first} == every, "a call was lost"
    assert {many for _, many in first} == {1}, "a call was kept twice"
    assert dict(mapped) == dict.fromkeys(every, 1), "a call was not mapped once"
    with Database.open(folder / "ferrule.db") as database:
        counts = Deliveries(database).counts(PROJECT)
    assert (counts.received, counts.by_status["mapped"]) == (wanted, wanted)
    assert counts.conflicts == 0
    assert counts.by_status["duplicate"] == counts.duplicates >= wanted // 10


def test_nothing_is_lost_or_doubled_when_it_is_killed(tmp_path: Path) -> None:
    child = besieged(tmp_path, wanted=200, kills=2, callers=6)
    assert child.kills == 2
    check(tmp_path, 200)


@pytest.mark.soak
def test_ten_thousand_calls_outlive_ten_kills(tmp_path: Path) -> None:
    child = besieged(tmp_path, wanted=10_000, kills=10, callers=8)
    assert child.kills == 10
    check(tmp_path, 10_000)


def test_two_gateways_on_one_database_map_each_call_once(tmp_path: Path) -> None:
    told = Progress(200, "calls")
    with Child(tmp_path) as first, Child(tmp_path) as second:
        running = [
            Caller(child, list(range(start, 200, 4)), told)
            for start, child in enumerate((first, second, first, second))
        ]
        for one in running:
            one.thread.start()
        for one in running:
            one.thread.join()
        settle(tmp_path)
    with closing(sqlite3.connect(tmp_path / "ferrule.db")) as db:
        rows = db.execute("SELECT count(*), count(DISTINCT delivery) FROM mapped_here")
        assert rows.fetchone() == (200, 200)
