"""Which places of an item a mapping looks at, and the same mapping with one renamed.

A path stands in a mapping as a text that begins with `$`, or in a template's
placeholder. What is renamed is renamed wherever it stands, in paths that begin with it
too: `$.user` becoming `$.author` carries `$.user.login` along.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ferrule.errors import ExpressionError
from ferrule.exchange import Json
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.steps import Step, read_steps, write_steps
from ferrule.expression.template import compile_template

_ELSEWHERE: Final = frozenset({"itemsPath", "schema"})
_SCOPE: Final = frozenset({"config", "stream", "now"})
_PLACEHOLDER: Final = re.compile(r"(\{\{\s*)([^{}|]*?)(\s*(?:\|[^{}]*)?\}\})")
_TIMES: Final = frozenset({"timestampPath", "createdPath", "archivedAtPath"})


@dataclass(frozen=True, slots=True)
class Use:
    """One place of the mapping (a pointer in it) that looks at a path in an item."""

    pointer: str
    path: str

    @property
    def member(self) -> str:
        """Return the member of the mapping that it is in."""
        return self.pointer.split("/")[1]

    @property
    def is_id(self) -> bool:
        """Whether it tells items apart."""
        return self.member in {"idPath", "primaryKey"}

    @property
    def is_time(self) -> bool:
        """Whether it is read as a time."""
        return self.member in _TIMES

    @property
    def is_needed(self) -> bool:
        """Whether an item without it cannot be mapped."""
        return self.member in {"idPath", "timestampPath"}


def uses_of(mapping: Mapping[str, Json]) -> list[Use]:
    """Return every place at which a mapping looks into an item."""
    return [
        use
        for member, value in mapping.items()
        if member not in _ELSEWHERE
        for use in _uses(value, f"/{member}")
    ]


def renamed(value: Json, old: str, new: str) -> Json:
    """Return a part of a mapping that looks at `new` where it looked at `old`."""
    before, after = read_steps(old), read_steps(new)
    if before is None or after is None:
        return value
    return _renamed(value, before, after)


def dotted(steps: tuple[Step, ...]) -> str | None:
    """Return steps as a template writes them, None where it cannot."""
    names = [step for step in steps if isinstance(step, str)]
    if len(names) < len(steps) or not all(map(_NAME.fullmatch, names)):
        return None
    return ".".join(names)


_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def _uses(value: Json, pointer: str) -> Iterator[Use]:
    if isinstance(value, str):
        yield from (Use(pointer, path) for path in _paths_in(value))
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _uses(member, f"{pointer}/{name}")
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _uses(element, f"{pointer}/{index}")


def _paths_in(text: str) -> Iterator[str]:
    if text.startswith("$"):
        try:
            compile_path(text)
        except ExpressionError:
            return
        yield text
    elif "{{" in text:
        try:
            names = compile_template(text).names
        except ExpressionError:
            return
        for name in names:
            if name.startswith("$"):
                yield name
            elif name.split(".")[0] not in _SCOPE:
                yield write_steps(tuple(name.split(".")))


def _renamed(value: Json, old: tuple[Step, ...], new: tuple[Step, ...]) -> Json:
    if isinstance(value, dict):
        return {name: _renamed(inner, old, new) for name, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, old, new) for inner in value]
    if not isinstance(value, str):
        return value
    if value.startswith("$"):
        return _moved(value, old, new)
    return _PLACEHOLDER.sub(lambda match: _placeholder(match, old, new), value)


def _moved(text: str, old: tuple[Step, ...], new: tuple[Step, ...]) -> str:
    steps = read_steps(text)
    if steps is None or steps[: len(old)] != old:
        return text
    return write_steps((*new, *steps[len(old) :]))


def _placeholder(
    match: re.Match[str], old: tuple[Step, ...], new: tuple[Step, ...]
) -> str:
    name = match[2]
    if name.startswith("$"):
        return f"{match[1]}{_moved(name, old, new)}{match[3]}"
    steps: tuple[Step, ...] = tuple(name.split("."))
    if steps[0] in _SCOPE or steps[: len(old)] != old:
        return match[0]
    moved = (*new, *steps[len(old) :])
    return f"{match[1]}{dotted(moved) or write_steps(moved)}{match[3]}"
