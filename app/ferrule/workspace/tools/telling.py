"""What is passed on to an agent is data, whoever wrote it: descriptors and services.

It is bounded in size and depth; control characters go, and what nobody would see
(changes of the writing direction, tags, characters without width) becomes visible, as
in stored signals. Secrets are masked. What a tool may do is not told by any text: its
method decides (`Tool.deed`).
"""

import re
from collections.abc import Sequence
from typing import Final

from ferrule.exchange import Json, encode
from ferrule.fields.arguments import argument_schema
from ferrule.fields.tool_param import ToolParam
from ferrule.redaction import live

LONGEST_TEXT: Final = 1_000
_LONGEST_HINT: Final = 500
_LONGEST_CHOICES: Final = 4_000
_DEEPEST: Final = 64
_MOST_PARAMS: Final = 100
_LEFT_OUT: Final = "…"
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_UNSEEN: Final = re.compile(
    "[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")  # what all clients take


def plain(text: str, most: int | None = None) -> str:
    """Return a text as it may be passed on, at most so many characters of it."""
    if not (text.isascii() and text.isprintable()):
        text = _UNSEEN.sub(_visible, _CONTROL.sub("", text))
    text = live.text(text)
    if most is None or len(text) <= most:
        return text
    return f"{text[:most]}{_LEFT_OUT}"


def line(text: str, most: int = LONGEST_TEXT) -> str:
    """Return a text as one line."""
    return plain(" ".join(text.split()), most)


def plain_json(value: Json, depth: int = 0) -> Json:
    """Return a JSON value as it may be passed on; what is too deep is left out."""
    if isinstance(value, str):
        return plain(value)
    if not isinstance(value, list | dict):
        return value
    if depth >= _DEEPEST:
        return _LEFT_OUT
    if isinstance(value, list):
        return [plain_json(one, depth + 1) for one in value]
    members: dict[str, Json] = {}
    for name, member in value.items():
        known = plain(name)
        while known in members:  # two that differ by what is not seen: none is lost
            known += "_"
        members[known] = plain_json(member, depth + 1)
    return members


def can_be_called(params: Sequence[ToolParam]) -> bool:
    """Tell whether clients take the parameters: one that none takes spoils a list."""
    fit = all(_NAME.fullmatch(param.name) for param in params)
    return fit and len(params) <= _MOST_PARAMS


def plain_schema(params: Sequence[ToolParam]) -> dict[str, Json]:
    """Return the JSON Schema of arguments; what is checked stays as it is."""
    return argument_schema([_plain_param(param) for param in params])


def _plain_param(param: ToolParam) -> ToolParam:
    """Return a parameter without choices that cannot be told as they are.

    They are checked all the same: who chooses another is told which there are.
    """
    told: dict[str, object] = {}
    if param.description:
        told["description"] = line(param.description, _LONGEST_HINT)
    if param.enum is not None and not _tellable(list(param.enum)):
        told["enum"] = None
    if not _tellable(param.default):
        told["default"] = None
    return param.model_copy(update=told)


def _tellable(value: Json) -> bool:
    return len(encode(value)) <= _LONGEST_CHOICES and plain_json(value) == value


def _visible(match: re.Match[str]) -> str:
    return f"⟦U+{ord(match[0]):04X}⟧"
