"""The strict reader refuses whatever two readers could understand differently."""

import base64
import json

import pytest

from ferrule.bundle.strict import MAX_DEPTH, Part, octets, read, shown
from ferrule.errors import MalformedBundle

GOOD = [
    (b'{"a": [1, -2, 3.5, 1e3, true, false, null, "x"]}', None),
    ('{"é": "🔧"}'.encode(), None),
    (b'"\\ud83d\\udd27"', "🔧"),
    (b'"\\u0000"', "\0"),
    (b"  {}\r\n\t", {}),
    (b'"[[[[ \\" {{{{"', '[[[[ " {{{{'),
    (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
    (b"9" * 64, int("9" * 64)),
    (b"[" + b"0," * 99_999 + b"0]", None),
]
BAD = {
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "Latin-1": '{"é":1}'.encode("latin-1"),
    "an overlong form": b'{"\xc0\xaf":1}',
    "an encoded surrogate": b'"\xed\xa0\x80"',
    "a high surrogate alone": b'"\\ud800"',
    "a low surrogate as a name": b'{"\\udc00": 1}',
    "surrogates in the wrong order": b'"\\udd27\\ud83d"',
    "a member twice": b'{"a":1,"a":1}',
    "a member twice, deep": b'[{"b":{"a":1,"\\u0061":2}}]',
    "NaN": b"[NaN]",
    "Infinity": b"[-Infinity]",
    "out of range": b"[1e400]",
    "5000 digits": b"9" * 5000,
    "65 digits": b"9" * 65,
    "a leading zero": b"[01]",
    "a plus": b"[+1]",
    "no digit after the point": b"[1.]",
    "other digits": "[\u0661]".encode(),
    "a single quote": b"{'a':1}",
    "a trailing comma": b"[1,]",
    "a comment": b"[1] // one",
    "two values": b"{}{}",
    "a line end in a string": b'"a\nb"',
    "a string without end": b'"' + b"\\" * 99_999,
    "65 levels": b"[" * 65 + b"]" * 65,
    "100,000 levels": b'{"a":' * 100_000,
    "more than 100,000 values": b"[" + b"[]," * 50_000 + b"[]]",
    "nothing": b"",
    "spaces": b"  ",
}


@pytest.mark.parametrize(("raw", "value"), GOOD)
def test_strict_json_is_read_as_plain_values(raw, value):
    wanted = json.loads(raw) if value is None else value
    assert read(raw, limit=1_000_000, what="sample") == wanted


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD)
def test_everything_else_is_refused_at_the_given_step(raw):
    with pytest.raises(MalformedBundle) as refused:
        read(raw, limit=10_000_000, what="sample", step=7)
    assert refused.value.step == 7
    assert len(str(refused.value)) < 400


def test_size_is_looked_at_first():
    with pytest.raises(MalformedBundle, match="the limit is 10"):
        read(b"\xff" * 11, limit=10, what="sample")


def test_open_strings_cost_no_more_than_their_length():
    with pytest.raises(MalformedBundle):
        read(b'"' + b'\\"' * 2_000_000, limit=8_000_000, what="sample")


def test_messages_quote_and_cut_what_they_show():
    assert shown("a\x1b[31mb\u202e") == r"'a\x1b[31mb\u202e'"
    assert len(shown("x" * 5000)) < 100


@pytest.mark.parametrize("text", ["", "AA==", "AAA=", "AAAA", "-_-_Pj8=", "+/+/Pj8="])
def test_base64_is_read_in_either_alphabet(text):
    standard = text.replace("-", "+").replace("_", "/")
    assert octets(text) == base64.b64decode(standard)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "A",
            "AA",
            "AAA",
            "AA=",
            "A===",
            "====",
            "AB==",
            "AAB=",
            "+_==",
            "-/AA",
            " AAAA",
        ),
        *("AAAA\n", "AA\nAA", "AA==AA==", "AAA\u0661", "AA=A", "%%%%"),
    ],
)
def test_any_other_base64_is_refused(text):
    with pytest.raises(ValueError, match="base64"):
        octets(text)


class TestPart:
    def part(self, value):
        return Part(value, "sample", 2)

    def test_members_are_exactly_the_known_ones(self):
        found = self.part({"a": 1, "b": 2}).members(("a",), ("b", "c"))
        assert {name: part.value for name, part in found.items()} == {"a": 1, "b": 2}
        assert found["a"].place == "sample.a"

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            ({}, "lacks the member 'a'"),
            ({"a": 1, "z": 1}, "unknown member 'z'"),
            ({"a": 1, "A": 1}, "unknown member 'A'"),
            ([], "must be an object"),
        ],
    )
    def test_other_members_are_refused(self, value, message):
        with pytest.raises(MalformedBundle, match=message):
            self.part(value).members(("a",))

    def test_an_open_object_may_have_others_that_no_language_confuses(self):
        assert self.part({"a": 1, "z": 1}).open_members(("a",))["z"].value == 1
        with pytest.raises(MalformedBundle, match="'A'"):
            self.part({"a": 1, "A": 1}).open_members(("a",))

    @pytest.mark.parametrize("value", [True, 1.0, "1", -1, None])
    def test_a_size_is_a_whole_number(self, value):
        with pytest.raises(MalformedBundle):
            self.part(value).size()

    @pytest.mark.parametrize(
        "value", [1, None, "a\x1b", "a\u202eb", "a\u3164", "x" * 300]
    )
    def test_a_label_can_be_shown(self, value):
        with pytest.raises(MalformedBundle):
            self.part(value).label()

    def test_a_label_is_shown_whatever_unicode_a_language_knows(self):
        assert self.part("Bö \u0378 \U0001f600").label() == "Bö \u0378 \U0001f600"

    @pytest.mark.parametrize(
        "name", ["key\u0131d", "KEYID", "\u212aeyid", "KEY\u0130D"]
    )
    def test_no_name_is_one_that_some_language_takes_for_another(self, name):
        with pytest.raises(MalformedBundle, match="unknown member"):
            self.part({"keyid": 1, name: 2}).open_members(("keyid",))

    @pytest.mark.parametrize(
        "text",
        ["2025-05-01T24:00:00Z", "2025-05-01T23:59:60Z", "0000-05-01T09:00:00Z"],
    )
    def test_a_time_exists(self, text):
        with pytest.raises(MalformedBundle, match="not a time"):
            self.part(text).moment()

    def test_elements_know_their_place(self):
        assert [p.place for p in self.part([1, 2]).elements()] == [
            "sample[0]",
            "sample[1]",
        ]
        with pytest.raises(MalformedBundle, match="must be an array"):
            self.part({}).elements()
