"""The journal of a draft: all that was done comes back, whatever became of the file."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrule.errors import StoreError, UsageError
from ferrule.workspace.draft_journal import (
    LARGEST,
    Journal,
    NewerJournal,
    Snapshot,
    read_journal,
    whole,
)
from ferrule.workspace.draft_patch import alike, applied, changes_between
from ferrule.workspace.draft_shelf import DraftShelf
from ferrule.workspace.drafts import DEPTH, Draft
from ferrule.workspace.home import Home

NAMES = st.sampled_from(["a", "b", "c/d", "e~f", ""])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.just(2**70)
    | st.sampled_from([1.5, Decimal("1.50"), Decimal("0.1234567890123456789")])
    | st.text(max_size=3)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4)
    ),
    max_leaves=10,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=4)
DEEDS = st.lists(
    st.tuples(st.just("replace"), DOCUMENTS, st.sampled_from([None, "x", "y"]))
    | st.tuples(st.sampled_from(["undo", "redo", "save", "write", "rewrite"]))
    | st.tuples(st.just("edit"), NAMES, VALUES),
    max_size=14,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def history(draft: Draft) -> tuple:
    done = [(step.document, step.label, step.merge) for step in draft.done]
    undone = [(step.document, step.label) for step in draft.undone]
    return draft.document, draft.saved, draft.released, draft.place, done, undone


def same(one: tuple, other: tuple) -> bool:
    """Compare histories as JSON text, so that 1 is not true and order counts."""
    return all(alike(_plain(a), _plain(b)) for a, b in zip(one, other, strict=True))


def _plain(value: object) -> object:
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


@given(before=VALUES, after=VALUES)
@settings(max_examples=300, deadline=None)
def test_changes_make_the_newer_of_the_older(before, after):
    changes = changes_between(before, after)
    assert alike(applied(before, changes), after)
    assert bool(changes) is not alike(before, after)


@pytest.mark.parametrize(
    "change",
    [
        ["set", "/no/where", 1],
        ["del", "/n"],
        ["splice", "", 0, 1, []],
        ["splice", "/list", 2, 9, []],
        ["set", "/list/x", 1],
        ["set", 7, 1],
        ["set", "/a/b"],
        ["jump", "/list", 1],
    ],
)
def test_a_change_that_does_not_fit_is_refused(change):
    with pytest.raises(UsageError):
        applied({"list": [1, 2, 3]}, [change])


def act(draft: Draft, journal: Journal, deed: tuple) -> None:
    if deed[0] == "replace":
        draft.replace(deed[1], "replaced", deed[2])
    elif deed[0] == "edit":
        draft.edit(f"/{deed[1].replace('~', '~0').replace('/', '~1')}", deed[2])
    elif deed[0] == "save":
        draft.mark_saved(draft.document)
    elif deed[0] in {"undo", "redo"}:
        getattr(draft, deed[0])()
    else:
        journal.note(draft)
        if deed[0] == "rewrite":
            journal._left = None
        journal.write()


@given(begin=DOCUMENTS, deeds=DEEDS)
@settings(max_examples=200, deadline=None)
def test_reading_is_doing_it_all_again(tmp_path_factory, begin, deeds):
    path = tmp_path_factory.mktemp("j") / "a.journal"
    draft, journal = Draft(begin, begin), Journal(path, "work", "a")
    for deed in deeds:
        act(draft, journal, deed)
    draft.put_place({"step": "rules", "caret": 3})
    act(draft, journal, ("write",))
    kept = read_journal(path)
    assert same(history(kept.draft), history(draft))
    assert kept.draft.log == []


def written(home: Home, edits: int = 3) -> tuple[DraftShelf, Draft, Path]:
    shelf, draft = DraftShelf(home, "work"), Draft({"id": "a", "n": 0})
    shelf.keep("a", draft)
    for number in range(1, edits + 1):
        draft.edit("/n", number, "count")
        shelf.keep("a", draft)
    return shelf, draft, next(home.drafts.glob("*.journal"))


def test_a_line_for_each_edit_is_appended(home):
    *_, path = written(home)
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert lines[0]["version"] == 1
    assert [line["changes"] for line in lines[1:]] == [
        [["set", "/n", number]] for number in (1, 2, 3)
    ]


def test_wherever_the_last_line_is_torn_the_rest_is_read(home):
    shelf, _, path = written(home)
    raw = path.read_bytes()
    begun = raw[:-1].rindex(b"\n") + 1
    for cut in range(begun, len(raw)):
        path.write_bytes(raw[:cut])
        found = shelf.found()
        assert found.drafts["a"].document == {"id": "a", "n": 2}
        assert found.notices == []


@pytest.mark.parametrize(
    ("at", "garbage", "open_"),
    [
        (0, b"{half", None),
        (0, b'{"ferrule":"something"}', None),
        (2, b"\xff\xfe\x00", 1),
        (2, b'{"do":"dance"}', 1),
        (2, b'{"do":"edit","label":"x","changes":[["set","/no/where",1]]}', 1),
        (2, b'{"do":"edit","changes":[["set"]]}', 1),
        (2, b'{"do":"saved","changes":[["set","",5]]}', 1),
        (2, b"[]", 1),
    ],
)
def test_a_damaged_journal_is_kept_aside_and_blocks_nothing(home, at, garbage, open_):
    shelf, _, path = written(home)
    shelf.keep("b", Draft({"id": "b"}))
    lines = path.read_bytes().split(b"\n")
    lines[at] = garbage
    path.write_bytes(b"\n".join(lines))
    found = DraftShelf(home, "work").found()
    assert "b" in found.drafts
    (notice,) = found.notices
    aside = next(home.drafts.glob("*.damaged1"))
    assert str(aside) in notice.advice
    assert aside.read_bytes() == b"\n".join(lines)
    if open_ is None:
        assert "a" not in found.drafts
    else:
        assert found.drafts["a"].value("/n") == open_
    again = DraftShelf(home, "work").found()
    assert again.notices == []
    assert again.drafts.keys() == found.drafts.keys()


def test_a_journal_of_a_newer_version_is_left_alone(home):
    shelf, draft, path = written(home)
    newer = b'{"ferrule":"draft","version":2,"what":"nobody knows yet"}\nrest'
    path.write_bytes(newer)
    with pytest.raises(NewerJournal):
        read_journal(path)
    assert DraftShelf(home, "work").found().drafts == {}
    draft.edit("/n", 9)
    shelf.keep("a", draft)
    assert path.read_bytes() == newer
    assert DraftShelf(home, "work").found().drafts["a"].value("/n") == 9


def test_a_file_that_was_deleted_is_written_anew(home):
    shelf, draft, path = written(home)
    path.unlink()
    draft.edit("/n", 8)
    assert not shelf.write("a")
    shelf.keep("a", draft)
    assert same(history(read_journal(path).draft), history(draft))


def test_two_windows_lose_nothing_of_one_another(home):
    """Both opened the same drafts at their start, and both go on typing."""
    written(home)
    one, two = DraftShelf(home, "work"), DraftShelf(home, "work")
    mine, theirs = (shelf.found().drafts["a"] for shelf in (one, two))
    parted = []
    for number in range(5):
        for shelf, draft, text in ((one, mine, "mine"), (two, theirs, "theirs")):
            draft.edit("/text", f"{text} {number}", "type", f"{text} {number}")
            shelf.note("a", draft)
            parted.append((text, shelf.write("a")))
    assert [text for text, was in parted if was] == ["theirs"], "told once, by one"
    found = DraftShelf(home, "work").found()
    assert found.notices == []
    assert len(found.drafts) == 2
    assert same(history(found.drafts["a"]), history(mine))
    (other,) = (draft for name, draft in found.drafts.items() if name != "a")
    assert same(history(other), history(theirs))


def test_a_window_forgets_a_draft_without_what_another_wrote(home):
    written(home)
    one, two = DraftShelf(home, "work"), DraftShelf(home, "work")
    mine = one.found().drafts["a"]
    two.found()
    mine.edit("/n", 11)
    one.keep("a", mine)
    two.drop("a")
    assert DraftShelf(home, "work").found().drafts["a"].value("/n") == 11
    one.drop("a")
    assert DraftShelf(home, "work").found().drafts == {}


def test_a_draft_that_another_window_keeps_already_is_kept_beside_it(home):
    """The second window opened the connector itself, not the first one's draft."""
    written(home)
    late = DraftShelf(home, "work")
    draft = Draft({"id": "late"})
    draft.edit("/n", 1)
    late.note("a", draft)
    assert late.write("a")
    values = {d.value("/id") for d in DraftShelf(home, "work").found().drafts.values()}
    assert values == {"a", "late"}


