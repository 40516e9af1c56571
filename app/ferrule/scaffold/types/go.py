"""Go types of the published schema: one struct a definition.

What is one of several objects and says which by a member becomes a struct of pointers,
of which one is set. Other unions, and merge patches, are `json.RawMessage`: no Go type
would say more of them. What may be missing is a pointer, lists too: an empty list is
not a missing one, and a bundle's digests tell them apart.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ferrule.scaffold.types.schemas import Definitions, Schema, ref_of, without_null

_HEAD: Final = """\
// Code generated from Ferrule's published JSON Schema. DO NOT EDIT.

// Package ferrule has the types of Ferrule's descriptors, bundles and signals.
package ferrule

import (
\t"encoding/json"
\t"fmt"
)
"""
_PLAIN: Final = {
    "string": "string",
    "integer": "int64",
    "number": "json.Number",
    "boolean": "bool",
}
_RAW: Final = "json.RawMessage"
_PATCH: Final = "Patch"
_LEAST: Final = 2


def go_types(definitions: Definitions) -> str:
    """Return the file that declares every definition but merge patches."""
    writer = _Writer(definitions)
    kept = {n: one for n, one in definitions.items() if not n.endswith(_PATCH)}
    parts = [writer.declared(name, schema) for name, schema in kept.items()]
    unions = [writer.unions[name] for name in sorted(writer.unions)]
    return "\n".join([_HEAD, *parts, *unions])


@dataclass(slots=True)
class _Writer:
    """Writes definitions, and collects the unions that they use by name."""

    definitions: Definitions
    unions: dict[str, str] = field(default_factory=dict)

    def declared(self, name: str, schema: Schema) -> str:
        """Return the declaration of a definition."""
        comment = _comment(name, schema)
        if "properties" not in schema:
            return f"{comment}type {name} {self._type(schema)}\n"
        fields = _aligned(self._fields(name, schema))
        return f"{comment}type {name} struct {{\n{fields}}}\n"

    def _fields(self, holder: str, schema: Schema) -> Iterator[tuple[str, str, str]]:
        required = set(schema.get("required", ()))
        for name, member in schema["properties"].items():
            parts, nullable = without_null(member)
            kind = self._type(parts[0]) if len(parts) == 1 else self._union(parts)
            given = name in required and not nullable
            pointed = not given and kind != _RAW
            tag = name if given else f"{name},omitempty"
            star = "*" if pointed or kind == holder else ""
            yield _public(name), f"{star}{kind}", f'`json:"{tag}"`'

    def _type(self, schema: Schema) -> str:
        name = ref_of(schema)
        if name is not None:
            return _RAW if name.endswith(_PATCH) else name
        if "const" in schema or "enum" in schema:
            return _of_values(schema)
        parts, _ = without_null(schema)
        if len(parts) > 1:
            return self._union(parts)
        if parts != [schema]:
            return self._type(parts[0])
        return self._of_type(schema)

    def _of_type(self, schema: Schema) -> str:
        kind = schema.get("type")
        if kind == "array":
            return f"[]{self._type(schema.get('items', {}))}"
        if kind == "object":
            values = schema.get("additionalProperties")
            of = self._type(values) if isinstance(values, dict) else _RAW
            return f"map[string]{of}"
        return _PLAIN.get(str(kind), _RAW)

    def _union(self, parts: list[Schema]) -> str:
        names = [ref_of(one) for one in parts]
        known = [one for one in names if one is not None and not one.endswith(_PATCH)]
        if len(known) < len(parts) or len(known) < _LEAST:
            return _RAW
        told = self._discriminator(known)
        if told is None:
            return _RAW
        name = "Or".join(known)
        self.unions[name] = _union_code(name, *told)
        return name

    def _discriminator(self, names: list[str]) -> tuple[str, dict[str, str]] | None:
        """Return the member that tells definitions apart, and its values."""
        members = [self.definitions[name].get("properties", {}) for name in names]
        for member in members[0]:
            values = [str(one.get(member, {}).get("const", "")) for one in members]
            if "" not in values and len(set(values)) == len(values):
                return member, dict(zip(values, names, strict=True))
        return None


def _aligned(fields: Iterator[tuple[str, ...]]) -> str:
    """Return lines of fields in columns, as gofmt writes them."""
    rows = list(fields)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    return "".join(
        "\t"
        + " ".join(one.ljust(wide) for one, wide in zip(row, widths, strict=False))
        + f" {row[-1]}\n"
        for row in rows
    )


def _of_values(schema: Schema) -> str:
    values = schema["enum"] if "enum" in schema else [schema["const"]]
    kinds = {type(one) for one in values}
    if kinds == {str}:
        return "string"
    return "int64" if kinds == {int} else "bool" if kinds == {bool} else _RAW


def _comment(name: str, schema: Schema) -> str:
    said = " ".join(str(schema.get("description", "")).split())
    return f"// {name}: {said}\n" if said else ""


def _public(name: str) -> str:
    words = [word for word in re.split(r"[^A-Za-z0-9]+", name) if word]
    return "".join(word[0].upper() + word[1:] for word in words)


def _union_code(name: str, member: str, values: dict[str, str]) -> str:
    fields = _aligned((one, f"*{one}") for one in values.values())
    reads = "".join(
        f"\tcase {json.dumps(value)}:\n"
        f"\t\tunion.{one} = new({one})\n"
        f"\t\treturn json.Unmarshal(raw, union.{one})\n"
        for value, one in values.items()
    )
    writes = "".join(
        f"\tcase union.{one} != nil:\n\t\treturn json.Marshal(union.{one})\n"
        for one in values.values()
    )
    return f"""\
// {name} is one of its members: `{member}` says which.
type {name} struct {{
{fields}}}

// UnmarshalJSON reads the member that `{member}` names.
func (union *{name}) UnmarshalJSON(raw []byte) error {{
\tvar told struct {{
\t\tKind string `json:"{member}"`
\t}}
\tif err := json.Unmarshal(raw, &told); err != nil {{
\t\treturn err
\t}}
\tswitch told.Kind {{
{reads}\t}}
\treturn fmt.Errorf("{member} %q is not known", told.Kind)
}}

// MarshalJSON writes the member that is set.
func (union {name}) MarshalJSON() ([]byte, error) {{
\tswitch {{
{writes}\t}}
\treturn nil, fmt.Errorf("no member of {name} is set")
}}
"""
