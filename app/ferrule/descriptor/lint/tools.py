"""Lint for tools: honest effects, parameters that are there, used, and can be given."""

import re
from collections.abc import Iterator
from typing import Final

from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import wire
from ferrule.descriptor.tools import Tool
from ferrule.descriptor.variables import names_in, texts_of
from ferrule.errors import Problem
from ferrule.exchange import Json
from ferrule.expression.target import compile_target
from ferrule.fields import ToolParam
from ferrule.fields.arguments import unfit_choices, unfit_default
from ferrule.request.address import compile_address

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what agents can call
_PARAM: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_PREFIX: Final = "params."


def tools(connector: Connector, document: dict[str, Json]) -> Iterator[Problem]:
    """Yield FD017 and FD027 to FD029 for each tool that something is wrong with."""
    del document
    for index, tool in enumerate(connector.tools or ()):
        pointer = f"/tools/{index}"
        yield from _dishonest(tool, pointer)
        yield from _unknown(tool, pointer)
        yield from _unused(tool, pointer)
        yield from _impossible(tool, pointer)


def _dishonest(tool: Tool, pointer: str) -> Iterator[Problem]:
    if tool.effect == "read" and not tool.reads:
        sends = "another method" if tool.overrides else tool.request.method
        yield Problem(
            "FD017",
            "error",
            f"{pointer}/effect",
            f"“{tool.name}” is said to read, but sends {sends}.",
            "Set its effect to write or destructive.",
        )


def _unknown(tool: Tool, pointer: str) -> Iterator[Problem]:
    """Yield FD027 for each parameter that the request names and the tool has not."""
    known = {param.name for param in tool.params}
    for place, text in texts_of(wire(tool.request)):
        for name in dict.fromkeys(_named(text)):
            if name not in known:
                yield Problem(
                    "FD027",
                    "error",
                    f"{pointer}/request{place}",
                    f"“{tool.name}” has no parameter “{name}”.",
                    f"It has: {', '.join(sorted(known)) or 'none'}.",
                )


def _unused(tool: Tool, pointer: str) -> Iterator[Problem]:
    """Yield FD028 for each parameter that changes nothing of the request."""
    used = {name for _, text in texts_of(wire(tool.request)) for name in _named(text)}
    for index, param in enumerate(tool.params):
        if param.in_ is None and param.name not in used:
            yield Problem(
                "FD028",
                "warning",
                f"{pointer}/params/{index}",
                f"“{param.name}” of “{tool.name}” goes nowhere.",
                "Name it in the request as {{params.NAME}}, or say where it goes.",
            )


def _named(text: str) -> Iterator[str]:
    for name in names_in(text):
        if name.startswith(_PREFIX):
            yield name.removeprefix(_PREFIX).split(".")[0]


def _impossible(tool: Tool, pointer: str) -> Iterator[Problem]:
    """Yield FD029 for what keeps a tool, or one of its parameters, from being used."""
    if not _NAME.fullmatch(tool.name):
        yield _problem(
            f"{pointer}/name",
            "Agents cannot call a tool of that name.",
            "Use up to 64 letters, digits, _ and -.",
        )
    for index, param in enumerate(tool.params):
        place = f"{pointer}/params/{index}"
        yield from _of_param(tool, param, place)
        yield from _of_values(param, place)


def _of_param(tool: Tool, param: ToolParam, place: str) -> Iterator[Problem]:
    if not _PARAM.fullmatch(param.name):
        yield _problem(
            f"{place}/name",
            f"“{param.name[:80]}” cannot be the name of a parameter.",
            "Use letters, digits, _ and -, and a letter first.",
        )
    target = compile_target(param.in_) if param.in_ is not None else None
    address = tool.request.endpoint
    if target is not None and target.kind == "url":
        told = f"“{param.name}” would be the whole address of the request."
        yield _problem(f"{place}/in", told, "Give it another place.")
    if target is not None and target.kind == "path":
        if "{" + target.name + "}" not in address:
            yield _problem(
                f"{place}/in",
                f"The address has no {{{target.name}}}.",
                "Write it where the value goes.",
            )
        yield from _needed(param, place)
    elif f"{_PREFIX}{param.name}" in compile_address(address).names:
        yield from _needed(param, place)


def _needed(param: ToolParam, place: str) -> Iterator[Problem]:
    if not param.required and param.default is None:
        yield _problem(
            f"{place}/required",
            f"The address needs “{param.name}”, which may be left out.",
            "Make it required, or give it a default.",
        )


def _of_values(param: ToolParam, place: str) -> Iterator[Problem]:
    unfit = unfit_default(param)
    if unfit:
        told = f"The default of “{param.name}” {unfit}"
        yield _problem(f"{place}/default", told, "Change it or the type.")
    if param.enum is not None and not param.enum:
        told = f"“{param.name}” allows no value at all."
        yield _problem(f"{place}/enum", told, "Name some, or leave it out.")
    for number in unfit_choices(param):
        told = f"A value that “{param.name}” allows is not of its type."
        yield _problem(f"{place}/enum/{number}", told, "Change it or the type.")


def _problem(pointer: str, message: str, advice: str) -> Problem:
    return Problem("FD029", "error", pointer, message, advice)
