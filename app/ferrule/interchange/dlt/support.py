"""What an exported source needs beside dlt; its text stands in every exported file.

Nothing here knows dlt or Ferrule. Texts that dlt fills in have their own braces
doubled; what has no value is left out of a request.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias
from urllib.parse import quote

Value: TypeAlias = Any  # JSON
Steps: TypeAlias = Sequence[str | int]
Test: TypeAlias = Callable[[Value], bool]
Change: TypeAlias = Callable[[Value], Value]


class _Field(str):
    """A placeholder that dlt fills in itself."""

    __slots__ = ()


def _worded(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(_worded, value))
    return str(value)


def _said(*parts: Value) -> str | None:
    """Return texts and values as one text, None where a value is missing."""
    if any(part is None or part == "" for part in parts):
        return None
    return "".join(map(_worded, parts))


def _text(*parts: Value) -> str | None:
    """Return one text for dlt to fill in: only its own placeholders are such."""
    if any(part is None or part == "" for part in parts):
        return None
    return "".join(p if isinstance(p, _Field) else _doubled(_worded(p)) for p in parts)


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _part(value: Value) -> str:
    """Return a value as part of a path."""
    return quote(_worded(value), safe="/:@!$&'()*+,;=~")


def _value(value: Value) -> Value:
    """Return a value with its type, its texts ready for dlt."""
    if isinstance(value, str):
        return value if isinstance(value, _Field) else _doubled(value) or None
    return value


def _each(value: Value) -> Value:
    """Return a list value by value, anything else as one text."""
    return list(map(_text, value)) if isinstance(value, list) else _text(value)


def _listed(value: Value) -> list[str]:
    """Return the values of a list, or of a text with commas."""
    if value is None:
        return []
    several = value if isinstance(value, list) else re.split(r"[,\n]", str(value))
    return [str(one).strip() for one in several if str(one).strip()]


def _given(value: Value) -> Value:
    """Return an object without the members that have no value."""
    if isinstance(value, dict):
        members = {name: _given(member) for name, member in value.items()}
        kept = {name: one for name, one in members.items() if one is not None}
        return kept if kept or not value else None
    if isinstance(value, list):
        found = [one for one in map(_given, value) if one is not None]
        return found if found or not value else None
    return value


def _find(item: Value, steps: Steps) -> list[Value]:
    """Return every value at the steps; `*` goes through a list or an object."""
    found = [item]
    for step in steps:
        found = [inner for one in found for inner in _below(one, step)]
    return found


def _below(value: Value, step: str | int) -> list[Value]:
    if step == "*":
        return list(value.values() if isinstance(value, dict) else _elements(value))
    if isinstance(value, dict):
        return [value[step]] if step in value else []
    inside = isinstance(value, list) and isinstance(step, int) and step < len(value)
    return [value[step]] if inside else []


def _elements(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _first(item: Value, steps: Steps) -> Value:
    """Return the first value at the steps, None where there is none."""
    return next(iter(_find(item, steps)), None)


def _equal(found: Value, wanted: Value) -> bool:
    if isinstance(wanted, str) and not isinstance(found, str):
        scalar = isinstance(found, bool | int | float | Decimal)
        return scalar and _worded(found) == wanted
    if isinstance(found, bool) is not isinstance(wanted, bool):
        return False
    return bool(found == wanted)


def _contains(found: Value, wanted: Value) -> bool:
    if isinstance(found, str):
        return isinstance(wanted, str) and wanted in found
    return any(_equal(one, wanted) for one in _elements(found))


def _before(left: Value, right: Value) -> bool:
    both_texts = isinstance(left, str) and isinstance(right, str)
    ordered = both_texts or (_number(left) and _number(right))
    return bool(ordered and left < right)


def _number(value: Value) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


_TESTS: dict[str, Callable[[Value, Value], bool]] = {
    "equals": _equal,
    "not_equals": lambda found, wanted: not _equal(found, wanted),
    "contains": _contains,
    "in": lambda found, wanted: any(_equal(found, one) for one in wanted),
    "gt": lambda found, wanted: _before(wanted, found),
    "gte": lambda found, wanted: _before(wanted, found) or _equal(found, wanted),
    "lt": _before,
    "lte": lambda found, wanted: _before(found, wanted) or _equal(found, wanted),
}


def _is(steps: Steps, operator: str, wanted: Value = None) -> Test:
    """Return whether any value at the steps is so."""
    if operator in {"exists", "missing"}:
        return lambda item: bool(_find(item, steps)) is (operator == "exists")
    test = _TESTS[operator]
    return lambda item: any(test(found, wanted) for found in _find(item, steps))


def _are(steps: Steps, operator: str, others: Steps) -> Test:
    """Return whether any two values at two places are so."""
    test = _TESTS[operator]
    return lambda item: any(
        test(left, right)
        for left in _find(item, steps)
        for right in _find(item, others)
    )


def _all(*tests: Test) -> Test:
    return lambda item: all(test(item) for test in tests)


def _any(*tests: Test) -> Test:
    return lambda item: any(test(item) for test in tests)


def _not(test: Test) -> Test:
    return lambda item: not test(item)


def _read_time(value: Value, form: str) -> datetime:
    if form in {"unix", "unix_ms"}:
        scale = 1000 if form == "unix_ms" else 1
        return datetime.fromtimestamp(float(value) / scale, UTC)
    moment = datetime.fromisoformat(str(value))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _date(value: Value, wanted: str = "iso8601", form: str = "iso8601") -> Value:
    """Return a time in another format, None without one."""
    if value is None or value == "":
        return None
    moment = _read_time(value, form)
    if wanted == "iso8601":
        return moment.isoformat().replace("+00:00", "Z")
    if wanted in {"unix", "unix_ms"}:
        return int(moment.timestamp() * (1000 if wanted == "unix_ms" else 1))
    return moment.strftime("%Y-%m-%d" if wanted == "date" else wanted)


def _dated(wanted: str) -> Change:
    """Return what writes a cursor's value as the service reads it."""
    return lambda value: _date(value, wanted)


def _put(steps: Steps, make: Change, test: Test | None = None) -> Change:
    """Return a step that sets a member where the value is there."""

    def change(item: Value) -> Value:
        value = make(item) if test is None or test(item) else None
        if value is None:
            return item
        *above, last = steps
        copy = here = dict(item)
        for step in above:
            here[step] = dict(here.get(step) or {})
            here = here[step]
        here[last] = value
        return copy

    return change


def _without(*paths: Steps) -> Change:
    """Return a step that removes members."""

    def change(item: Value) -> Value:
        for steps in paths:
            item = _less(item, steps)
        return item

    return change


def _less(item: Value, steps: Steps) -> Value:
    if not isinstance(item, dict) or steps[0] not in item:
        return item
    first, *rest = steps
    if rest:
        return {**item, first: _less(item[first], rest)}
    return {name: value for name, value in item.items() if name != first}


def _moved(old: Steps, new: Steps) -> Change:
    """Return a step that gives a member another name."""
    put = _put(new, lambda item: _first(item, old))
    return lambda item: _less(put(item), old) if _find(item, old) else item
