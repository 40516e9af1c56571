"""TypeScript types of the published schema: one interface or type a definition."""

import json
import re
from collections.abc import Iterator
from typing import Final

from ferrule.scaffold.types.schemas import Definitions, Schema, alternatives, ref_of

_HEAD: Final = """\
// Types of Ferrule's descriptors, bundles and signals.
// Made from the published JSON Schema by `python -m ferrule.scaffold.types`.

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}
"""
_PLAIN: Final = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def typescript_types(definitions: Definitions) -> str:
    """Return the module that declares every definition."""
    parts = [_declared(name, schema) for name, schema in definitions.items()]
    return "\n".join([_HEAD, *parts])


def _declared(name: str, schema: Schema) -> str:
    comment = _comment(schema, "")
    if "properties" not in schema:
        return f"{comment}export type {name} = {_type(schema)};\n"
    lines = "".join(_members(schema))
    return f"{comment}export interface {name} {{\n{lines}}}\n"


def _members(schema: Schema) -> Iterator[str]:
    required = set(schema.get("required", ()))
    for name, member in schema["properties"].items():
        mark = "" if name in required else "?"
        key = name if _NAME.fullmatch(name) else json.dumps(name)
        yield f"{_comment(member, '  ')}  readonly {key}{mark}: {_type(member)};\n"


def _comment(schema: Schema, indent: str) -> str:
    said = " ".join(str(schema.get("description", "")).split()).replace("*/", "*\\/")
    return f"{indent}/** {said} */\n" if said else ""


def _type(schema: Schema) -> str:
    name = ref_of(schema)
    if name is not None:
        return name
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"])
    parts = alternatives(schema)
    if parts != [schema]:
        return " | ".join(dict.fromkeys(map(_type, parts)))
    return _of_type(schema)


def _of_type(schema: Schema) -> str:
    kind = schema.get("type")
    if kind == "array":
        element = _type(schema.get("items", {}))
        return f"readonly ({element})[]" if " " in element else f"readonly {element}[]"
    if kind == "object":
        values = schema.get("additionalProperties")
        of = _type(values) if isinstance(values, dict) else "Json"
        return f"{{ readonly [name: string]: {of} }}"
    if isinstance(kind, list):
        return " | ".join(_PLAIN[one] for one in kind)
    return _PLAIN.get(str(kind), "Json")
