"""What was spent of an hour or a day is kept for the next process."""

from pathlib import Path

from ferrule.store import Database, Spending

SPENT = {"5000/PT1H": (17.0, 1_772_366_400.25), "9/P1D GET /a": (-0.5, 0.0)}


def test_what_is_kept_is_read_by_another_process(tmp_path: Path) -> None:
    path = tmp_path / "ferrule.db"
    with Database.open(path) as database:
        Spending(database, "p", "a").keep(SPENT)
        assert Spending(database, "p", "b").kept() == {}
    with Database.open(path) as database:
        assert Spending(database, "p", "a").kept() == SPENT


def test_a_limit_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    with Database.open(tmp_path / "ferrule.db") as database:
        mine = Spending(database, "p", "a")
        mine.keep(SPENT)
        mine.keep({"5000/PT1H": (1.0, 2.0)})
        assert mine.kept() == {"5000/PT1H": (1.0, 2.0)}
