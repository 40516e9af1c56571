"""Reading an item's id and its lists of texts."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from ferrule.errors import ItemError
from ferrule.exchange import MISSING, Json, Missing, scalar_text
from ferrule.expression.jsonpath import Path
from ferrule.mapping.sanitise import UNSAFE, Warn, clean_list, clean_text

ID_LENGTH = 2_000
_NO_BIDI = "\u0100"

Texts: TypeAlias = Callable[[Json, Warn], list[str]]


def external_id(path: Path, item: Json, warn: Warn) -> str:
    """Return the id of an item: a text, or a number as it is written.

    Raises:
        ItemError: when there is none, or one with control characters: two ids must
            never become one by cleaning.
    """
    value = path.first(item)
    if type(value) is int:
        return str(value)
    if isinstance(value, str) and value:
        return (
            value
            if value.isprintable() and len(value) <= ID_LENGTH
            else _odd_id(path, value, warn)
        )
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return scalar_text(value)
    found = "nothing" if value is MISSING else kind_name(value)
    raise ItemError(
        f"{path.text} holds {found}, not an id.", item_id=None, field="idPath"
    )


def _odd_id(path: Path, value: str, warn: Warn) -> str:
    unsafe = UNSAFE.search(value)
    if "\r" in value or "\n" in value or (unsafe and unsafe[0] < _NO_BIDI):
        raise ItemError(
            f"{path.text} holds an id with a control character: {value[:60]!r}.",
            item_id=None,
            field="idPath",
        )
    if len(value) > ID_LENGTH:
        raise ItemError(
            f"{path.text} holds an id of {len(value)} characters; "
            f"at most {ID_LENGTH} are read.",
            item_id=None,
            field="idPath",
        )
    return clean_text(value, 2 * ID_LENGTH * 8, "id", warn)


def compile_texts(path: Path | None, what: str, limit: int) -> Texts:
    """Return a function from an item to the texts that `path` leads to.

    A list at one place is its elements; numbers and booleans are their JSON text;
    null is nothing; objects and lists are left out with a warning (semantics 2).
    """
    if path is None:
        return lambda _item, _warn: []

    def read(item: Json, warn: Warn) -> list[str]:
        found = _elements(path, item)
        if not found:
            return []
        texts = [v if type(v) is str else _scalar(v, what, warn) for v in found]
        return [text for text in clean_list(texts, limit, what, warn) if text]

    return read


def _elements(path: Path, item: Json) -> list[Json]:
    if not path.singular:
        return path.values(item)
    found: Json | Missing = path.first(item)
    if found is MISSING or found is None:
        return []
    return found if isinstance(found, list) else [found]


def _scalar(value: Json, what: str, warn: Warn) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        warn(f"{what}: {kind_name(value)} was left out.")
        return ""
    return scalar_text(value)


def kind_name(value: Json) -> str:
    """Return what a value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    names: dict[type, str] = {dict: "an object", list: "a list", str: "an empty text"}
    return names.get(type(value), "a number")
