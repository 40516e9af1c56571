"""Rules and conditions as Python: the usual comparisons in place, others called.

Texts are compared where they stand. Whatever else is there is for the compiled
condition to judge, so that there is one meaning of an operator. A place that is null
or missing holds None here: it equals no text, and only null equals null.
"""

from collections.abc import Sequence
from typing import Final

from ferrule.expression.condition import (
    AllOf,
    AnyOf,
    Condition,
    NotOf,
    Predicate,
    compile_item_predicate,
)
from ferrule.mapping.rules import Decide, Rule, texts_of_one_place
from ferrule.mapping.script import Script

_MOST_RULES: Final = 50  # an `elif` stands within the one before, for the compiler


def write_rules(
    script: Script, name: str, rules: Sequence[Rule], decide: Decide
) -> None:
    """Write what gives `name` what the first rule that holds says, else None."""
    known = texts_of_one_place(rules) if rules else None
    if not rules:
        script.write(f"{name} = None")
    elif len(rules) > _MOST_RULES:
        script.write(f"{name} = {script.value(decide)}(item)")
    elif known is None:
        _write_in_turn(script, name, rules)
    else:
        path, texts = known
        found = script.texts(path.text, path.values)
        script.write(f"if {found}_ is None:\n    {name} = {script.value(decide)}(item)")
        for text, then in texts:
            script.write(f"elif {script.value(text)} in {found}:")
            script.write(f"    {name} = {script.value(then)}")
        script.write(f"else:\n    {name} = None")


def _write_in_turn(script: Script, name: str, rules: Sequence[Rule]) -> None:
    word = "if"
    for rule in rules:
        predicate = rule if isinstance(rule, Condition) else rule.if_
        script.write(f"{word} {_holds(script, predicate)}:")
        script.write(f"    {name} = {script.value(rule.then)}")
        word = "elif"
    script.write(f"else:\n    {name} = None")


def _holds(script: Script, predicate: Predicate) -> str:
    """Return an expression that tells whether a predicate holds for the item."""
    if isinstance(predicate, NotOf):
        return f"(not {_holds(script, predicate.not_)})"
    if isinstance(predicate, AllOf):
        return _joined(script, predicate.all, "and", "True")
    if isinstance(predicate, AnyOf):
        return _joined(script, predicate.any, "or", "False")
    called = f"{script.value(compile_item_predicate(predicate))}(item)"
    here = script.member(predicate.when)
    return called if here is None else _compared(script, predicate, here, called)


def _joined(script: Script, parts: Sequence[Predicate], word: str, empty: str) -> str:
    written = [_holds(script, part) for part in parts]
    return f"({f' {word} '.join(written)})" if written else empty


def _compared(script: Script, condition: Condition, here: str, called: str) -> str:
    """Return a condition on a member: compared here where that is a text."""
    if condition.operator == "exists":
        return f"({here} is not None or {called})"
    if condition.operator == "missing":
        return f"({here} is None and {called})"
    if condition.operator != "equals":
        return called
    if condition.value_path is not None:
        there = script.member(condition.value_path)
        return called if there is None else _alike(here, there, called)
    if not isinstance(condition.value, str):
        return called
    same = f"{here} == {script.value(condition.value)}"
    return f"({same} if type({here}) is str else {here} is not None and {called})"


def _alike(here: str, there: str, called: str) -> str:
    texts = f"type({here}) is str and type({there}) is str"
    empty = f"({here} is None) is ({there} is None)"
    return f"({here} == {there} if {texts} else {empty} and {called})"
