"""The lines of a run against the published schema, by the keywords that it uses."""

import json
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).parents[2] / "resources" / "schema" / "progress.schema.json"
DEFINED = json.loads(SCHEMA.read_bytes())["$defs"]
KINDS: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}
KNOWN = {
    *("$ref", "const", "enum", "type", "anyOf", "minimum", "items", "properties"),
    *("additionalProperties", "required", "title", "description", "default"),
}


def faults(value: Any, schema: dict[str, Any], place: str = "") -> list[str]:
    """Return what is wrong with a value: nothing, where the schema holds."""
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return faults(value, DEFINED[name], place)
    if "anyOf" in schema:
        found = [faults(value, one, place) for one in schema["anyOf"]]
        return [] if [] in found else found[0]
    if "const" in schema or "enum" in schema:
        allowed = schema.get("enum", [schema.get("const")])
        return [] if value in allowed else [f"{place}: {value!r} not in {allowed}"]
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if kinds and not any(_is(value, kind) for kind in kinds):
        return [f"{place}: {value!r} is not {kinds}"]
    if value is not None and value is not True and "minimum" in schema:
        return [] if value >= schema["minimum"] else [f"{place}: {value} is too small"]
    return [*_inside(value, schema, place)]


def line_faults(line: dict[str, Any]) -> list[str]:
    """Return what is wrong with a line; a member that nobody knows is wrong too."""
    assert next(iter(line)) == "type"
    schema = DEFINED[line["type"]]
    strange = set(line) - set(schema["properties"])
    return [*faults(line, schema, line["type"]), *sorted(strange)]


def _inside(value: Any, schema: dict[str, Any], place: str) -> list[str]:
    found = []
    if isinstance(value, list):
        for number, element in enumerate(value):
            found += faults(element, schema.get("items", {}), f"{place}/{number}")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        missing = [name for name in schema.get("required", ()) if name not in value]
        found += [f"{place}/{name} is missing" for name in missing]
        for name, member in value.items():
            other = schema.get("additionalProperties", {})
            found += faults(member, known.get(name, other), f"{place}/{name}")
    return found


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, KINDS[kind])
