import unicodedata
from hashlib import sha256

import msgspec
import pytest

from ferrule.sandbox.dataset import (
    END,
    START,
    changed,
    draw_comments,
    draw_issues,
    phrases,
    stamp,
)

ROWS = list(draw_issues(1_000, 7))
SCRIPTS = ["CYRILLIC", "GREEK", "ARABIC", "HEBREW", "HANGUL", "THAI", "DEVANAGARI"]
ITEMS = [msgspec.json.decode(row.raw) for row in ROWS]


def test_the_same_seed_gives_the_same_bytes_at_every_start():
    again = sha256(b"".join(row.raw for row in draw_issues(1_000, 7))).digest()
    assert again == sha256(b"".join(row.raw for row in ROWS)).digest()
    assert [row.raw for row in draw_issues(1_000, 8)] != [row.raw for row in ROWS]


def test_ids_and_numbers_are_unique_and_some_ids_are_no_exact_double():
    assert len({row.id for row in ROWS}) == len({row.number for row in ROWS}) == 1_000
    assert sum(row.id > 2**53 for row in ROWS) == 10


def test_a_row_is_sorted_by_what_its_bytes_say():
    for row, item in zip(ROWS, ITEMS, strict=True):
        assert (row.id, row.number, row.state) == (
            item["id"],
            item["number"],
            item["state"],
        )
        assert item["created_at"] == stamp(row.created)
        assert item["updated_at"] == stamp(row.updated)
        assert START <= row.created <= row.updated <= END


def test_a_closed_issue_says_when_and_an_open_one_does_not():
    assert all((i["state"] == "closed") == bool(i["closed_at"]) for i in ITEMS)
    assert {i["state"] for i in ITEMS} == {"open", "closed"}


@pytest.mark.parametrize(
    ("what", "holds"),
    [
        ("no author", lambda i: i["user"] is None),
        ("no body", lambda i: i["body"] is None),
        ("no milestone", lambda i: i["milestone"] is None),
        ("a milestone", lambda i: bool(i["milestone"])),
        ("no label", lambda i: not i["labels"]),
        ("two labels", lambda i: len(i["labels"]) == 2),
        ("an assignee", lambda i: bool(i["assignees"]) and bool(i["assignee"])),
        ("a pull request", lambda i: "pull_request" in i),
        ("no pull request", lambda i: "pull_request" not in i),
        ("reactions", lambda i: i["reactions"]["total_count"] > 0),
        ("comments", lambda i: i["comments"] > 0),
        ("an odd title", lambda i: i["title"] in phrases().odd),
        ("never changed", lambda i: i["created_at"] == i["updated_at"]),
    ],
)
def test_the_sample_is_as_varied_as_real_issues(what, holds):
    assert any(map(holds, ITEMS)), what


def test_some_times_are_equal_so_that_boundaries_are_tried():
    assert len({row.created for row in ROWS}) < len(ROWS)


def test_titles_are_in_many_scripts_and_directions():
    names = [
        unicodedata.name(letter, "")
        for title in phrases().titles
        for letter in title
        if ord(letter) > 127
    ]
    for script in SCRIPTS:
        assert any(name.startswith(script) for name in names), script
    assert any(ord(letter) > 0xFFFF for t in phrases().titles for letter in t)
    assert any("\u202e" in title for title in phrases().odd)


def test_comments_name_their_issue_and_come_as_often_as_it_counts():
    comments = list(draw_comments(ROWS, 7))
    assert len(comments) == sum(item["comments"] for item in ITEMS)
    assert len({row.id for row in comments}) == len(comments)
    first = msgspec.json.decode(comments[0].raw)
    assert first["issue_url"].rpartition("/")[2] in {str(row.number) for row in ROWS}


def test_a_changed_row_keeps_every_digit_of_its_id():
    row = next(row for row in ROWS if row.id > 2**53)
    after = changed(row, END + 5, state="closed")
    item = msgspec.json.decode(after.raw)
    assert (after.id, after.updated, after.state) == (row.id, END + 5, "closed")
    assert (item["id"], item["updated_at"]) == (row.id, stamp(END + 5))