def test_a_disk_that_was_full_does_not_part_a_draft_from_itself(home, monkeypatch):
    shelf, draft, path = written(home)

    def full(_number):
        raise OSError(28, "No space left on device")

    draft.edit("/n", 21)
    shelf.note("a", draft)
    with monkeypatch.context() as patched:
        patched.setattr("ferrule.workspace.draft_journal.os.fsync", full)
        with pytest.raises(StoreError):
            shelf.write("a")
    draft.edit("/n", 22)
    shelf.note("a", draft)
    assert not shelf.write("a")
    assert same(history(read_journal(path).draft), history(draft))


def test_a_journal_has_a_bounded_size_and_keeps_a_hundred_steps(home):
    shelf, draft, path = written(home)
    largest = 0
    for number in range(3_000):
        draft.edit("/text", f"{number} " + "x" * 300, "type")
        if number % 5 == 0:
            shelf.note("a", draft)
            shelf.write("a")
            largest = max(largest, path.stat().st_size)
    shelf.keep("a", draft)
    assert largest < 4 * (DEPTH * 800)
    kept = read_journal(path).draft
    assert len(kept.done) == DEPTH
    assert same(history(kept), history(draft))


def test_a_history_that_is_too_large_loses_its_oldest_steps():
    draft = Draft({"id": "a"})
    for number in range(6):
        draft.edit("/text", str(number) * (LARGEST // 4))
    content = whole("work", "a", Snapshot.of(draft))
    assert len(content) < 2 * LARGEST
    assert content.count(b'"do":"edit"') == 3
    for _ in range(6):
        draft.undo()
    content = whole("work", "a", Snapshot.of(draft))
    assert content.count(b"\n") == 1


def test_what_cannot_be_written_is_written_later(home, monkeypatch):
    shelf, draft, path = written(home)

    def full(_fd):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    draft.edit("/n", 4)
    with pytest.raises(StoreError, match="No space left"):
        shelf.keep("a", draft)
    monkeypatch.undo()
    draft.edit("/n", 5)
    shelf.keep("a", draft)
    assert same(history(read_journal(path).draft), history(draft))


def test_a_draft_of_an_earlier_version_is_found(home):
    home.drafts.mkdir(parents=True)
    content = {"project": "work", "name": "a", "document": {"id": "x"}, "saved": None}
    path = home.drafts / "some.json"
    path.write_text(json.dumps(content))
    (home.drafts / "other.json").write_bytes(b"{half")
    found = DraftShelf(home, "work").found()
    assert found.drafts["a"].document == {"id": "x"}
    assert path.exists()
