"""What is made into types: the definitions of the published schemas, by their names.

The roots are `ConnectorDescriptor` and `BundleManifest`, and `NormalisedSignal` is what
the mapping makes.
"""

from typing import Any, Final, TypeAlias

import msgspec

from ferrule.descriptor.schema import bundle_schema, descriptor_schema
from ferrule.signals import NormalisedSignal

Schema: TypeAlias = dict[str, Any]
Definitions: TypeAlias = dict[str, Schema]

NULL: Final = {"type": "null"}


def published_definitions() -> Definitions:
    """Return every definition by its name, in the order of the names."""
    descriptor, bundle = descriptor_schema(), bundle_schema()
    found = {**bundle.pop("$defs"), **descriptor.pop("$defs")}
    found |= {"ConnectorDescriptor": descriptor, "BundleManifest": bundle}
    found["NormalisedSignal"] = _signal()
    return dict(sorted(found.items()))


def _signal() -> Schema:
    _, parts = msgspec.json.schema_components([NormalisedSignal])
    schema: Schema = parts["NormalisedSignal"]
    return schema


def alternatives(schema: Schema) -> list[Schema]:
    """Return the schemas of which one holds, null among them; one for most."""
    return schema.get("anyOf") or schema.get("oneOf") or [schema]


def without_null(schema: Schema) -> tuple[list[Schema], bool]:
    """Return the alternatives that are not null, and whether null is one."""
    parts = alternatives(schema)
    kept = [one for one in parts if one != NULL]
    return kept, len(kept) < len(parts)


def ref_of(schema: Schema) -> str | None:
    """Return the name of the definition that a schema refers to, if it is that."""
    ref = schema.get("$ref")
    return None if ref is None else str(ref).rpartition("/")[2]
