"""As much of JSON Schema (draft 2020-12) as the published schemas use."""

import re
from decimal import Decimal

ANNOTATIONS = {
    "$defs",
    "$id",
    "$schema",
    "default",
    "description",
    "format",
    "title",
}
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}


def is_valid(value, schema, root):
    """Return whether a value fits a schema; `root` holds its definitions."""
    unknown = set(schema) - set(CHECKS) - ANNOTATIONS - {"additionalProperties"}
    assert unknown == set(), unknown
    return all(
        check(value, schema[name], schema, root)
        for name, check in CHECKS.items()
        if name in schema
    )


def is_type(value, name):
    if name in {"integer", "number"}:
        number = isinstance(value, int | float | Decimal)
        whole = number and value == int(value)
        return number and not isinstance(value, bool) and (name == "number" or whole)
    return isinstance(value, TYPES[name])


def members(value, properties, schema, root):
    if not isinstance(value, dict):
        return True
    other = schema.get("additionalProperties", {})
    return all(
        is_valid(member, properties[name], root)
        if name in properties
        else other is not False and is_valid(member, other, root)
        for name, member in value.items()
    )


def others(value, other, schema, root):
    if "properties" in schema or not isinstance(value, dict):
        return True
    return not value if other is False else members(value, {}, schema, root)


def referred(value, ref, schema, root):
    target = root
    for step in ref.removeprefix("#/").split("/"):
        target = target[step]
    return is_valid(value, target, root)


def elements(value, items, schema, root):
    return not isinstance(value, list) or all(is_valid(v, items, root) for v in value)


def number_of(value, schemas, root):
    return sum(is_valid(value, schema, root) for schema in schemas)


def array(check):
    return lambda v, limit, _s, _r: not isinstance(v, list) or check(v, limit)


def text(check):
    return lambda v, limit, _s, _r: not isinstance(v, str) or check(v, limit)


def number(check):
    return lambda v, limit, _s, _r: not is_type(v, "number") or check(v, limit)


CHECKS = {
    "type": lambda v, name, _s, _r: is_type(v, name),
    "const": lambda v, wanted, _s, _r: v == wanted,
    "enum": lambda v, wanted, _s, _r: v in wanted,
    "properties": members,
    "additionalProperties": others,
    "required": lambda v, names, _s, _r: (
        not isinstance(v, dict) or set(names) <= set(v)
    ),
    "items": elements,
    "anyOf": lambda v, schemas, _s, r: number_of(v, schemas, r) > 0,
    "oneOf": lambda v, schemas, _s, r: number_of(v, schemas, r) == 1,
    "$ref": referred,
    "pattern": text(lambda v, pattern: re.search(pattern, v) is not None),
    "minItems": array(lambda v, least: len(v) >= least),
    "maxItems": array(lambda v, most: len(v) <= most),
    "minLength": text(lambda v, least: len(v) >= least),
    "maxLength": text(lambda v, most: len(v) <= most),
    "minimum": number(lambda v, least: v >= least),
    "maximum": number(lambda v, most: v <= most),
    "exclusiveMinimum": number(lambda v, least: v > least),
}
