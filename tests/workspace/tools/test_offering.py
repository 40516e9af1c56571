"""Names for agents: unique, the same every time, in what all clients take."""

import re

from hypothesis import given
from hypothesis import strategies as st

from ferrule.errors import UnexpectedStatus
from ferrule.workspace.tools.facts import ToolOutcome
from ferrule.workspace.tools.offering import (
    LONGEST_RESULT,
    agent_names,
    error_text,
    offered,
    result_told,
)

PLACES = st.lists(st.tuples(st.text(max_size=70), st.text(max_size=70)), unique=True)


@given(PLACES)
def test_names_are_unique_and_can_be_called(places):
    names = agent_names(places)
    assert len(set(names)) == len(places)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) for name in names)


def test_names_are_plain_where_they_can_be():
    assert agent_names([("slack-messages", "slack_react")]) == [
        "slack-messages__slack_react"
    ]
    alike = agent_names([("a.b", "c"), ("a_b", "c"), ("a", "b__c"), ("a__b", "c")])
    assert alike[1].startswith("a_b__c")
    assert len(set(alike)) == 4
    assert agent_names([("ä", "c")]) == agent_names([("ä", "c")])


def test_only_what_can_be_run_is_offered(workspace):
    assert set(offered(workspace)) == {
        f"things__{name}" for name in ("look", "look_first", "say", "set", "drop")
    }
    assert set(offered(workspace, read_only=True)) == {
        "things__look",
        "things__look_first",
    }
    assert offered(workspace, ["others"]) == {}
    workspace.registry.enable_connection(workspace.project.key, "things", enabled=False)
    assert offered(workspace) == {}


def test_a_description_says_what_it_does_and_that_a_person_is_asked(workspace):
    found = offered(workspace)
    assert found["things__look"].description == (
        "To look. Connection “things” (acme-things)."
    )
    assert "destroys" in found["things__drop"].description
    assert "A person is asked first" in found["things__say"].description


def test_a_result_is_told_whole_or_cut():
    long = ToolOutcome(result={"a": "x" * (LONGEST_RESULT + 1)}, status=200, ms=1)
    text, whole = result_told(long)
    assert "left out" in text
    assert whole is None
    plain = ToolOutcome(result=[1], status=200, ms=1, problem="Less.")
    assert result_told(plain) == ("[1]\nLess.", {"result": [1]})


def test_an_error_tells_what_the_service_said():
    error = UnexpectedStatus("No.", status=400, snippet="because", advice="Try.")
    assert error_text(error) == "No. Try. The service said: because"
