"""Whatever fails and wherever a sync is killed, it ends as one that was left alone.

Hypothesis draws what changes at the service, which requests meet a fault and where the
sync is killed. What is compared are the rows, the checkpoints and the counts of every
run with those of a twin that met neither. A kill inside this process takes the files as
they are at that moment, as the disk would have them, and goes on from the copy.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.support.fault_server import FaultServer
from tests.support.listing import Listing, thing
from tests.support.soaking import Progress
from tests.workspace.doomed import Doomed
from tests.workspace.faulty import CURSOR, PAGE, Faulty, described
from tests.workspace.killing import POINTS, STATEMENT, Killer, armed

from ferrule.exchange import Json
from ferrule.sync import ahead
from ferrule.workspace.syncing import SyncOrder

EXAMPLES = 25
SOAK_EXAMPLES = 4000
PASSING = (
    *("server_error", "hang_up", "reset", "truncated_gzip", "too_many_3"),
    *("truncated_length", "unavailable", "bad_gzip"),
)
BAD = ({"updated_at": "never"}, {"id": None}, {"id": None, "title": "x"})

by_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork, no SIGKILL")

KILLS = st.tuples(st.sampled_from(POINTS), st.integers(1, 5)) | st.tuples(
    st.just(STATEMENT), st.integers(1, 60)
)
FAULTS = st.dictionaries(
    st.integers(1, 9), st.sampled_from([*PASSING, "storm"]), max_size=3
)
CHANGES = st.fixed_dictionaries(
    {
        "add": st.integers(0, 4),
        "touch": st.lists(st.integers(0, 20), max_size=4),
        "remove": st.lists(st.integers(0, 20), max_size=3),
        "spoil": st.lists(
            st.tuples(st.integers(0, 20), st.sampled_from(BAD)), max_size=1
        ),
    }
)


def steps(kills: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a story: what changes before each run, what fails, what kills it."""
    run = st.fixed_dictionaries(
        {
            "full": st.booleans(),
            "changes": CHANGES,
            "faults": FAULTS,
            "kills": kills,
            "limit": st.none() | st.integers(1, 7),
        }
    )
    return st.lists(run, min_size=1, max_size=3)


class Killed(BaseException):
    """The process is gone: no handler of errors may see this."""


@dataclass
class World:
    """The same service twice: to a connection that is killed, and to its twin."""

    folder: Path
    server: FaultServer
    things: list[dict[str, Any]] = field(
        default_factory=lambda: [thing(number) for number in range(1, 9)]
    )
    pagination: Mapping[str, Json] = field(default_factory=lambda: CURSOR)
    minute: int = 20
    lives: int = 0
    kills: int = 0

    def __post_init__(self) -> None:
        for name in ("killed", "whole"):
            (self.folder / name).mkdir()
        made = described(pagination=self.pagination)
        self.killed = Faulty(self.folder / "killed", self.server, Listing([]), made)
        self.whole = Faulty(self.folder / "whole", self.server, Listing([]), made)

    def change(self, changes: dict[str, Any]) -> None:
        """Let the service's things change between two runs."""
        things = self.things
        for _ in range(changes["add"]):
            self.minute += 1
            things.append(thing(100 + self.minute, updated_at=_at(self.minute)))
        for place in changes["touch"]:
            self.minute += 1
            one = things[place % len(things)]
            one.update(title=f"At {self.minute}", updated_at=_at(self.minute))
        for place, members in changes["spoil"]:
            things[place % len(things)] |= members
        for place in changes["remove"]:
            if len(things) > 1:
                things.pop(place % len(things))

    def run(self, step: dict[str, Any]) -> None:
        """Sync both, the one under all that befalls it, until both are done."""
        self.change(step["changes"])
        self.whole.listing = Listing(deepcopy(self.things))
        assert self.whole.sync(SyncOrder(full=step["full"])).status == "done"
        faults = dict(_spread(step["faults"]))
        self.killed.listing = Listing(deepcopy(self.things), faults)
        for point, nth in step["kills"]:
            if self._killed(step, point, nth):
                return
        while self.killed.sync(_order(step)).status != "done":
            assert len(self.killed.listing.asked) < 300

    def _killed(self, step: dict[str, Any], point: str, nth: int) -> bool:
        """Sync until it is killed; tell whether it ended before."""
        lives = self.lives
        killer = Killer(point, nth, lambda: self._abandon(leave=point != STATEMENT))
        try:
            with armed(killer):
                ended = self.killed.sync(_order(step), emit=killer.emit)
        except Killed:
            pass
        if self.lives == lives:
            return ended.status == "done"
        self.kills += 1
        return self._is_over(step)

    def _is_over(self, step: dict[str, Any]) -> bool:
        """Tell whether the run was done when it was killed."""
        runs = self.killed.runs()
        return len(runs) == len(self.whole.runs()) and runs[-1][1] == "done"

    def _abandon(self, *, leave: bool) -> None:
        """Keep the files as they are just now, and leave.

        Out of a statement nothing can be raised: what was left then goes on as a ghost.
        """
        self.lives += 1
        folder = self.folder / f"life-{self.lives}"
        folder.mkdir()
        for name in ("ferrule.db", "ferrule.db-wal"):
            if (self.killed.path.parent / name).exists():
                shutil.copy(self.killed.path.parent / name, folder)
        self.killed.path = folder / "ferrule.db"
        if leave:
            raise Killed

    def compare(self) -> None:
        """Hold what is left against what is left at the twin, and what there is."""
        ids = [one["id"] for one in self.things]
        if self.killed.runs()[-1][0] == "full" and self._is_sound():
            assert self.killed.ids == sorted(ids)
        assert self.killed.kept() == self.whole.kept()
        assert self.killed.runs() == self.whole.runs()
        assert self.killed.kept()["sound"] == [("ok",)]
        assert self.killed.ask("SELECT count(*) FROM item_error") == self.whole.ask(
            "SELECT count(*) FROM item_error"
        )

    def _is_sound(self) -> bool:
        return all(one["id"] and one["updated_at"] != "never" for one in self.things)


