"""Text of another tool as a template of ours, with the same meaning.

`{{name}}` of the input (Postman's way, and what shell variables are read as) becomes a
configuration value; braces that only look like a placeholder are kept as a constant.
"""

import re

from ferrule.descriptor.config import BUILT_IN
from ferrule.errors import InterchangeError
from ferrule.exchange import Json

_VARIABLE = re.compile(r"\{\{[ \t]*([A-Za-z_][A-Za-z0-9_-]{0,63})[ \t]*\}\}")
_DEEPEST = 40
_BRACES = '{{params.none|default("{{")}}'
_BRACE = '{{params.none|default("{")}}'


def templated(text: str, names: dict[str, None]) -> str:
    """Return `text` as a template; the names that it uses are added to `names`."""
    parts: list[str] = []
    end = 0
    for match in _VARIABLE.finditer(text):
        parts += [_constant(text[end : match.start()], closed=True)]
        parts += [reference(match[1])]
        names[match[1]] = None
        end = match.end()
    return "".join([*parts, _constant(text[end:], closed=False)])


def reference(name: str) -> str:
    """Return the placeholder of a configuration value."""
    return f"{{{{config.{name}}}}}" if name in BUILT_IN else f"{{{{{name}}}}}"


def plain(text: str) -> str:
    """Return the text that a template without variables stands for."""
    return text.replace(_BRACES, "{{").replace(_BRACE, "{")


def only_variable(text: str) -> str | None:
    """Return the name of the variable that is all of `text`, or None."""
    match = _VARIABLE.fullmatch(text.strip())
    return match[1] if match else None


def compact(text: str) -> str:
    """Return `text` with no blanks inside its variables."""
    return _VARIABLE.sub(lambda match: f"{{{{{match[1]}}}}}", text)


def variables(text: str) -> list[str]:
    """Return the names of the variables in `text`, in order."""
    return _VARIABLE.findall(text)


def templated_json(value: Json, names: dict[str, None], depth: int = 0) -> Json:
    """Return a JSON value with every text in it as a template.

    Raises:
        InterchangeError: when it is nested deeper than a descriptor may be.
    """
    if depth > _DEEPEST:
        raise InterchangeError("A body is nested deeper than 40 levels.")
    if isinstance(value, str):
        return templated(value, names)
    if isinstance(value, list):
        return [templated_json(element, names, depth + 1) for element in value]
    if isinstance(value, dict):
        return {k: templated_json(v, names, depth + 1) for k, v in value.items()}
    return value


def _constant(text: str, *, closed: bool) -> str:
    """Return a literal; `closed` where a placeholder follows it at once."""
    literal = text.replace("{{", _BRACES)
    if closed and literal.endswith("{"):
        literal = literal[:-1] + _BRACE
    return literal.replace(_BRACES + "{", _BRACES + _BRACE)
