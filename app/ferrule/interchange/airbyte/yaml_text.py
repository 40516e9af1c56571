"""JSON as YAML in block style, as Airbyte's manifests are written.

Every text that YAML could read as something else stands in double quotes, which it
reads as JSON does.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from ferrule.exchange import Json, scalar_text

_PLAIN: Final = re.compile(r"[A-Za-z_/][A-Za-z0-9_/.-]*")
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_SIMPLE: Final = re.compile(r"[ !\"$-&(-\[\]-~]+")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def yaml_text(value: Json) -> str:
    """Return a document that reads as `value`."""
    return "\n".join(_lines(value, "")) + "\n"


def _lines(value: Json, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _member(f"{indent}{_scalar(name)}:", member, f"{indent}  ")
    elif isinstance(value, list) and value:
        for element in value:
            yield from _element(element, indent)
    else:
        yield f"{indent}{_scalar(value)}"


def _member(head: str, value: Json, indent: str) -> Iterator[str]:
    if isinstance(value, dict | list) and value:
        yield head
        yield from _lines(value, indent)
    else:
        yield f"{head} {_scalar(value)}"


def _element(value: Json, indent: str) -> Iterator[str]:
    if isinstance(value, list) and value:
        yield f"{indent}-"
        yield from _lines(value, f"{indent}  ")
        return
    first, *rest = _lines(value, f"{indent}  ")
    yield f"{indent}- {first[len(indent) + 2 :]}"
    yield from rest


def _quoted(text: str) -> str:
    if '"' in text and _SIMPLE.fullmatch(text):
        return f"'{text}'"
    written = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


def _scalar(value: Json) -> str:
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return value if plain else _quoted(value)
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    return "null" if value is None else scalar_text(value)
