"""Names and values in pasted text: lines `NAME=value`, or a JSON file of credentials.

A name finds its field by being the same, or by ending as the field is called:
`SLACK_BOT_TOKEN` is for “Bot token”.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ferrule.fields.input_field import InputField
from ferrule.fields.known_tokens import plain_name

_LINE: Final = re.compile(
    r"\s*(?:export\s+|set\s+|\$env:)?(?P<name>[A-Za-z][A-Za-z0-9_.-]{1,60})"
    r"\s*=\s*(?P<value>[^=\s].*?)\s*;?\s*"
)
_LOUD: Final = re.compile(r"[A-Z][A-Z0-9_]*")
_USUAL: Final = re.compile(
    r"(?:.*[_.-])?(?:token|key|secret|password|passwd|pat|id|user|username|email)",
    re.IGNORECASE,
)
_FILES: Final = ("the key file of a service account", "a client file")
_NESTED: Final = ("installed", "web")
_MOST: Final = 64
_SHORTEST: Final = 2


@dataclass(frozen=True, slots=True)
class Parts:
    """Values by name; `json` says how they were written, `kind` what they are."""

    values: Mapping[str, str] = field(repr=False)
    json: bool = False
    kind: str = ""

    @property
    def credentials(self) -> bool:
        """Return whether it is a file of credentials, as vendors offer them."""
        return self.kind in _FILES


def parts_of(text: str) -> Parts | None:
    """Return the names and values in a text, None where it is something else."""
    bare = text.strip().lstrip("\ufeff")
    if bare.startswith("{"):
        return _of_json(bare)
    return _of_lines(bare)


def place(values: Mapping[str, str], fields: Sequence[InputField]) -> dict[str, str]:
    """Return the values by the keys of the fields that they are for."""
    names = {name: plain_name(name) for name in values}
    placed: dict[str, str] = {}
    taken: set[str] = set()
    for exact in (True, False):
        for spec in fields:
            found = _match(spec, names, taken, exact=exact)
            if found and spec.key not in placed:
                placed[spec.key] = values[found]
                taken.add(found)
    return placed


def _match(
    spec: InputField, names: Mapping[str, str], taken: set[str], *, exact: bool
) -> str | None:
    wanted = {plain_name(spec.key), plain_name(spec.label)}
    for name, plain in names.items():
        if name in taken:
            continue
        if plain in wanted if exact else _ends(plain, wanted):
            return name
    return None


def _ends(plain: str, wanted: set[str]) -> bool:
    return any(plain.endswith(one) and len(one) > _SHORTEST for one in wanted)


def _of_json(text: str) -> Parts | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    for name in _NESTED:  # Google's client_secret.json holds all below one of them
        if isinstance(found.get(name), dict):
            found = found[name]
    values = {str(k): v for k, v in found.items() if isinstance(v, str) and v}
    return Parts(values, json=True, kind=_kind(values)) if values else None


def _kind(values: Mapping[str, str]) -> str:
    if values.get("type") == "service_account":
        return _FILES[0]
    if "client_id" in values and "client_secret" in values:
        return _FILES[1]
    return "a JSON object"


def _of_lines(text: str) -> Parts | None:
    lines = list(_lines(text))
    if not lines or len(lines) > _MOST:
        return None
    values: dict[str, str] = {}
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None or not _is_name(found["name"]):
            return None
        values[found["name"]] = _unquoted(found["value"])
    return Parts(values)


def _lines(text: str) -> Iterator[str]:
    """Yield the lines that say something."""
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line


def _is_name(name: str) -> bool:
    """Tell a variable from text that happens to have an equals sign in it."""
    return bool(_LOUD.fullmatch(name) or _USUAL.fullmatch(name))


def _unquoted(value: str) -> str:
    quote = value[:1]
    inside = value[1:-1]
    if quote in {'"', "'"} and value.endswith(quote) and quote not in inside:
        return inside
    return value
