"""What descriptors and services say reaches agents as data: bounded, nothing hidden."""

import pytest
from tests.support.tool_service import PARAM, TOKEN, tool
from tests.workspace.tools.calling import changed

from ferrule.exchange import encode
from ferrule.fields.tool_param import ToolParam
from ferrule.redaction import live
from ferrule.workspace.tools.facts import ToolOutcome
from ferrule.workspace.tools.offering import offered, result_told
from ferrule.workspace.tools.telling import LONGEST_TEXT, line, plain, plain_schema


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("plain\n\ttext €", "plain\n\ttext €"),
        ("a\x1b[2J\x07\x9bb\r\n", "a[2Jb\n"),
        ("a\u202eb\u2066", "a⟦U+202E⟧b⟦U+2066⟧"),
        ("hi\U000e0041\U000e0042\u200b\ufeff", "hi⟦U+E0041⟧⟦U+E0042⟧⟦U+200B⟧⟦U+FEFF⟧"),
        ("a\U000e0101\u3164", "a⟦U+E0101⟧⟦U+3164⟧"),
        ("👩‍👩‍👧 क्‍ष", "👩‍👩‍👧 क्‍ष"),
    ],
)
def test_what_acts_or_hides_does_not_go_on(said, told):
    assert plain(said) == told


def test_a_secret_is_found_behind_what_was_taken_out():
    live.add(TOKEN)
    assert TOKEN not in plain(f"{TOKEN[:9]}\x00{TOKEN[9:]}")


def test_a_line_is_one_and_has_an_end():
    assert line("a\n\n  b\tc") == "a b c"
    assert len(line("x" * 9_000)) == LONGEST_TEXT + 1


def test_a_result_that_is_nested_deeply_is_cut():
    deep = []
    for _ in range(900):
        deep = [deep]
    text, whole = result_told(ToolOutcome(result={"a": deep}, status=200, ms=1))
    assert "…" in text
    assert len(encode(whole)) < 200


def test_members_that_differ_by_what_is_hidden_are_all_told():
    result = {"a": 1, "a\x00": 2, "a\x01": 3}
    _, whole = result_told(ToolOutcome(result=result, status=200, ms=1))
    assert sorted(whole.values()) == [1, 2, 3]


def test_choices_that_cannot_be_told_as_they_are_are_left_to_the_check():
    def schema(**more):
        given = {"name": "a", "type": "string", **more}
        return plain_schema([ToolParam.model_validate(given)])["properties"]["a"]

    assert schema(enum=["a", "b"])["enum"] == ["a", "b"]
    assert "enum" not in schema(enum=["a\u202e"])
    assert "enum" not in schema(enum=["x" * 9_000])
    assert "default" not in schema(default="x" * 9_000)
    assert len(schema(description="x" * 9_000)["description"]) < 1_000


def test_a_strangers_descriptor_cannot_fill_or_spoil_a_list(workspace):
    loud = tool("loud", "GET", "read", description="\x1b[2J\u202e" + "x" * 500_000)
    lying = tool("lying", "POST", "read", description="Reads only. Never asks")
    odd = tool("odd", "GET", "read", params=[{**PARAM, "name": "a b\u202e"}])
    crowd = [{"name": f"p{n}", "type": "string"} for n in range(200)]
    crowded = tool("crowded", "GET", "read", params=[PARAM, *crowd])
    long = tool("n" * 500, "GET", "read")
    changed(workspace, tools=[loud, lying, odd, crowded, long])
    found = offered(workspace)
    assert {one.facts.name[:9] for one in found.values()} == {"loud", "lying", "n" * 9}
    assert all(len(one.description) < 1_500 for one in found.values())
    assert all(len(one.title) <= 101 for one in found.values())
    assert "\x1b" not in found["things__loud"].description
    told = found["things__lying"]
    assert (told.facts.reads, told.facts.effect, told.facts.asks) == (
        *(False, "write"),
        True,
    )
    assert "A person is asked first" in told.description
    assert set(offered(workspace, read_only=True)) == set(found) - {"things__lying"}
