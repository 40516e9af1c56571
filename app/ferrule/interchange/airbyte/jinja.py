r"""Jinja as airbyte-cdk evaluates it: texts, references and conditions.

It reads every result once more as a Python literal, so that a text `12` becomes a
number; a text that must stay one is written as a literal in quotes. Texts of a
descriptor are only ever written inside quoted Jinja strings, or as text without any
of Jinja's marks.
"""

import ast
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from ferrule.exchange import Json
from ferrule.expression.condition import AllOf, Condition, NotOf, Predicate
from ferrule.interchange.steps import ANY, Steps, steps_of

_MARKS: Final = ("{{", "{%", "{#", "}}", "%}", "#}")
_ORDER: Final = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_PRINTABLE: Final = range(0x20, 0x7F)


def quoted(text: str) -> str:
    """Return a text as a string of a Jinja expression."""
    return f'"{"".join(map(_char, text))}"'


def _char(char: str) -> str:
    code = ord(char)
    if char in '\\"{}%#' or code not in _PRINTABLE:
        return f"\\U{code:08x}" if code > 0xFF else f"\\x{code:02x}"  # noqa: PLR2004 - what two digits hold
    return char


def literal(text: str) -> str:
    """Return what evaluates to exactly this text."""
    if _is_literal(text):
        return f"{{{{ {quoted(repr(text))} }}}}"
    return shown(text)


def shown(text: str) -> str:
    """Return a text where it stands between others: without Jinja's marks."""
    if any(mark in text for mark in _MARKS) or text[-1:] in {"{", "}"}:
        return f"{{{{ {quoted(text)} }}}}"
    return text


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return True


def value_text(value: Json) -> str:
    """Return a JSON value as a Jinja expression."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(value_text, value))}]"
    if isinstance(value, dict):
        pairs = (f"{quoted(name)}: {value_text(one)}" for name, one in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, Decimal | float):
        return format(Decimal(str(value)), "f")
    return "none" if value is None else str(value)


def member(root: str, steps: Sequence[str | int]) -> str:
    """Return `root['a']['b']`: undefined where anything on the way is."""
    return root + "".join(
        f"[{step}]" if isinstance(step, int) else f"[{quoted(step)}]" for step in steps
    )


def safely(root: str, steps: Sequence[str | int]) -> str:
    """Return what stands below `root`: none where anything on the way is missing."""
    text = root
    for step in steps:
        if isinstance(step, int):
            text = f"({text} or [])[{step}]"
        else:
            text = f"({text} or {{}}).get({quoted(step)})"
    return text.replace(f"({root} or {{}})", root, 1)


def condition(predicate: Predicate, root: str) -> str | None:
    """Return a predicate as an expression; None where Jinja cannot say it."""
    if isinstance(predicate, Condition):
        return _leaf(predicate, root)
    if isinstance(predicate, NotOf):
        inner = condition(predicate.not_, root)
        return None if inner is None else f"(not {inner})"
    is_all = isinstance(predicate, AllOf)
    parts = predicate.all if isinstance(predicate, AllOf) else predicate.any
    texts = [condition(part, root) for part in parts]
    known = [text for text in texts if text is not None]
    if len(known) < len(texts):
        return None
    if not known:
        return "true" if is_all else "false"
    return f"({(' and ' if is_all else ' or ').join(known)})"


def _leaf(asked: Condition, root: str) -> str | None:
    steps = steps_of(asked.when)
    if not steps or asked.operator == "matches":
        return None
    if asked.value_path is not None:
        return _two_places(asked, steps, root)
    if ANY in steps:
        return _among(asked, steps, root)
    return _one(asked, steps, root)


def _one(asked: Condition, steps: Steps, root: str) -> str | None:
    found, there = safely(root, steps), _exists(steps, root)
    if asked.operator in {"exists", "missing"}:
        return there if asked.operator == "exists" else f"(not {there})"
    if asked.operator == "equals":
        return _equals(found, there, asked.value)
    if asked.operator == "not_equals":
        return f"({there} and not {_equals(found, there, asked.value)})"
    if asked.operator == "contains":
        return f"({found} is iterable and {value_text(asked.value)} in {found})"
    if asked.operator == "in" and isinstance(asked.value, list):
        return f"({there} and {found} in {value_text(_both_ways(asked.value))})"
    return _ordered(asked, found)


def _exists(steps: Steps, root: str) -> str:
    last = steps[-1]
    above = safely(root, steps[:-1])
    if isinstance(last, int):
        return f"(({above} or []) | length > {last})"
    return f"({quoted(last)} in ({above} or {{}}))"


def _equals(found: str, there: str, value: Json) -> str:
    if isinstance(value, bool):
        return f"({found} is sameas {value_text(value)})"
    if value is None:
        return f"({there} and {found} is none)"
    if isinstance(value, str) and _both_ways([value]) != [value]:
        return f"({found} in {value_text(_both_ways([value]))})"
    return f"({found} == {value_text(value)})"


def _both_ways(values: Sequence[Json]) -> list[Json]:
    """Return the values with the numbers and booleans that texts among them tell."""
    further: list[Json] = []
    for value in values:
        if value in {"true", "false"} if isinstance(value, str) else False:
            further.append(value == "true")
        elif isinstance(value, str) and value.lstrip("-").isdecimal():
            further.append(int(value))
    return [*values, *further]


def _ordered(asked: Condition, found: str) -> str | None:
    sign, value = _ORDER.get(asked.operator), asked.value
    if sign is None or isinstance(value, bool | list | dict) or value is None:
        return None
    kind = "string" if isinstance(value, str) else "number"
    return f"({found} is {kind} and {found} {sign} {value_text(value)})"


def _two_places(asked: Condition, steps: Steps, root: str) -> str | None:
    other = steps_of(asked.value_path or "")
    if asked.operator not in {"equals", "not_equals"} or not other:
        return None
    if ANY in steps or ANY in other:
        return None
    there = f"{_exists(steps, root)} and {_exists(other, root)}"
    sign = "==" if asked.operator == "equals" else "!="
    return f"({there} and {safely(root, steps)} {sign} {safely(root, other)})"


def _among(asked: Condition, steps: Steps, root: str) -> str | None:
    """Return a condition on any element of one list on the way."""
    cut = steps.index(ANY)
    after = [step for step in steps[cut + 1 :] if isinstance(step, str)]
    if len(after) != len(steps) - cut - 1 or ANY in after or "." in "".join(after):
        return None
    found = f"({safely(root, steps[:cut])} or [])"
    if after:
        found = f"({found} | map(attribute={quoted('.'.join(after))}) | list)"
    if asked.operator == "equals" and not isinstance(asked.value, dict | list):
        return f"({value_text(asked.value)} in {found})"
    if asked.operator == "exists" and not after:
        return f"({found} | length > 0)"
    return None
