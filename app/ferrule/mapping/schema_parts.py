"""The keywords of JSON Schema that look into a value or combine schemas."""

from collections.abc import Callable, Mapping
from typing import Final

from ferrule.exchange import Json
from ferrule.mapping.casts import shown
from ferrule.mapping.schema_words import (
    Below,
    Check,
    Fault,
    Schema,
    Word,
    pattern,
    refused,
    texts,
    whole,
)


def members(schema: Schema, name: str) -> dict[str, Json]:
    """Return a keyword whose value is an object."""
    found = schema[name]
    if not isinstance(found, dict):
        raise refused(f"{name} is an object.", name)
    return found


def _elements(schema: Schema, name: str) -> list[Json]:
    found = schema[name]
    if not isinstance(found, list) or not found:
        raise refused(f"{name} is a list of schemas.", name)
    return found


def _properties(schema: Schema, below: Below) -> Check:
    checks = [(n, below("properties", n)) for n in members(schema, "properties")]

    def check(value: Json) -> Fault | None:
        if type(value) is not dict:
            return None
        for name, inner in checks:
            if name in value:
                fault = inner(value[name])
                if fault is not None:
                    return fault.below(name)
        return None

    return check


def _pattern_properties(schema: Schema, below: Below) -> Check:
    word = "patternProperties"
    checks = [(pattern(p, word, p), below(word, p)) for p in members(schema, word)]

    def check(value: Json) -> Fault | None:
        for name, member in value.items() if type(value) is dict else ():
            for matches, inner in checks:
                fault = inner(member) if matches(name) else None
                if fault is not None:
                    return fault.below(name)
        return None

    return check


def _additional(schema: Schema, below: Below) -> Check:
    word = "additionalProperties"
    inner = below(word)
    known = frozenset(members(schema, "properties") if "properties" in schema else ())
    patterns = "patternProperties"
    given = members(schema, patterns) if patterns in schema else {}
    matchers = [pattern(text, patterns, text) for text in given]

    def check(value: Json) -> Fault | None:
        if type(value) is not dict or value.keys() <= known:
            return None
        for name, member in value.items():
            if name not in known and not any(m(name) for m in matchers):
                fault = inner(member)
                if fault is not None:
                    return fault.below(name)
        return None

    return check


def _names(schema: Schema, below: Below) -> Check:
    del schema
    inner = below("propertyNames")

    def check(value: Json) -> Fault | None:
        for name in value if type(value) is dict else ():
            fault = inner(name)
            if fault is not None:
                return fault.below(name)
        return None

    return check


def _items(schema: Schema, below: Below) -> Check:
    if isinstance(schema["items"], list):
        advice = "Draft 2020-12 calls a list of schemas prefixItems."
        raise refused("items is one schema.", "items", advice=advice)
    inner, prefix = below("items"), schema.get("prefixItems")
    first = len(prefix) if isinstance(prefix, list) else 0

    def check(value: Json) -> Fault | None:
        if type(value) is not list:
            return None
        for index in range(first, len(value)):
            fault = inner(value[index])
            if fault is not None:
                return fault.below(index)
        return None

    return check


def _prefix(schema: Schema, below: Below) -> Check:
    word = "prefixItems"
    checks = [below(word, index) for index in range(len(_elements(schema, word)))]

    def check(value: Json) -> Fault | None:
        if type(value) is not list:
            return None
        for index, (inner, element) in enumerate(zip(checks, value, strict=False)):
            fault = inner(element)
            if fault is not None:
                return fault.below(index)
        return None

    return check


def _contains(schema: Schema, below: Below) -> Check:
    inner = below("contains")
    least = whole(schema, "minContains") if "minContains" in schema else 1
    most = whole(schema, "maxContains") if "maxContains" in schema else None

    def check(value: Json) -> Fault | None:
        if type(value) is not list:
            return None
        found = sum(inner(element) is None for element in value)
        if found >= least and (most is None or found <= most):
            return None
        return Fault(f"{found} elements are what contains asks for")

    return check


def _dependent_required(schema: Schema, _below: Below) -> Check:
    word = "dependentRequired"
    needs = [(n, texts(v, word, n)) for n, v in members(schema, word).items()]

    def check(value: Json) -> Fault | None:
        if type(value) is not dict:
            return None
        for name, others in needs:
            missing = [o for o in others if o not in value] if name in value else []
            if missing:
                return Fault(f"has {name!r} but no {missing[0]!r}")
        return None

    return check


def _dependent_schemas(schema: Schema, below: Below) -> Check:
    word = "dependentSchemas"
    checks = [(name, below(word, name)) for name in members(schema, word)]

    def check(value: Json) -> Fault | None:
        if type(value) is not dict:
            return None
        found = (inner(value) for name, inner in checks if name in value)
        return next((fault for fault in found if fault is not None), None)

    return check


def _all_of(schema: Schema, below: Below) -> Check:
    checks = [below("allOf", at) for at in range(len(_elements(schema, "allOf")))]
    return every(checks)


def every(checks: list[Check]) -> Check:
    """Return the check that all of these are together."""
    if len(checks) == 1:
        return checks[0]
    rest = tuple(checks)

    def check(value: Json) -> Fault | None:
        for one in rest:
            fault = one(value)
            if fault is not None:
                return fault
        return None

    return check


def _how_many(word: str, fits: Callable[[int], bool], told: str) -> Word:
    def compiled(schema: Schema, below: Below) -> Check:
        checks = [below(word, at) for at in range(len(_elements(schema, word)))]

        def check(value: Json) -> Fault | None:
            if fits(sum(inner(value) is None for inner in checks)):
                return None
            return Fault(f"{shown(value)} {told} {word}")

        return check

    return compiled


def _not(_schema: Schema, below: Below) -> Check:
    inner = below("not")
    return lambda value: (
        None
        if inner(value) is not None
        else Fault(f"{shown(value)} is what must not be here")
    )


def _if(schema: Schema, below: Below) -> Check:
    condition = below("if")
    then = below("then") if "then" in schema else _fine
    otherwise = below("else") if "else" in schema else _fine
    return lambda value: (then if condition(value) is None else otherwise)(value)


def _fine(_value: Json) -> Fault | None:
    return None


PART_WORDS: Final[Mapping[str, Word]] = {
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "prefixItems": _prefix,
    "items": _items,
    "contains": _contains,
    "dependentRequired": _dependent_required,
    "dependentSchemas": _dependent_schemas,
    "allOf": _all_of,
    "anyOf": _how_many("anyOf", lambda fitting: fitting > 0, "fits none of"),
    "oneOf": _how_many("oneOf", lambda fitting: fitting == 1, "does not fit one of"),
    "not": _not,
    "if": _if,
}
