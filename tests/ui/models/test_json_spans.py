"""From a value to its place in the raw text and back, and numbers as they were sent."""

import json
from decimal import Decimal

import pytest

pytest.importorskip("PySide6")

from ferrule.exchange import Timing, decode
from ferrule.ui.models.json_ends import PIECE
from ferrule.ui.models.json_literals import literals
from ferrule.ui.models.json_spans import span_of, steps_at
from ferrule.ui.models.raw_text import read_raw
from ferrule.ui.models.timing_steps import steps_of

BODY = '{ "Größe" : [1, {"x" : "ü😀"}, [ ]] ,\n "b":{"c":-1.50e3}, "d": null }'


def shown(raw, steps):
    span = span_of(raw, steps)
    return None if span is None else read_raw(raw).piece(*span)


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ((), BODY),
        (("Größe",), '[1, {"x" : "ü😀"}, [ ]]'),
        (("Größe", 0), "1"),
        (("Größe", 1, "x"), '"ü😀"'),
        (("Größe", 2), "[ ]"),
        (("b", "c"), "-1.50e3"),
        (("d",), "null"),
        (("e",), None),
        (("Größe", 9), None),
        (("d", 0), None),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_value_is_found_in_the_raw_text(steps, text, mark):
    assert shown(mark + BODY.encode(), steps) == text


@pytest.mark.parametrize("raw", [b"", b"<html>", b'{"a": [1, 2', b'{"a" 1}', b"nul"])
def test_what_is_no_json_has_no_places(raw):
    assert span_of(raw, ("a", 1)) is None
    assert steps_at(raw, 3) in {None, ()}


@pytest.mark.parametrize(
    ("before", "steps"),
    [
        ("", ()),
        ('{ "Grö', ("Größe",)),
        ('{ "Größe" : [1', ("Größe", 0)),
        ('{ "Größe" : [1, {"x" : "ü', ("Größe", 1, "x")),
        ('{ "Größe" : [1, {"x" : "ü😀"}, [', ("Größe", 2)),
        ('{ "Größe" : [1, {"x" : "ü😀"}, [ ]] ,', ()),
        (BODY, ()),
    ],
)
def test_the_innermost_value_around_a_place_is_found(before, steps):
    assert steps_at(BODY.encode(), len(before)) == steps


def test_every_value_leads_back_to_itself():
    raw = json.dumps([{"a": [n, str(n), {"b": None}]} for n in range(50)]).encode()
    for steps in ((7,), (7, "a"), (7, "a", 1), (49, "a", 2, "b")):
        start, end = span_of(raw, steps)
        inner = start + (1 if end - start > 1 else 0)
        found = steps_at(raw, inner)
        assert found[: len(steps)] == steps


def test_of_members_of_one_name_the_last_counts():
    assert shown(b'{"a": 1, "a": 2}', ("a",)) == "2"


def test_values_larger_than_a_window_are_gone_through():
    large = json.dumps([{"text": "é" * 50, "n": n} for n in range(9_000)])
    raw = f'{{"first": {large}, "long": "{"y" * 2 * PIECE}", "last": [7]}}'.encode()
    assert shown(raw, ("last", 0)) == "7"
    start, _ = span_of(raw, ("first", 8_999, "n"))
    assert steps_at(raw, start) == ("first", 8_999, "n")
    assert shown(raw, ("first",)) == large.encode().decode()


def test_looking_ends_when_nobody_waits():
    raw = json.dumps(list(range(100))).encode()
    assert span_of(raw, (50,), lambda: True) is None
    assert steps_at(raw, 50, lambda: True) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": 1e5}', {"$['a']": "1e5"}),
        ("1e400", {"$": "1e400"}),
        ("[0, -0, 0]", {"$[1]": "-0"}),
        ("[-0.0, 1.50, 10]", {}),
        ("[1E+5, 3.0E-9]", {}),
        ("[0.0000001]", {"$[0]": "0.0000001"}),
        ('["1e5", "say \\"2e3\\"", {"x": [3e2, 4e-2]}]', {
            "$[2]['x'][0]": "3e2",
            "$[2]['x'][1]": "4e-2",
        }),
        ('{"1e5": 1, "b": [ -1.5E2 ]}', {"$['b'][0]": "-1.5E2"}),
        ("[true, null, 12345678901234567890123, 1e1]", {"$[3]": "1e1"}),
    ],
)  # fmt: skip
def test_numbers_keep_the_spelling_of_the_service(text, told):
    found = literals(text.encode(), decode(text.encode()))
    wrong = {p: s for p, s in found.items() if p not in told}
    assert {p: found.get(p) for p in told} == told
    # Where ours is the same it need not be told; 3e2 is such a one.
    assert wrong == {}


def test_a_name_that_stands_twice_makes_them_unsure():
    raw = b'{"a": 1e5, "a": 2e5}'
    assert literals(raw, decode(raw)) == {}


def test_a_body_without_such_numbers_is_not_gone_through():
    raw = json.dumps([{"n": n, "x": n / 4} for n in range(30_000)]).encode()
    assert literals(raw, [Decimal(7)]) == {}  # the value is not even looked at


def test_an_odd_number_on_the_edge_of_a_window_is_found():
    raw = b"[" + b"1," * 63_998 + b"-0," + b"2,1e5]"
    found = literals(raw, decode(raw))
    assert set(found.values()) == {"-0", "1e5"}


def test_the_steps_of_an_exchange_follow_one_another():

    steps = steps_of(Timing(1.0, 2.0, 4.0, None, 5.0, 15.0, 16.0))
    assert [step.title for step in steps] == [
        "Preparing",
        "Name",
        "Connecting",
        "Sending",
        "Waiting",
        "Reading",
    ]
    ends = [step.start + step.length for step in steps]
    assert ends == [1.0, 2.0, 4.0, 5.0, 15.0, 16.0]
    assert steps[4].told == "10.0 ms"
