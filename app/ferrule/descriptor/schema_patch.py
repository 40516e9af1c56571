"""Partial schemas: what an RFC 7396 merge patch of a part may look like."""

from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]
_PREFIX = "#/$defs/"


class Patches:
    """Makes the partial schema of each definition that a patch can reach.

    `made` holds them by name: `FieldMapping` becomes `FieldMappingPatch`.
    """

    def __init__(self, definitions: Schema) -> None:
        self._definitions = definitions
        self.made: Schema = {}

    def ref(self, name: str) -> Schema:
        """Return a reference to the partial schema of a definition, made if needed."""
        patch = f"{name}Patch"
        if patch not in self.made:
            self.made[patch] = {}
            self.made[patch] = self._object([self._definitions[name]])
        return {"$ref": f"{_PREFIX}{patch}"}

    def _object(self, variants: list[Schema]) -> Schema:
        """Return an object with the members of all variants, each of them optional."""
        names = dict.fromkeys(n for v in variants for n in v.get("properties", {}))
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                name: self._member(
                    [v["properties"][name] for v in variants if name in v["properties"]]
                )
                for name in names
            },
        }

    def _member(self, alternatives: list[Schema]) -> Schema:
        parts = [self._partial(schema) for schema in alternatives]
        different = [p for i, p in enumerate(parts) if p not in parts[:i]]
        if any(not part for part in different):
            return {}
        return {"anyOf": [*different, {"type": "null"}]}

    def _partial(self, schema: Schema) -> Schema:
        """Return what may stand in a patch where `schema` stands in a document.

        Objects are merged, so they are partial; lists and scalars are replaced.
        """
        if "$ref" in schema:
            return self._referred(schema["$ref"].removeprefix(_PREFIX))
        options = schema.get("oneOf") or schema.get("anyOf")
        if options:
            return self._union(options)
        values = schema.get("additionalProperties")
        if schema.get("type") == "object" and isinstance(values, dict):
            return {"type": "object", "additionalProperties": self._member([values])}
        return {k: v for k, v in schema.items() if k not in {"title", "description"}}

    def _referred(self, name: str) -> Schema:
        if self._definitions[name].get("type") == "object":
            return self.ref(name)
        return {"$ref": f"{_PREFIX}{name}"}

    def _union(self, options: list[Schema]) -> Schema:
        referred = [o["$ref"].removeprefix(_PREFIX) for o in options if "$ref" in o]
        others = [o for o in options if "$ref" not in o]
        parts = [self._partial(option) for option in others if option != _NULL]
        if len(referred) == 1:
            parts.append(self._referred(referred[0]))
        elif referred:
            parts.append(self._kinds(referred))
        return {"anyOf": parts} if len(parts) != 1 else parts[0]

    def _kinds(self, names: list[str]) -> Schema:
        """Return the partial schema of a part that may become another kind."""
        patch = "Or".join(sorted(names)) + "Patch"
        if patch not in self.made:
            self.made[patch] = {}
            self.made[patch] = self._object([self._definitions[n] for n in names])
        return {"$ref": f"{_PREFIX}{patch}"}


_NULL = {"type": "null"}
