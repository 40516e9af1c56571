"""The parameters of a tool as fields of a form, and what was typed as arguments.

A field stands for a parameter under a key of its own, for a parameter may have any
name. What is typed is read by the one reader of arguments, which the command line and
agents use too.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.fields import InputField, Option
from ferrule.fields.arguments import (
    ArgumentProblem,
    typed_argument,
    weigh_arguments,
)
from ferrule.fields.input_field import FieldType
from ferrule.fields.tool_param import ToolParam

_LONG: Final = frozenset(
    {"body", "comment", "content", "markdown", "message", "note", "query", "text"}
)
_TYPES: Final[dict[str, FieldType]] = {
    "integer": "number",
    "number": "number",
    "array": "textarea",
    "object": "textarea",
}
_EXAMPLES: Final = {
    "array": "One a line, or JSON: [1, 2]",
    "object": 'JSON: {"name": "value"}',
}
_TRUTH: Final = ((True, "Yes"), (False, "No"))


def fields_of(params: Sequence[ToolParam]) -> tuple[InputField, ...]:
    """Return a field for each parameter, in order; `key_of` says under which key."""
    return tuple(_field(number, param) for number, param in enumerate(params))


def key_of(params: Sequence[ToolParam], name: str) -> str:
    """Return the key of a parameter's field, empty for a name that is none."""
    names = [param.name for param in params]
    return f"p{names.index(name)}" if name in names else ""


def arguments_of(
    params: Sequence[ToolParam], given: Mapping[str, Json]
) -> tuple[dict[str, Json], list[ArgumentProblem]]:
    """Return the arguments that are good, and what is wrong with the others.

    `given` is what was typed, by the fields' keys.
    """
    values: dict[str, Json] = {}
    unread: list[ArgumentProblem] = []
    for number, param in enumerate(params):
        raw = given.get(f"p{number}")
        if raw is None or raw == "":
            continue
        try:
            values[param.name] = _value(param, raw)
        except UsageError as error:
            unread.append(ArgumentProblem(param.name, error.message, error.advice))
    good, problems = weigh_arguments(params, values)
    names = {problem.name for problem in unread}
    weighed = [problem for problem in problems if problem.name not in names]
    return good, _in_order(params, [*unread, *weighed])


def bare(problem: ArgumentProblem) -> str:
    """Return a problem as it reads beside its field, which has the name already."""
    text = problem.message.removeprefix(f"“{problem.name}” ")
    return f"This {text} {problem.advice}".strip() if text else str(problem)


def typed(
    params: Sequence[ToolParam], arguments: Mapping[str, Json]
) -> dict[str, Json]:
    """Return arguments as the form shows them, by the fields' keys."""
    return {
        f"p{number}": _shown(param, arguments[param.name])
        for number, param in enumerate(params)
        if param.name in arguments
    }


def _field(number: int, param: ToolParam) -> InputField:
    default = _shown(param, param.default)
    return InputField(
        key=f"p{number}",
        label=param.name,
        type=_type(param),
        required=param.required and param.default is None,
        help_text=param.description,
        default=default,
        options=_options(param),
        placeholder=_EXAMPLES.get(param.type) if not param.enum else None,
    )


def _type(param: ToolParam) -> FieldType:
    if param.enum or param.type == "boolean":
        return "select"
    if param.type == "string":
        return "textarea" if param.name.lower() in _LONG else "text"
    return _TYPES[param.type]


def _choices(param: ToolParam) -> tuple[tuple[Json, str], ...]:
    if param.enum:
        return tuple((one, _text(one)) for one in param.enum)
    return _TRUTH if param.type == "boolean" else ()


def _options(param: ToolParam) -> tuple[Option, ...]:
    return tuple(
        Option(value=str(at), label=label or "(empty)")
        for at, (_, label) in enumerate(_choices(param))
    )


def _value(param: ToolParam, raw: Json) -> Json:
    choices = _choices(param)
    if choices:
        return choices[int(str(raw))][0]
    return typed_argument(param, raw) if isinstance(raw, str) else raw


def _shown(param: ToolParam, value: Json) -> Json:
    """Return a value as its field shows it; None where it is none of the choices."""
    if value is None:
        return None
    choices = _choices(param)
    if choices:
        at = [n for n, (one, _) in enumerate(choices) if _same(one, value)]
        return str(at[0]) if at else None
    if param.type == "array" and isinstance(value, list):
        plain = all(isinstance(one, str) and "," not in one for one in value)
        return "\n".join(map(str, value)) if plain else _text(value)
    return _text(value)


def _same(one: Json, other: Json) -> bool:
    return type(one) is type(other) and one == other


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _in_order(
    params: Sequence[ToolParam], problems: list[ArgumentProblem]
) -> list[ArgumentProblem]:
    names = [param.name for param in params]
    return sorted(problems, key=lambda one: names.index(one.name))
