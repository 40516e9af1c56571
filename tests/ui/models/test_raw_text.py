"""Large texts by lines, their colours, and finding in them."""

import random

import pytest

pytest.importorskip("PySide6")

from ferrule.ui.models.raw_text import RawText, find_all, read_raw, tokens


@pytest.mark.parametrize("seed", range(5))
def test_lines_are_those_of_a_split(seed):
    draw = random.Random(seed)  # noqa: S311 - draws cases, no secrets
    text = "".join(
        draw.choice("ab\n" if seed % 2 else "abcdefgh😀\n") * draw.randint(0, 9)
        for _ in range(12_000)
    )
    raw, lines = RawText(text), text.split("\n")
    assert raw.line_count == len(lines)
    for _ in range(60):
        number = draw.randrange(len(lines))
        start, stop = raw.span(number)
        assert text[start:stop] == lines[number]
        assert raw.line_at(start) == raw.line_at(stop) == number
        assert raw.piece(start, stop + 9) == text[start : stop + 9]
    assert RawText(iter([text[:7], "", text[7:]])).piece() == text
    shown = [text[a:b] for a, b in raw.spans(len(lines) - 3, 10)]
    assert shown == lines[-3:]


def test_an_empty_text_is_one_line():
    assert (RawText("").line_count, RawText("").span(0)) == (1, (0, 0))
    assert read_raw(b"\xef\xbb\xbf\xffa").piece() == "\ufffda"


@pytest.mark.parametrize(
    ("needle", "count"), [("needle", 3), ("Needle", 1), ("NEEDLE", 1), ("x", 600_000)]
)
def test_capitals_count_only_where_they_are_written(needle, count):
    text = "x" * 262_140 + "needle" + "x" * 337_860 + "NEEDLE" + "İNeedle"
    found = find_all(RawText(text), needle)
    assert len(found) == min(count, 100_000)
    assert all(text[at : at + len(needle)].lower() == needle.lower() for at in found)


def test_searching_stops_when_it_is_told_to():
    assert find_all(RawText("a" * 1_000_000), "a", lambda: True) == []
    assert find_all(RawText("abc"), "") == []


def test_names_texts_and_numbers_have_their_colours():
    line = '  "id": -12.5e3, "t": "a \\"b\\" 7", "ok": true, "n": null'
    found = [
        (line[t.start : t.stop], t.kind) for t in tokens(RawText(line), 0, 0, len(line))
    ]
    assert found == [
        ('"id"', "key"),
        ("-12.5e3", "number"),
        ('"t"', "key"),
        ('"a \\"b\\" 7"', "text"),
        ('"ok"', "key"),
        ("true", "boolean"),
        ('"n"', "key"),
    ]


def test_far_inside_a_long_line_it_finds_its_way():
    line = "[" + '{"login": "anna-k", "id": 583231},' * 3_000
    at = line.index("anna", 60_000)
    kinds = [t.kind for t in tokens(RawText(line), 0, at, at + 30)]
    assert kinds[:3] == ["text", "key", "number"]
