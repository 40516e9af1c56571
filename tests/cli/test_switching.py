"""`ferrule enable` and `ferrule disable`, as a person calls them."""

import json

import pytest
from tests.cli.test_imports import ISSUES, PEOPLE, ferrule, place, trusting

from ferrule.store import Connection
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

__all__ = ["ferrule", "place", "trusting"]


@pytest.fixture
def imported(ferrule, trusting):
    assert ferrule("import", "acme.ferrule", "--yes")[0] == 0


def states(ferrule):
    _, told, _ = ferrule("imports", "--json")
    return {c["id"]: c["enabled"] for c in json.loads(told)["connectors"]}


def test_all_of_a_provider_are_enabled_and_disabled(imported, ferrule):
    assert ferrule("enable", "--all", "acme") == (
        0, f"Enabled: {ISSUES}, {PEOPLE}.\n", "",
    )  # fmt: skip
    assert states(ferrule) == {ISSUES: True, PEOPLE: True}
    code, told, _ = ferrule("enable", "--all", "acme")
    assert (code, told) == (0, "Nothing to change: all is enabled that can be.\n")
    code, told, _ = ferrule("disable", "--all", "acme", "--json")
    assert (code, json.loads(told)["connectors"]) == (0, [ISSUES, PEOPLE])
    assert states(ferrule) == {ISSUES: False, PEOPLE: False}
    _, told, _ = ferrule("imports", "record", "--json")
    commands = [json.loads(line)["command"] for line in told.splitlines()]
    assert commands[-2:] == ["ferrule enable", "ferrule disable"]


def test_one_is_enabled_by_its_id(imported, ferrule):
    assert ferrule("enable", PEOPLE)[:2] == (0, f"Enabled: {PEOPLE}.\n")
    assert states(ferrule) == {ISSUES: False, PEOPLE: True}


def test_those_that_are_left_out_are_told(imported, ferrule, place):
    workspace = Workspace(Home(place / "home"))
    made = Connection("a", workspace.project.key, ISSUES, "1.0.0", hosts=["x.example"])
    workspace.connections.create(made)
    workspace.close()
    code, told, _ = ferrule("enable", "--all", "acme")
    assert (code, states(ferrule)) == (0, {ISSUES: False, PEOPLE: True})
    assert f"Left out: {ISSUES}: it asks for api.acme.example, which was not" in told


@pytest.mark.parametrize(
    ("arguments", "wrong", "said"),
    [
        ((), 2, "Name connectors, or a provider"),
        ((PEOPLE, "--all", "acme"), 2, "Name connectors, or a provider"),
        (("--all", "nobody"), 1, "No connector is of the provider “nobody”"),
        (("trello-cards",), 2, "trello-cards is not connected"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(ferrule, arguments, wrong, said):
    code, _, told = ferrule("enable", *arguments)
    assert code == wrong
    assert said in told
