import msgspec
import pytest

from ferrule.errors import UsageError
from ferrule.sandbox.dataset import END
from ferrule.sandbox.shelf import Wanted
from ferrule.sandbox.tracker import Tracker


def since(tracker: Tracker, moment: int) -> list[dict]:
    wanted = Wanted(since=moment, sort="updated", descending=False)
    return [msgspec.json.decode(raw) for raw in tracker.issues.select(wanted)]


def test_touched_issues_get_rising_times_after_all_others():
    tracker = Tracker(200)
    ids = tracker.touch(3) + tracker.touch(2)
    found = since(tracker, END + 1)
    assert [item["id"] for item in found] == ids
    assert len(set(ids)) == 5
    assert len({item["updated_at"] for item in found}) == 5


def test_touching_more_than_there_is_touches_each_once():
    tracker = Tracker(74)
    assert len(set(tracker.touch(1_000))) == 74


def test_new_issues_were_never_changed_and_have_new_numbers():
    tracker = Tracker(10)
    assert len(tracker.add(2)) == 2
    found = since(tracker, END + 1)
    assert [item["number"] for item in found] == [11, 12]
    assert all(item["created_at"] == item["updated_at"] for item in found)


def test_closing_tells_when():
    tracker = Tracker(50)
    tracker.close(2)
    found = since(tracker, END + 1)
    assert len(found) == 2
    assert all(i["state"] == "closed" == i["state"] for i in found)
    assert all(i["closed_at"] == i["updated_at"] for i in found)


def test_a_comment_changes_its_issue_too():
    tracker = Tracker(50)
    before = len(tracker.comments)
    (comment,) = tracker.comment(1)
    assert comment in tracker.comments
    assert len(tracker.comments) == before + 1
    assert len(since(tracker, END + 1)) == 1


def test_removed_rows_are_gone_and_a_reset_brings_them_back():
    tracker = Tracker(20)
    row = tracker.issues.rows()[4]
    assert tracker.remove([row.id, 5]) == [row.id]
    assert row.id not in tracker.issues
    tracker.reset()
    assert row.id in tracker.issues
    assert tracker.now == END


def test_the_same_changes_give_the_same_bytes():
    def story() -> list[bytes]:
        tracker = Tracker(60)
        tracker.add(3)
        tracker.touch(5)
        tracker.comment(2)
        every = Wanted()
        return [*tracker.issues.select(every), *tracker.comments.select(every)]

    assert story() == story()


@pytest.mark.parametrize("items", [-1, 100_001])
def test_a_size_out_of_range_is_refused(items):
    with pytest.raises(UsageError, match="100,000"):
        Tracker(items)


def test_an_empty_tracker_has_nothing_to_touch():
    assert Tracker(0).touch(3) == []
