import pytest

from ferrule.sandbox.dataset import Row
from ferrule.sandbox.shelf import Shelf, Wanted


def row(number: int, created: int, updated: int, state: str = "open") -> Row:
    return Row(number, number, created, updated, state, number % 3, b"%d" % number)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(
        [row(1, 10, 50), row(2, 20, 40, "closed"), row(3, 30, 40), row(4, 40, 45)]
    )


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(), b"4321"),
        (Wanted(descending=False), b"1234"),
        (Wanted(sort="updated", descending=False), b"2341"),
        (Wanted(sort="updated"), b"1432"),
        (Wanted(sort="comments", descending=False), b"3142"),
        (Wanted(state="closed"), b"2"),
        (Wanted(state="open"), b"431"),
        (Wanted(since=45), b"41"),
        (Wanted(since=45.5), b"1"),
        (Wanted(since=45, sort="updated", descending=False), b"41"),
        (Wanted(since=40, sort="updated", descending=False, state="open"), b"341"),
        (Wanted(since=99), b""),
    ],
)
def test_rows_come_filtered_and_in_order(shelf, wanted, numbers):
    assert b"".join(shelf.select(wanted)) == numbers


def test_a_view_is_kept_until_something_changes(shelf):
    first = shelf.select(Wanted())
    assert shelf.select(Wanted()) is first
    shelf.put([row(1, 10, 60), row(5, 50, 50)])
    assert b"".join(shelf.select(Wanted())) == b"54321"
    assert shelf.drop([2, 99]) == [2]
    assert b"".join(shelf.select(Wanted())) == b"5431"


def test_views_of_many_different_times_do_not_pile_up(shelf):
    for since in range(200):
        shelf.select(Wanted(since=since))
    assert len(shelf._views) <= 64
