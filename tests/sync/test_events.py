"""The lines of a run are those that the published schema describes."""

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from tests.sync.scripted import BASE, answer, document, item, run

from ferrule.errors import AuthRefused
from ferrule.redaction import live
from ferrule.store.records import Counts
from ferrule.sync.events import Event, ended, line_bytes

SCHEMA = Path(__file__).parents[2] / "resources" / "schema" / "progress.schema.json"
DEFINED = json.loads(SCHEMA.read_bytes())["$defs"]
KINDS = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Tell whether a value has the type, the constants and the members it must have."""
    if "$ref" in schema:
        return fits(value, DEFINED[schema["$ref"].rpartition("/")[2]])
    if "const" in schema or "enum" in schema:
        return value in schema.get("enum", [schema.get("const")])
    named = schema.get("type", [])
    kinds = named if isinstance(named, list) else [named]
    if kinds and not any(isinstance(value, KINDS[kind]) for kind in kinds):
        return False
    if not isinstance(value, dict):
        return True
    known = schema.get("properties", {})
    return all(name in value for name in schema.get("required", ())) and all(
        fits(member, known[name]) for name, member in value.items() if name in known
    )


@pytest.mark.parametrize("event", Event.__subclasses__(), ids=lambda event: event.type)
def test_the_schema_names_the_members_of_every_event(event):
    camel = [
        re.sub(r"_(\w)", lambda match: match[1].upper(), member.name)
        for member in fields(event)
    ]
    assert list(DEFINED[event.type]["properties"]) == ["type", *camel]


def test_the_lines_of_a_run_fit_the_schema():
    trial = run(
        document(mapping={"createdPath": "$.created_at"}),
        [
            answer([item(1), {"title": "no id"}], link=f"{BASE}/things?page=2"),
            answer([]),
        ],
    )
    for event in trial.events:
        line = json.loads(line_bytes(event.wire()))
        assert next(iter(line)) == "type"
        assert fits(line, DEFINED[line["type"]]), line
        assert set(line) <= set(DEFINED[line["type"]]["properties"])


def test_an_error_is_told_without_a_secret():
    live.add("a-secret-of-some-length")
    last = ended(
        run=1,
        status="failed",
        counts=Counts(),
        skipped=0,
        pages=0,
        seconds=0.12345,
        checkpoints={},
        failure=AuthRefused("a-secret-of-some-length is wrong.", advice=""),
    )
    assert (last.error, last.advice) == ("•••••••• is wrong.", None)
    assert (last.failure, last.seconds) == ("AuthRefused", 0.123)


def test_the_documentation_names_every_line():
    text = (Path(__file__).parents[2] / "docs" / "progress.md").read_text("utf-8")
    for kind, schema in DEFINED.items():
        assert f"`{kind}`" in text or kind == "counts"
        for name in schema["properties"]:
            assert f"`{name}`" in text or name in {"type", "counts"} or name in text
