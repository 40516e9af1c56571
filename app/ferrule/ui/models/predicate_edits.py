"""What a person does with a tree of conditions: each returns another tree.

A predicate is a condition, `all` or `any` of several, or `not` of one. A rule holds
one: plainly where it is one condition, else under `if`.
"""

from typing import Final, Literal, TypeAlias

from ferrule.exchange import Json

Predicate: TypeAlias = dict[str, Json]
Group: TypeAlias = Literal["all", "any"]
GROUPS: Final[tuple[Group, ...]] = ("all", "any")
OWN: Final = ("when", "operator", "value", "valuePath")
_WORDS: Final = {
    "equals": "is",
    "not_equals": "is not",
    "contains": "contains",
    "matches": "matches",
    "in": "is one of",
    "gt": ">",
    "gte": "≥",
    "lt": "<",
    "lte": "≤",
}
_ALONE: Final = {"exists": "exists", "missing": "is missing"}
_LONGEST: Final = 200


def fresh_condition() -> Predicate:
    """Return a condition to begin with: it holds for every item that has an id."""
    return {"when": "$.", "operator": "exists"}


def negated(predicate: Predicate) -> Predicate:
    """Return the opposite; the opposite of `not` is what was negated."""
    inner = predicate.get("not")
    return inner if isinstance(inner, dict) else {"not": predicate}


def wrapped(predicate: Predicate, group: Group) -> Predicate:
    """Return a group that holds only this."""
    return {group: [predicate]}


def parts_of(predicate: Predicate) -> list[Json] | None:
    """Return what a group holds, None for what is no group."""
    for group in GROUPS:
        found = predicate.get(group)
        if isinstance(found, list):
            return found
    inner = predicate.get("not")
    return [inner] if inner is not None else None


def unwrapped(predicate: Predicate) -> list[Json]:
    """Return what is left without the outermost group, as it is for a condition."""
    found = parts_of(predicate)
    return [predicate] if found is None else list(found)


def with_part(predicate: Predicate, part: Predicate) -> Predicate:
    """Return a group that holds `part` too; what is no group becomes one of both."""
    for group in GROUPS:
        found = predicate.get(group)
        if isinstance(found, list):
            return {**predicate, group: [*found, part]}
    return {"all": [predicate, part]}


def predicate_of(rule: Json) -> Predicate:
    """Return the predicate of a rule."""
    if not isinstance(rule, dict):
        return {}
    under = rule.get("if")
    if isinstance(under, dict):
        return under
    return {name: rule[name] for name in OWN if name in rule}


def with_predicate(rule: Json, predicate: Predicate) -> dict[str, Json]:
    """Return a rule with another predicate, in the plainest form that holds it."""
    old = rule if isinstance(rule, dict) else {}
    rest = {name: value for name, value in old.items() if name not in {*OWN, "if"}}
    if "when" in predicate:
        return {**predicate, **rest}
    return {"if": predicate, **rest}


def sentence(predicate: Json, depth: int = 0) -> str:
    """Return a predicate in words, as a row of a table shows it."""
    if not isinstance(predicate, dict):
        return "?"
    for group, word in (("all", " and "), ("any", " or ")):
        found = predicate.get(group)
        if isinstance(found, list):
            return _joined(found, word, depth)
    if "not" in predicate:
        return f"not ({sentence(predicate['not'], depth + 1)})"
    return _comparison(predicate)


def _joined(parts: list[Json], word: str, depth: int) -> str:
    if not parts:
        return "nothing yet"
    told = word.join(sentence(part, depth + 1) for part in parts)
    bare = depth == 0 or len(parts) == 1
    return (told if bare else f"({told})")[:_LONGEST]


def _comparison(condition: Predicate) -> str:
    place = str(condition.get("when") or "…")
    operator = str(condition.get("operator") or "?")
    if operator in _ALONE:
        return f"{place} {_ALONE[operator]}"
    other = condition.get("valuePath")
    against = str(other) if other is not None else _value(condition.get("value"))
    return f"{place} {_WORDS.get(operator, operator)} {against}"


def _value(value: Json) -> str:
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"“{value}”"
    return "nothing" if value is None else str(value)
