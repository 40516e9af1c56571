"""The arguments of a tool: checked against its parameters before anything is sent.

Every problem names its parameter. No message repeats a value, for it may be a secret.
What a form or a command line gives is text, and is read as the parameter's type says.
"""

import difflib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from ferrule.errors import UnreadableResponse, UsageError
from ferrule.exchange import Json, decode
from ferrule.expression.equality import is_number, same
from ferrule.fields.reading import list_parts
from ferrule.fields.tool_param import ToolParam

LONGEST: Final = 1_000_000
"""How many characters a text may have: more than any message, less than a file."""
_DEEPEST: Final = 64
_MOST_ALLOWED_TOLD: Final = 20
_KINDS: Final[Mapping[str, str]] = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}
_TRUTH: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("true", "yes", "1"), True),
    **dict.fromkeys(("false", "no", "0"), False),
}


class ArgumentProblem(NamedTuple):
    """What is wrong with one argument; `name` is the parameter's, or the unknown one's.

    `advice` says what is accepted.
    """

    name: str
    message: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


def read_arguments(
    params: Sequence[ToolParam], given: Mapping[str, Json]
) -> dict[str, Json]:
    """Return the arguments in the order of the parameters, with their defaults.

    What was not given, or given as null, and has no default is left out.

    Raises:
        UsageError: naming each parameter that something is wrong with.
    """
    values, problems = weigh_arguments(params, given)
    if problems:
        said = " ".join(problem.message for problem in problems)
        advice = " ".join(dict.fromkeys(p.advice for p in problems if p.advice))
        raise UsageError(said, advice=advice)
    return values


def weigh_arguments(
    params: Sequence[ToolParam], given: Mapping[str, Json]
) -> tuple[dict[str, Json], list[ArgumentProblem]]:
    """Return the arguments that are good, and what is wrong with the others."""
    values: dict[str, Json] = {}
    problems = _unknown(params, given)
    for param in params:
        value = given.get(param.name)
        if value is None:
            value = param.default
        if value is None:
            if param.required:
                problems.append(_problem(param, "is required."))
            continue
        try:
            values[param.name] = _checked(param, value)
        except _Unfit as unfit:
            problems.append(_problem(param, unfit.message, unfit.advice))
    return values, problems


def typed_argument(param: ToolParam, text: str) -> Json:
    """Return what a person wrote for a parameter, as its type says.

    `true` and `3` are read for a boolean and a number; lists and objects are JSON, and
    a list may have commas between its texts.

    Raises:
        UsageError: naming the parameter.
    """
    if param.type == "string":
        return text
    found = _READERS[param.type](text.strip())
    if found is None:
        problem = _problem(param, f"must be {_KINDS[param.type]}.")
        raise UsageError(str(problem))
    return found


def argument_schema(params: Sequence[ToolParam]) -> dict[str, Json]:
    """Return the JSON Schema (2020-12) of a tool's arguments, as one object."""
    required: list[Json] = [param.name for param in params if param.required]
    members: dict[str, Json] = {param.name: _member(param) for param in params}
    schema: dict[str, Json] = {"type": "object", "properties": members}
    if required:
        schema["required"] = required
    return schema | {"additionalProperties": False}


def unfit_default(param: ToolParam) -> str:
    """Return what is wrong with a parameter's own default; empty where it fits."""
    if param.default is None:
        return ""
    try:
        _checked(param, param.default)
    except _Unfit as unfit:
        return unfit.message
    return ""


def unfit_choices(param: ToolParam) -> list[int]:
    """Return which of the allowed values, counted from 0, are not of the type."""
    bare = param.model_copy(update={"enum": None})
    found = []
    for index, value in enumerate(param.enum or ()):
        try:
            _checked(bare, value)
        except _Unfit:
            found.append(index)
    return found


class _Unfit(Exception):  # noqa: N818  # told as a problem, never seen outside
    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


def _problem(param: ToolParam, message: str, advice: str = "") -> ArgumentProblem:
    return ArgumentProblem(param.name, f"“{param.name}” {message}", advice)


def _unknown(
    params: Sequence[ToolParam], given: Mapping[str, Json]
) -> list[ArgumentProblem]:
    names = [param.name for param in params]
    takes = f"It takes: {', '.join(names)}." if names else "It takes no parameters."
    found = []
    for name in given:
        if name in names:
            continue
        shown = name[:80]
        near = difflib.get_close_matches(name, names, 1)
        advice = f"Did you mean “{near[0]}”?" if near else takes
        told = f"There is no parameter “{shown}”."
        found.append(ArgumentProblem(shown, told, advice))
    return found


def _checked(param: ToolParam, value: Json) -> Json:
    found = _CHECKS[param.type](value)
    if found is None:
        raise _Unfit(f"must be {_KINDS[param.type]}.")
    if param.enum is not None and not any(same(found, one) for one in param.enum):
        shown = [_shown(one) for one in param.enum[:_MOST_ALLOWED_TOLD]]
        raise _Unfit(f"must be one of: {', '.join(shown)}.")
    return found


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _string(value: Json) -> Json:
    if not isinstance(value, str):
        return None
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise _Unfit("holds characters that are not UTF-8.")
    if len(value) > LONGEST:
        raise _Unfit(f"is longer than {LONGEST:,} characters.")
    return value


def _number(value: Json) -> int | float | Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return value if math.isfinite(value) else None


def _integer(value: Json) -> Json:
    found = _number(value)
    return int(found) if found is not None and found == int(found) else None


def _boolean(value: Json) -> Json:
    return value if isinstance(value, bool) else None


def _array(value: Json) -> Json:
    if not isinstance(value, list):
        return None
    _shallow(value)
    return value


def _object(value: Json) -> Json:
    if not isinstance(value, dict):
        return None
    _shallow(value)
    return value


def _shallow(value: Json, depth: int = 0) -> None:
    """Check how deep a value is, and every text and name in it."""
    if depth > _DEEPEST:
        raise _Unfit("is nested too deeply.")
    if isinstance(value, dict):
        value = [*value, *value.values()]
    for one in value if isinstance(value, list) else ():
        _shallow(one, depth + 1)
    if isinstance(value, str):
        _string(value)


_CHECKS: Final[Mapping[str, Callable[[Json], Json]]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "array": _array,
    "object": _object,
}


def _member(param: ToolParam) -> Json:
    schema: dict[str, Json] = {"type": param.type}
    if param.description:
        schema["description"] = param.description
    if param.enum is not None:
        schema["enum"] = list(param.enum)
    if param.default is not None:
        schema["default"] = param.default
    return schema


def _json(text: str) -> Json:
    try:
        return decode(text.encode("utf-8", "replace"))
    except UnreadableResponse:
        return None


def _json_number(text: str) -> Json:
    found = _json(text)
    return found if is_number(found) else None


def _truth(text: str) -> Json:
    return _TRUTH.get(text.lower())


def _list(text: str) -> Json:
    if text.startswith("["):
        found = _json(text)
        return found if isinstance(found, list) else None
    return list(list_parts(text))


def _json_object(text: str) -> Json:
    found = _json(text)
    return found if isinstance(found, dict) else None


_READERS: Final[Mapping[str, Callable[[str], Json]]] = {
    "integer": _json_number,
    "number": _json_number,
    "boolean": _truth,
    "array": _list,
    "object": _json_object,
}
