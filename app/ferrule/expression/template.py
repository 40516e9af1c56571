"""Templates: text with placeholders, compiled once and filled from a scope.

A lone placeholder keeps its JSON type. A placeholder that finds nothing makes the
whole template undefined, so that the member which holds it can be dropped. Null keeps
null through filters and is empty inside a text.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING, Json, scalar_text
from ferrule.expression.getting import Found, compile_getter
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.placeholder import Call, Name, Placeholder, pieces

_NO_NAMES: Final[Mapping[str, Json]] = MappingProxyType({})


class Scope(msgspec.Struct, frozen=True, gc=False):
    """Where names are looked up: the named contexts first, then `default`.

    `default` is the item in a mapping and the configuration in a request; a path
    (`{{$.a}}`) is always a path in it. One is made for every item: a dataclass would
    cost four times as much.
    """

    names: Any = _NO_NAMES  # Mapping[str, Json]
    default: Any = None  # Json


Resolve: TypeAlias = Callable[[Scope], Found]


class _Part(NamedTuple):
    """A literal text, or a placeholder: its name and how it is resolved."""

    text: str
    resolve: Resolve | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template; `names` are its placeholders' names or paths, in order."""

    text: str
    names: tuple[str, ...]
    _parts: tuple[_Part, ...] = field(repr=False, compare=False)

    def render(self, scope: Scope) -> Found:
        """Return the value: of the lone placeholder, or the text; or MISSING.

        Raises:
            ExpressionError: when a filter cannot work on a value.
        """
        if len(self._parts) == 1:
            text, resolve = self._parts[0]
            return text if resolve is None else resolve(scope)
        texts = []
        for text, resolve in self._parts:
            value = text if resolve is None else resolve(scope)
            if value is MISSING:
                return MISSING
            texts.append(_text(value))
        return "".join(texts)

    def fill(self, scope: Scope, undefined: list[str] | None = None) -> str:
        """Return the text; what finds nothing is empty and named in `undefined`.

        Raises:
            ExpressionError: when a filter cannot work on a value.
        """
        texts: list[str] = []
        for text, resolve in self._parts:
            value = text if resolve is None else resolve(scope)
            if value is not MISSING:
                texts.append(_text(value))
            elif undefined is not None:
                undefined.append(text)
        return "".join(texts)


@functools.lru_cache(maxsize=4096)
def compile_template(text: str) -> Template:
    """Compile a template.

    Raises:
        ExpressionError: with the column of what cannot be read.
    """
    names: list[str] = []
    parts: list[_Part] = []
    for piece in pieces(text):
        if isinstance(piece, str):
            parts.append(_Part(piece))
        else:
            names.append(piece.name)
            parts.append(_Part(piece.name, _resolve(text, piece)))
    return Template(text, tuple(names), tuple(parts) or (_Part(""),))


def render_json(value: Json, scope: Scope) -> Found:
    """Render every text of a JSON tree as a template.

    A member or element whose template is undefined is dropped, and so is what becomes
    empty by that; what was empty from the start stays.

    Raises:
        ExpressionError: for a text that is no template, a filter that fails, or a
            tree that is nested too deeply.
    """
    try:
        return _rendered(value, scope)
    except RecursionError:
        raise ExpressionError(
            "The JSON with templates is nested too deeply.", text=""
        ) from None


def _rendered(value: Json, scope: Scope) -> Found:
    if isinstance(value, str):
        return compile_template(value).render(scope)
    if isinstance(value, dict):
        members = {key: _rendered(member, scope) for key, member in value.items()}
        kept = {key: x for key, x in members.items() if x is not MISSING}
        return kept if kept or not value else MISSING
    if isinstance(value, list):
        elements = [_rendered(element, scope) for element in value]
        left = [x for x in elements if x is not MISSING]
        return left if left or not value else MISSING
    return value


def _text(value: Json) -> str:
    kind = type(value)
    if kind is str:
        return value  # type: ignore[return-value]  # it is one
    if kind is int:
        return str(value)
    return "" if value is None else scalar_text(value)


def _resolve(text: str, placeholder: Placeholder) -> Resolve:
    resolve = _named(text, placeholder)
    for call in placeholder.calls:
        resolve = _filtered(text, resolve, call)
    return resolve


def _named(text: str, placeholder: Placeholder) -> Resolve:
    if not placeholder.name.startswith("$"):
        return _dotted(placeholder.name)
    try:
        path = compile_path(placeholder.name)
    except ExpressionError as error:
        raise ExpressionError(
            error.message,
            text=text,
            column=placeholder.column + error.column,
            advice=error.advice,
        ) from None
    if path.singular:
        return lambda scope: path.first(scope.default)
    return lambda scope: path.values(scope.default) or MISSING


def _dotted(name: str) -> Resolve:
    head, *rest = name.split(".")
    if not rest:
        return _bare(head)
    get = compile_getter(tuple(rest))
    in_default = compile_getter((head, *rest))

    def resolve(scope: Scope) -> Found:
        names = scope.names
        if head in names:
            return get(names[head])
        return in_default(scope.default)

    return resolve


def _bare(name: str) -> Resolve:
    def resolve(scope: Scope) -> Found:
        found: Found = scope.names.get(name, MISSING)
        if found is MISSING and type(scope.default) is dict:
            return scope.default.get(name, MISSING)  # type: ignore[no-any-return]  # JSON
        return found

    return resolve


def _filtered(text: str, resolve: Resolve, call: Call) -> Resolve:
    known = call.filter
    arguments = tuple(map(_argument, call.arguments))
    rescues = known.name == "default"

    def apply(scope: Scope) -> Found:
        value = resolve(scope)
        if (value is MISSING and not rescues) or (
            value is None and not known.takes_null
        ):
            return value
        given = [argument(scope) for argument in arguments]
        if MISSING in given:
            return MISSING
        try:
            return known.function(value, *given)
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise ExpressionError(
                f"{known.name} {_reason(error)}.", text=text, column=call.column
            ) from None

    return apply


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "needs a text that can be encoded as UTF-8"
    if isinstance(error, RecursionError):
        return "needs a value that is not nested so deeply"
    return f"cannot be applied: {error}"


def _argument(argument: "Json | Name") -> Resolve:
    if isinstance(argument, Name):
        return _dotted(argument.text)
    return lambda _scope: argument
