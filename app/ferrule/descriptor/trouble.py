"""From pydantic's findings to problems: where, what, and what to do."""

from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from ferrule.errors import Problem
from ferrule.exchange import Json
from ferrule.section import Section

_PLAIN = {
    "missing": "is missing.",
    "string_type": "must be a text.",
    "string_unicode": "must be a text in UTF-8.",
    "int_type": "must be a whole number.",
    "int_parsing": "must be a whole number.",
    "int_from_float": "must be a whole number.",
    "float_type": "must be a number.",
    "float_parsing": "must be a number.",
    "number": "must be a number.",
    "bool_type": "must be true or false.",
    "bool_parsing": "must be true or false.",
    "model_type": "must be an object.",
    "model_attributes_type": "must be an object.",
    "dict_type": "must be an object.",
    "tuple_type": "must be a list.",
    "list_type": "must be a list.",
    "string_too_short": "must not be empty.",
    "recursion_loop": "is nested too deeply.",
}

_TOLD: dict[str, Callable[[str, Any], tuple[str, str]]] = {
    "extra_forbidden": lambda name, _: (
        f"{name} is not a member here.",
        "Remove it, or check its spelling.",
    ),
    "literal_error": lambda name, context: (
        f"{name} must be {context['expected'].replace('True', 'true')}.",
        "",
    ),
    "union_tag_invalid": lambda _, context: (
        f"{_quoted(context)} must be one of {context['expected_tags']}.",
        "",
    ),
    "union_tag_not_found": lambda _, context: (
        f"{_quoted(context)} is missing.",
        "It says which kind this is.",
    ),
    "string_pattern_mismatch": lambda name, context: (
        f"{name} has not the form that is expected.",
        f"It must match {context['pattern']}",
    ),
    "string_too_long": lambda name, context: (
        f"{name} must have at most {context['max_length']} characters.",
        "",
    ),
    "greater_than_equal": lambda name, context: (
        f"{name} must be at least {context['ge']}.",
        "",
    ),
    "greater_than": lambda name, context: (
        f"{name} must be above {context['gt']}.",
        "",
    ),
    "less_than_equal": lambda name, context: (
        f"{name} must be at most {context['le']}.",
        "",
    ),
}
_OF_A_NAME = "[key]"  # pydantic's last step for a problem of a member's name
_MOST_GUESSES = 20
_TAG_MEMBERS = ("method", "type", "mode", "op", "format")


def _quoted(context: dict[str, Any]) -> str:
    return f"“{str(context['discriminator']).strip(chr(39))}”"


def problems_of(
    error: ValidationError, document: Json, pointer: str = ""
) -> list[Problem]:
    """Return one problem for each finding, with its place as a JSON pointer.

    Members like an unknown one are looked for in the first findings only, so that a
    hostile document costs no time.
    """
    return [
        _problem(found, document, pointer, guess=number < _MOST_GUESSES)
        for number, found in enumerate(
            error.errors(include_url=False, include_input=False)
        )
    ]


def pointer_of(location: Sequence[int | str], document: Json) -> str:
    """Return the JSON pointer of a location, without pydantic's union tags."""
    return "".join(f"/{escaped(part)}" for part in _places(location, document))


def escaped(part: int | str) -> str:
    """Return one step of a JSON pointer (RFC 6901)."""
    return str(part).replace("~", "~0").replace("/", "~1")


def _places(location: Sequence[int | str], document: Json) -> Iterator[int | str]:
    """Yield the steps of a location that are places of the document.

    A step that repeats the kind named there (`"type": "cursor"`) or that the document
    does not have is a tag, unless it is the last one: then it is a missing or unknown
    member.
    """
    here: Json = document
    tagged = False
    for index, part in enumerate(location):
        if not tagged and _is_tag(here, part):
            tagged = True
            continue
        found, below = _step(here, part)
        if found or (index == len(location) - 1 and part != _OF_A_NAME):
            yield part
        if found:
            here, tagged = below, False


def _is_tag(here: Json, part: int | str) -> bool:
    if str(part).startswith("(") and not (isinstance(here, dict) and part in here):
        return True
    return isinstance(here, dict) and any(here.get(m) == part for m in _TAG_MEMBERS)


def _step(here: Json, part: int | str) -> tuple[bool, Json]:
    if isinstance(here, dict) and part in here:
        return True, here[str(part)]
    if isinstance(here, list) and isinstance(part, int) and part < len(here):
        return True, here[part]
    return False, None


def _problem(found: Any, document: Json, pointer: str, *, guess: bool) -> Problem:  # noqa: ANN401 - pydantic's own record
    kind, context = found["type"], found.get("ctx", {})
    steps = list(_places(found["loc"], document))
    place = "".join(f"/{escaped(step)}" for step in steps)
    message, advice = _told(kind, _name(steps), found["msg"], context)
    if kind == "extra_forbidden" and guess:
        advice = _did_you_mean(steps, document) or advice
    if "member" in context:
        place += f"/{context['member']}"
    place += context.get("pointer", "")
    advice = context.get("advice") or advice
    return Problem(
        "FD001", "error", pointer + place, message, advice, context.get("column")
    )


def _name(steps: Sequence[int | str]) -> str:
    if not steps:
        return "The document"
    if isinstance(steps[-1], int) and len(steps) > 1:
        return f"Element {steps[-1] + 1} of “{steps[-2]}”"
    return f"“{steps[-1]}”"


def _told(kind: str, name: str, message: str, context: Any) -> tuple[str, str]:  # noqa: ANN401 - pydantic's own record
    if kind in _PLAIN:
        return f"{name} {_PLAIN[kind]}", ""
    if kind in _TOLD:
        return _TOLD[kind](name, context)
    return _sentence(message.removeprefix("Value error, ")), ""


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else text + "."


def _did_you_mean(steps: Sequence[int | str], document: Json) -> str:
    if not steps:
        return ""
    here = document
    for step in steps[:-1]:
        here = _step(here, step)[1]
    siblings = set(here) if isinstance(here, dict) else set()
    close = get_close_matches(str(steps[-1]), _members_like(siblings), n=1, cutoff=0.6)
    return f"Did you mean “{close[0]}”?" if close else ""


def _members_like(siblings: set[str]) -> list[str]:
    """Return the members of the kinds of part that share most with `siblings`."""
    models = {frozenset(_aliases(model)) for model in _subclasses(Section)}
    best = max((len(siblings & members) for members in models), default=0)
    alike = (m for m in models if len(siblings & m) == best)
    return sorted({name for members in alike for name in members})


def _subclasses(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for child in model.__subclasses__():
        yield child
        yield from _subclasses(child)


def _aliases(model: type[BaseModel]) -> Iterator[str]:
    for name, member in model.model_fields.items():
        yield member.alias or name
