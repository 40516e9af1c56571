"""Bodies decoded at once, in a thread, or not at all."""

import json

import pytest

pytest.importorskip("PySide6")

from ferrule.errors import UnreadableResponse
from ferrule.exchange import MISSING, decode
from ferrule.ui.models.json_document import JsonDocument
from ferrule.ui.models.json_pieces import PIECE, StoppedError, decode_in_pieces

ITEM = {"id": 2**70, "title": "Zażółć 😀", "n": 1, "nested": [{"x": None}] * 3}


def large(count=5_000):
    return json.dumps([ITEM] * count, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "raw",
    [
        large(),
        b"\xef\xbb\xbf" + large(),
        b'{"items": ' + large() + b', "total": 12.50}',
        b'[{"bad": "\\ud800"},' + large()[1:],
        b"  \n" + large(),
        b'"' + b"x" * PIECE + b'"',
        b"12",
        b'{"a":{"b":[' + large() + b',{"z":[]},' + large() + b'],\n"c" : 1 } }',
        b'{"x": "' + b'a\\\\\\"' * PIECE + b'", "y": [1e400, -0, 1.50]}',
        json.dumps({f"k{n}'": ITEM for n in range(4_000)}).encode(),
        b"[" + b",".join(b"%d" % n for n in range(2**20, 2**20 + 90_000)) + b"]",
        b"[" + b'"\\u00e9\\ud83d\\ude00",' * 40_000 + b"[]]",
        b'[{"a": 1, "a": 2}' + b', {"a":\r\n\t[ ]}' * 40_000 + b" ]",
        b'{"k": 1, "k": ' + large() + b', "k": 3}',
    ],
    ids=[
        "list",
        "mark",
        "object",
        "surrogate",
        "blank",
        "text",
        "small",
        "nested",
        "long-text",
        "members",
        "numbers",
        "escapes",
        "doubles",
        "same-name",
    ],
)
def test_pieces_give_what_the_whole_gives(raw):
    assert decode_in_pieces(raw) == decode(raw)


@pytest.mark.parametrize(
    "raw",
    [
        large()[:-9],
        large() + b"]",
        b"[" * 300_000,
        b"[\xff" + large()[1:],
        b"[1," + large() + b",]",
        b'{"a" 1, "b": ' + large() + b"}",
        b'{"b": ' + large() + b", 1}",
        b"[" + b"NaN," * 100_000 + b"1]",
        b'"' + b"x" * PIECE,
    ],
)
def test_what_is_not_json_is_explained(raw):
    with pytest.raises(UnreadableResponse):
        decode_in_pieces(raw)


def test_it_stops_between_pieces():
    with pytest.raises(StoppedError):
        decode_in_pieces(large(), lambda: True)


def test_the_first_entries_are_there_early():
    shown = []
    raw = b'{"total": 1, "data": {"items": ' + large(20_000) + b"}}"
    whole = decode_in_pieces(raw, begun=shown.append)
    assert len(shown) == 1
    first = shown[0]["data"]["items"]
    assert shown[0]["total"] == 1
    assert 100 < len(first) < 5_000
    assert first == whole["data"]["items"][: len(first)]
    assert first is not whole["data"]["items"]


def test_a_small_body_is_there_at_once(qtbot, qapp):
    document = JsonDocument()
    with qtbot.waitSignal(document.ready):
        document.load(b'{"a": 1.10}')
    assert (str(document.value["a"]), document.size) == ("1.10", 11)
    with qtbot.waitSignal(document.failed) as failed:
        document.load(b"<html>")
    assert "HTML" in failed.args[0].advice
    assert document.value is MISSING


def test_a_newer_body_takes_the_place_of_an_older_one(run, qapp):
    document = JsonDocument()
    values = []
    document.ready.connect(lambda: values.append(document.value))

    async def both():
        document.load(large())
        document.load(large(4_000))
        await document._tasks.wait("decode")

    run(both())
    assert [len(value) for value in values] == [4_000]


def test_a_large_body_that_is_cut_off_fails(run, qapp):
    document = JsonDocument()
    errors = []
    document.failed.connect(errors.append)

    async def one():
        document.load(large()[:-100])
        assert document.busy
        await document._tasks.wait("decode")

    run(one())
    assert "truncated" in errors[0].message
