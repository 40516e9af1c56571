"""Texts, references and conditions of a descriptor as Python.

Whatever a descriptor says is written as a literal: nothing of it is ever code.
"""

import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypeAlias

from ferrule.expression.condition import AllOf, Condition, NotOf, Predicate
from ferrule.expression.placeholder import Call, Name, Placeholder, pieces
from ferrule.interchange.steps import ANY, steps_of

START: Final = '_Field("{incremental.start_value}")'
_WIDTH: Final = 60
_TIMES: Final = frozenset({"iso8601", "unix", "unix_ms", "date"})


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of Python, where everything else is a literal."""

    text: str


Written: TypeAlias = object  # literals, lists and objects of them, and code


def written(value: object, indent: str = "") -> str:
    """Return Python for a value: literals, and the pieces of code in it."""
    if isinstance(value, Code):
        return value.text.replace("\n", f"\n{indent}")
    if isinstance(value, Mapping):
        pairs = [(repr(str(k)), written(v, f"{indent}    ")) for k, v in value.items()]
        return _block("{", [f"{k}: {v}" for k, v in pairs], "}", indent)
    if isinstance(value, list | tuple):
        texts = [written(one, f"{indent}    ") for one in value]
        return _block("[", texts, "]", indent)
    return str(value) if isinstance(value, Decimal) else repr(value)


def _block(opening: str, texts: list[str], closing: str, indent: str) -> str:
    one = f"{opening}{', '.join(texts)}{closing}"
    if len(one) + len(indent) <= _WIDTH and "\n" not in one:
        return one
    lines = "".join(f"{indent}    {text},\n" for text in texts)
    return f"{opening}\n{lines}{indent}{closing}"


def steps_text(steps: Iterable[str | int]) -> str:
    """Return steps as a tuple."""
    return repr(tuple(steps))


def identifier(text: str, taken: Iterable[str] = ()) -> str:
    """Return a name for Python in snake case that is not taken."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    name = re.sub(r"[^a-z0-9]+", "_", snake.lower()).strip("_") or "value"
    name = f"n{name}" if name[0].isdigit() else name
    known = {*taken}
    while keyword.iskeyword(name) or name in known:
        name = f"{name}_"
    return name


def doubled(text: str) -> str:
    """Return a text whose braces are none of dlt's placeholders."""
    return text.replace("{", "{{").replace("}", "}}")


def _unbraced(text: str) -> str:
    """Return a part of an address in which dlt finds no placeholder."""
    return text.replace("{", "%7B").replace("}", "%7D")


def predicate(asked: Predicate) -> str | None:
    """Return a condition as Python; None where it says what has no counterpart."""
    if isinstance(asked, Condition):
        return _leaf(asked)
    if isinstance(asked, NotOf):
        inner = predicate(asked.not_)
        return None if inner is None else f"_not({inner})"
    parts = asked.all if isinstance(asked, AllOf) else asked.any
    texts = [predicate(part) for part in parts]
    if any(text is None for text in texts):
        return None
    name = "_all" if isinstance(asked, AllOf) else "_any"
    return f"{name}({', '.join(text for text in texts if text)})"


def _leaf(asked: Condition) -> str | None:
    steps = steps_of(asked.when)
    if steps is None or asked.operator == "matches":
        return None
    where = steps_text(steps)
    if asked.operator in {"exists", "missing"}:
        return f"_is({where}, {asked.operator!r})"
    if asked.value_path is None:
        return f"_is({where}, {asked.operator!r}, {written(asked.value)})"
    others = steps_of(asked.value_path)
    if others is None or asked.operator == "in":
        return None
    return f"_are({where}, {asked.operator!r}, {steps_text(others)})"


@dataclass(frozen=True, slots=True)
class Words:
    """What names mean: `variables` are configuration keys, `fields` dlt's own.

    `item` says that bare names are members of a record.
    """

    variables: Mapping[str, str]
    fields: Mapping[str, str] = field(default_factory=dict)
    item: bool = False

    def text(self, template: str, function: str = "_text") -> Code | str | None:
        """Return a template as Python; None where it cannot be said."""
        parts = list(pieces(template))
        if all(isinstance(part, str) for part in parts):
            return doubled(template) if function == "_text" else template
        texts = [repr(p) if isinstance(p, str) else self.expression(p) for p in parts]
        if any(text is None for text in texts):
            return None
        return Code(f"{function}({', '.join(text for text in texts if text)})")

    def alone(self, template: str) -> bool:
        """Tell whether a template is one placeholder and nothing else."""
        parts = list(pieces(template))
        return len(parts) == 1 and isinstance(parts[0], Placeholder)

    def value(self, template: str) -> Code | str | None:
        """Return a template as a member of a JSON body: a lone value keeps its type."""
        parts = list(pieces(template))
        if len(parts) == 1 and isinstance(parts[0], Placeholder):
            text = self.expression(parts[0])
            return None if text is None else Code(f"_value({text})")
        return self.text(template)

    def made(self, template: str) -> str | None:
        """Return a template over a record as an expression of `item`."""
        parts = list(pieces(template))
        if len(parts) == 1 and isinstance(parts[0], Placeholder):
            return self.expression(parts[0])
        found = self.text(template, "_said")
        return (
            found.text
            if isinstance(found, Code)
            else None
            if found is None
            else repr(found)
        )

    def address(self, template: str, *, encoded: bool) -> Code | str | None:
        """Return a template as a part of an address."""
        if "{{" not in template:
            return _unbraced(template)
        parts: list[str] = []
        for piece in pieces(template):
            if isinstance(piece, str):
                parts.append(repr(_unbraced(piece)))
                continue
            text = self.expression(piece)
            if text is None:
                return None
            plain = not encoded or text.startswith("_Field(")
            parts.append(text if plain else f"_part({text})")
        return Code(" + ".join(parts) if len(parts) > 1 else parts[0])

    def expression(self, placeholder: Placeholder) -> str | None:
        """Return a placeholder as a Python expression."""
        text = self._named(placeholder.name)
        for call in placeholder.calls:
            text = None if text is None else _filtered(text, call)
        return text

    def _named(self, name: str) -> str | None:
        if name in self.fields:
            return f"_Field({self.fields[name]!r})"
        if name.startswith("$"):
            steps = steps_of(name)
            known = self.item and steps and ANY not in steps
            return f"_first(item, {steps_text(steps)})" if known and steps else None
        head, *rest = name.split(".")
        if head in {"config", "credentials"} and len(rest) == 1:
            return self.variables.get(rest[0])
        if self.item:
            return f"_first(item, {steps_text([head, *rest])})"
        return self.variables.get(head) if not rest else None


def _filtered(text: str, call: Call) -> str | None:
    name, given = (
        call.filter.name,
        [a for a in call.arguments if not isinstance(a, Name)],
    )
    if len(given) < len(call.arguments):
        return None
    if text.startswith("_Field("):
        constant = name == "map" and given[0] == {} and isinstance(given[-1], str)
        return repr(given[-1]) if constant and len(given) > 1 else None
    if name == "default":
        return f"({text} or {written(given[0])})"
    if name in {"lower", "upper"}:
        return f"_worded({text}).{name}()"
    if name == "date" and {str(one) for one in given} <= _TIMES:
        arguments = "".join(f", {one!r}" for one in given)
        return f"_date({text}{arguments})"
    return None
