"""Where lines stand: newest first, part by part, whatever their level."""

from datetime import timedelta

import pytest
from tests.store.building import NOW

from ferrule.store import Database, Operation, Operations, Wanted, operation_index
from ferrule.store.operation_index import OperationIndex


@pytest.fixture
def database(tmp_path):
    with Database.open(tmp_path / "f.db") as opened:
        yield opened


def line(number, level="info", message="a line"):
    at = NOW + timedelta(seconds=number)
    return Operation(at, "sync", f"{message} {number}", level, "github-issues")


def found(database, wanted=None):
    parts = list(OperationIndex(database).parts("p", wanted))
    ids = [one for part in parts for one in part.ids]
    return ids, [len(part.ids) for part in parts], [part.left for part in parts]


def test_an_empty_log_has_no_parts(database):
    assert found(database) == ([], [], [])


def test_parts_are_newest_first_and_say_what_is_left(database, monkeypatch):
    monkeypatch.setattr(operation_index, "_STEP", 4)
    Operations(database).append("p", [line(n) for n in range(10)])
    ids, sizes, left = found(database)
    assert ids == list(range(10, 0, -1))
    assert (sizes, left) == ([4, 4, 2], [6, 2, 0])


def test_every_level_is_in_a_part_and_other_projects_are_not(database):
    rows = Operations(database)
    rows.append("p", [line(1, "error"), line(2)])
    rows.append("q", [line(3)])
    rows.append("p", [line(4, "warning")])
    wanted = Wanted(levels=frozenset({"error"}))
    (part,) = OperationIndex(database).parts("p", wanted)
    assert list(part.ids) == [4, 2, 1]
    assert list(part.levels) == [2, 1, 3]


def test_words_are_looked_for_in_smaller_parts(database, monkeypatch):
    monkeypatch.setattr(operation_index, "_SLOW_STEP", 2)
    Operations(database).append("p", [line(n) for n in range(1, 5)])
    ids, sizes, _ = found(database, Wanted(words=("LINE 2",)))
    assert (ids, sizes) == ([2], [0, 1])


def test_lines_are_given_in_the_order_of_their_ids_none_for_one_that_is_gone(database):
    Operations(database).append("p", [line(n) for n in range(1, 4)])
    lines = OperationIndex(database).lines("p", [3, 9, 1])
    assert [one and one.message for one in lines] == ["a line 3", None, "a line 1"]
    assert OperationIndex(database).lines("q", [3]) == (None,)
