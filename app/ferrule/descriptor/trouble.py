"""From pydantic's findings to problems: where, what, and what to do."""

from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError

from ferrule.errors import Problem
from ferrule.exchange import Json
from ferrule.section import Section

_PLAIN = {
    "missing": "is missing.",
    "string_type": "must be a text.",
    "int_type": "must be a whole number.",
    "int_parsing": "must be a whole number.",
    "float_type": "must be a number.",
    "bool_type": "must be true or false.",
    "bool_parsing": "must be true or false.",
    "model_type": "must be an object.",
    "model_attributes_type": "must be an object.",
    "dict_type": "must be an object.",
    "tuple_type": "must be a list.",
    "list_type": "must be a list.",
    "string_too_short": "must not be empty.",
}

_TOLD: dict[str, Callable[[str, Any], tuple[str, str]]] = {
    "extra_forbidden": lambda name, _: (
        f"“{name}” is not a member here.",
        "Remove it, or check its spelling.",
    ),
    "literal_error": lambda name, context: (
        f"“{name}” must be {context['expected']}.",
        "",
    ),
    "union_tag_invalid": lambda _, context: (
        f"{context['discriminator']} must be one of {context['expected_tags']}.",
        "",
    ),
    "union_tag_not_found": lambda _, context: (
        f"{context['discriminator']} is missing.",
        "It says which kind this is.",
    ),
    "string_pattern_mismatch": lambda name, context: (
        f"“{name}” has not the form that is expected.",
        f"It must match {context['pattern']}",
    ),
}


def problems_of(
    error: ValidationError, document: Json, pointer: str = ""
) -> list[Problem]:
    """Return one problem for each finding, with its place as a JSON pointer."""
    return [
        _problem(found, document, pointer)
        for found in error.errors(include_url=False, include_input=False)
    ]


def pointer_of(location: Sequence[int | str], document: Json) -> str:
    """Return the JSON pointer of a location, without pydantic's union tags.

    A part of a location that the document does not have is a tag, unless it is the
    last one: then it is a missing or unknown member.
    """
    parts: list[str] = []
    here: Json = document
    for index, part in enumerate(location):
        found, below = _step(here, part)
        if found or index == len(location) - 1:
            parts.append(str(part).replace("~", "~0").replace("/", "~1"))
        if found:
            here = below
    return "".join(f"/{part}" for part in parts)


def _step(here: Json, part: int | str) -> tuple[bool, Json]:
    if isinstance(here, dict) and part in here:
        return True, here[str(part)]
    if isinstance(here, list) and isinstance(part, int) and part < len(here):
        return True, here[part]
    return False, None


def _problem(found: Any, document: Json, pointer: str) -> Problem:  # noqa: ANN401 - pydantic's own record
    kind, context = found["type"], found.get("ctx", {})
    place = pointer + pointer_of(found["loc"], document)
    name = str(found["loc"][-1]) if found["loc"] else "the document"
    message, advice = _told(kind, name, found["msg"], context)
    if kind == "extra_forbidden":
        advice = _did_you_mean(name, found["loc"], document) or advice
    column = None
    if kind == "expression":
        advice, column = context.get("advice") or advice, context.get("column")
    return Problem("FD001", "error", place, message, advice, column)


def _told(kind: str, name: str, message: str, context: Any) -> tuple[str, str]:  # noqa: ANN401 - pydantic's own record
    if kind in _PLAIN:
        return f"“{name}” {_PLAIN[kind]}", ""
    if kind in _TOLD:
        return _TOLD[kind](name, context)
    return _sentence(message.removeprefix("Value error, ")), ""


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else text + "."


def _did_you_mean(name: str, location: Sequence[int | str], document: Json) -> str:
    here = document
    for part in location[:-1]:
        found, below = _step(here, part)
        here = below if found else here
    siblings = set(here) if isinstance(here, dict) else set()
    close = get_close_matches(name, _members_like(siblings), n=1, cutoff=0.6)
    return f"Did you mean “{close[0]}”?" if close else ""


def _members_like(siblings: set[str]) -> list[str]:
    """Return the members of the kinds of part that share most with `siblings`."""
    models = _all_members()
    best = max((len(siblings & members) for members in models), default=0)
    alike = (m for m in models if len(siblings & m) == best)
    return sorted({name for members in alike for name in members} - siblings)


@lru_cache(maxsize=1)
def _all_members() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(_aliases(model)) for model in _subclasses(Section))


def _subclasses(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for child in model.__subclasses__():
        yield child
        yield from _subclasses(child)


def _aliases(model: type[BaseModel]) -> Iterator[str]:
    for name, member in model.model_fields.items():
        yield member.alias or name
