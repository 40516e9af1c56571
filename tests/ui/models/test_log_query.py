"""What may come next in a query of the log, and its level as a choice."""

import pytest

from ferrule.ui.models.log_query import complete_query, with_levels

NAMES = {"connector": ("github-issues", "linear"), "connection": ("work",)}


def offered(text, caret=None):
    found = complete_query(text, len(text) if caret is None else caret, NAMES)
    return found.start, [entry.insert for entry in found.entries]


@pytest.mark.parametrize(
    ("text", "start", "entries"),
    [
        ("conn", 0, ["connector:", "connection:"]),
        ("word since", 5, ["since:"]),
        ("-lev", 1, ["level:"]),
        ("connector:", 10, ["github-issues", "linear"]),
        ("connector:LI", 10, ["linear"]),
        ("connector:linear", 10, []),
        ("level:error,war", 12, ["warning"]),
        ("xyz", 0, []),
        ("http://conn", 5, []),
        ('"a', 2, []),
    ],
)
def test_keys_and_values_are_offered(text, start, entries):
    assert offered(text) == (start, entries)


def test_all_keys_are_offered_where_nothing_is_written():
    start, entries = offered("")
    assert start == 0
    assert entries[:3] == ["level:", "connector:", "connection:"]


def test_times_say_what_they_mean():
    found = complete_query("since:1", 7, NAMES)
    assert [(one.insert, one.kind) for one in found.entries] == [
        ("15m", "the last 15 minutes"),
        ("1h", "the last hour"),
    ]


@pytest.mark.parametrize(
    ("text", "levels", "told"),
    [
        ("", {"error"}, "level:error"),
        ("level:info a", {"error", "warning"}, "a level:warning,error"),
        ("a level:>=warning b", set(), "a b"),
        ("-level:debug a", {"debug", "info", "warning", "error"}, "a"),
        ("sublevel:x", set(), "sublevel:x"),
    ],
)
def test_levels_stand_once_in_the_query(text, levels, told):
    assert with_levels(text, levels) == told
