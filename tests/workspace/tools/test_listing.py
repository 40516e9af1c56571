"""What a list and a form are told of tools."""

import pytest
from tests.support.tool_service import TOOLS
from tests.workspace.tools.calling import run

from ferrule.errors import NotFound
from ferrule.workspace.tools.listing import connection_tools, find_tool


def test_an_author_cannot_take_the_question_away(workspace):
    assert TOOLS[-1]["approvalRequired"] is False
    assert find_tool(workspace, "things", "drop").asks


def test_a_tool_that_is_not_there_names_those_that_are(workspace, clock):
    with pytest.raises(NotFound, match="It has: look, look_first"):
        run(workspace, "lok", {}, clock)


def test_the_facts_of_a_tool_say_what_a_form_needs(workspace):
    look, first, say, _, drop = connection_tools(workspace, "things")
    assert (look.asks, first.asks, say.asks, drop.asks) == (False, True, True, True)
    assert (look.reads, first.reads, say.reads) == (True, True, False)
    assert (look.result, say.idempotent, drop.idempotent) == (("target",), False, True)
    assert say.schema["required"] == ["id", "text"]
    assert say.wire()["parameters"] == say.schema
