"""The OpenAPI document says what the operations are, and nothing else."""

import re

import pytest

from ferrule.exchange import decode, encode
from ferrule.server.application import OPERATIONS
from ferrule.server.openapi import document
from ferrule.server.tokens import SCOPES

WHOLE = decode(encode(document(OPERATIONS)))
SEED = {  # seed 001, section 5.2
    *("listDescriptors", "getDescriptor", "registerDescriptor", "updateDescriptor"),
    *("deleteDescriptor", "listInstances", "getInstance", "createInstance"),
    *("updateInstance", "deleteInstance", "enableInstance"),
}


def described(one):
    return WHOLE["paths"][one.path][one.method.lower()]


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for element in value:
            yield from references(element)


def test_the_running_server_gives_it(server):
    said = server.ask("GET", "/openapi.json", scopes=None)
    assert (said.status, said.json) == (200, WHOLE)


def test_the_eleven_operations_of_the_seed_are_there():
    assert {one.id for one in OPERATIONS} >= SEED
    assert len({one.id for one in OPERATIONS}) == len(OPERATIONS)


def test_every_reference_leads_somewhere():
    known = {f"#/components/schemas/{name}" for name in WHOLE["components"]["schemas"]}
    assert set(references(WHOLE)) <= known


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.id)
def test_an_operation_is_told_whole(one):
    told = described(one)
    assert told["summary"].endswith(".")
    assert ("security" in told) is (one.scope is not None)
    assert one.scope is None or one.scope in SCOPES
    assert ("requestBody" in told) is (one.takes is not None)
    named = [p["name"] for p in told["parameters"] if p["in"] == "path"]
    assert named == re.findall(r"\{(\w+)\}", one.path)
    for status, response in told["responses"].items():
        good = int(status) in one.gives
        assert ("ErrorAnswer" in str(response)) is not good


def test_no_answer_can_hold_a_token_or_a_secret():
    text = str(WHOLE["components"]["schemas"]).lower()
    for word in ("password", "'hash'", "'token'"):
        assert word not in text