@dataclass
class ChildWorld(World):
    """The same with real processes that are really killed."""

    doomed: Doomed | None = None

    def _killed(self, step: dict[str, Any], point: str, nth: int) -> bool:
        assert self.doomed is not None
        self.killed.listing.at(self.server)
        order = {"full": step["full"], "limit": step["limit"]}
        doom = {"signal": "SIGKILL", "point": point, "nth": nth}
        code, ended = self.doomed.sync({**self.killed.job, **order, **doom})
        if code == -signal.SIGKILL:
            self.kills += 1
            return self._is_over(step)
        return ended["status"] == "done"


def _at(minute: int) -> str:
    return f"2026-03-01T{11 + minute // 60}:{minute % 60:02}:00Z"


def _order(step: dict[str, Any]) -> SyncOrder:
    return SyncOrder(full=step["full"], limit=step["limit"])


def _spread(faults: dict[int, str]) -> Iterator[tuple[int, str]]:
    """Yield each fault by its request; a storm lasts longer than anybody tries."""
    for number, fault in faults.items():
        if fault == "storm":
            yield from ((number + more, "unavailable") for more in range(6))
        else:
            yield number, fault


@pytest.fixture(scope="module")
def server():
    with FaultServer() as running:
        yield running


@pytest.fixture
def ahead_of_quick(monkeypatch):
    """Ask for pages ahead though the server answers at once."""
    monkeypatch.setattr(ahead, "QUICK_MS", 0.0)


def told(
    kind: type[World],
    server: FaultServer,
    story: list[dict[str, Any]],
    **members: object,
) -> World:
    with tempfile.TemporaryDirectory() as folder:
        world = kind(Path(folder), server, **members)
        for step in story:
            world.run(step)
            world.compare()
    return world


# Fetching is the matter of other threads where pages are asked for ahead.
KILLS_AHEAD = KILLS.filter(lambda kill: "fetch" not in kill[0])
MANY_KILLS = st.lists(KILLS, max_size=4)
LESS_CHECKED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
UNSHRUNK = [Phase.generate]
QUIET = settings(deadline=None, suppress_health_check=LESS_CHECKED)


@settings(QUIET, max_examples=EXAMPLES, derandomize=True)
@given(steps(MANY_KILLS))
def test_faults_and_kills_leave_what_an_undisturbed_sync_leaves(server, story):
    told(World, server, story)


@settings(QUIET, max_examples=EXAMPLES, derandomize=True)
@given(steps(st.lists(KILLS_AHEAD, max_size=4)))
def test_the_same_where_pages_are_asked_for_ahead(server, ahead_of_quick, story):
    told(World, server, story, pagination=PAGE)


@pytest.mark.soak
def test_many_more_faults_and_kills(server):
    told_of = Progress(SOAK_EXAMPLES, "stories")

    @settings(QUIET, max_examples=SOAK_EXAMPLES)
    @given(steps(MANY_KILLS))
    def tell(story: list[dict[str, Any]]) -> None:
        told(World, server, story)
        told_of.add(1)

    tell()


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("full", [True, False])
def test_a_kill_at_each_point_of_a_sync_loses_and_repeats_nothing(
    server, point: str, full: bool
):
    changes = {"add": 2, "touch": [0, 3], "remove": [5], "spoil": []}
    quiet = {"changes": changes, "faults": {}, "limit": None}
    kills = [(point, nth) for nth in (1, 2, 1)]
    story = [
        {**quiet, "full": True, "kills": kills},
        {**quiet, "full": full, "kills": kills},
    ]
    world = told(World, server, story)
    assert world.kills >= 2


def kill_processes(server: FaultServer, wanted: int, *, drawn: bool) -> int:
    """Kill processes in examples that hypothesis draws, until there were enough."""
    kills, told_of = 0, Progress(wanted, "kills")
    one = st.lists(KILLS, min_size=2, max_size=4)

    @settings(QUIET, max_examples=9 * wanted, derandomize=not drawn, phases=UNSHRUNK)
    @given(steps(one))
    def tell(story: list[dict[str, Any]]) -> None:
        nonlocal kills
        if kills < wanted:  # a point may lie beyond the end of its run
            more = told(ChildWorld, server, story, doomed=doomed).kills
            kills += more
            told_of.add(more)

    with Doomed() as doomed:
        tell()
    return kills


@by_fork
def test_twenty_processes_that_are_killed_at_drawn_points(server):
    assert kill_processes(server, 20, drawn=False) >= 20


@by_fork
@pytest.mark.soak
def test_a_thousand_processes_that_are_killed_at_drawn_points(server):
    assert kill_processes(server, 1000, drawn=True) >= 1000
