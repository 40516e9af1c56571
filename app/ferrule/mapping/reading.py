"""Reading an item's id, its times and its lists of texts.

Each is compiled to a function of the item. The usual values (a whole number as id, a
time as RFC 3339 writes it, clean short texts) are recognised first and taken as they
are; everything else goes the careful way, with the same result.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

from ferrule.errors import ItemError
from ferrule.exchange import MISSING, Json, scalar_text
from ferrule.expression.dates import to_rfc3339
from ferrule.expression.jsonpath import Path, compile_path
from ferrule.mapping.sanitise import (
    LIST_LENGTH,
    UNSAFE,
    Warn,
    clean_list,
    clean_text,
)

ID_LENGTH: Final = 2_000
_NO_BIDI: Final = "\u0100"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "|": "\\|"})

Key: TypeAlias = Callable[[Json, Warn], str]
Texts: TypeAlias = Callable[[Json, Warn], list[str]]
Time: TypeAlias = Callable[[Json, str], str | None]


def compile_key(id_path: str, primary_key: Sequence[str] | None) -> Key:
    """Return a function from an item to its external id.

    Several parts are joined with `|`; a backslash or bar inside a part has a backslash
    before it, so that two keys are never one. One part is the id as it stands.

    Raises (the function):
        ItemError: when there is none, or one with control characters: two ids must
            never become one by cleaning.
    """
    if not primary_key:
        return _id_at(compile_path(id_path), "idPath")
    parts = [
        _id_at(compile_path(path), f"primaryKey/{index}")
        for index, path in enumerate(primary_key)
    ]
    return parts[0] if len(parts) == 1 else _joined(parts)


def _joined(parts: Sequence[Key]) -> Key:
    def read(item: Json, warn: Warn) -> str:
        key = "|".join([part(item, warn).translate(_ESCAPES) for part in parts])
        if len(key) > ID_LENGTH:
            raise _too_long(key, "The parts together are", "primaryKey")
        return key

    return read


def _id_at(path: Path, member: str) -> Key:
    get = path.first

    def read(item: Json, warn: Warn) -> str:
        value = get(item)
        if type(value) is int:
            return str(value)
        if isinstance(value, str) and value:
            if value.isprintable() and len(value) <= ID_LENGTH:
                return value
            return _odd_id(path, value, member, warn)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return scalar_text(value)
        found = "nothing" if value is MISSING else kind_name(value)
        raise ItemError(
            f"{path.text} holds {found}, not an id.", item_id=None, field=member
        )

    return read


def _odd_id(path: Path, value: str, member: str, warn: Warn) -> str:
    unsafe = UNSAFE.search(value)
    if "\r" in value or "\n" in value or (unsafe and unsafe[0] < _NO_BIDI):
        raise ItemError(
            f"{path.text} holds an id with a control character: {value[:60]!r}.",
            item_id=None,
            field=member,
        )
    if len(value) > ID_LENGTH:
        raise _too_long(value, f"{path.text} holds", member)
    return clean_text(value, 2 * ID_LENGTH * 8, "id", warn)


def _too_long(value: str, holds: str, member: str) -> ItemError:
    return ItemError(
        f"{holds} an id of {len(value)} characters; at most {ID_LENGTH} are read.",
        item_id=None,
        field=member,
    )


def compile_time(path: Path, date_format: str, member: str) -> Time:
    """Return a function from an item and its id to a time as RFC 3339 in UTC, or None.

    Raises (the function):
        ItemError: when what stands there is no time.
    """
    get = path.first

    def read(item: Json, key: str) -> str | None:
        value = get(item)
        if value is MISSING or value is None:
            return None
        try:
            return to_rfc3339(value, date_format)
        except ValueError as error:
            message = f"{path.text}: {error}"
            raise ItemError(message, item_id=key, field=member) from None

    return read


def compile_texts(text: str | None, what: str, limit: int) -> Texts:
    """Return a function from an item to the texts that a path leads to.

    A list at one place is its elements; numbers and booleans are their JSON text;
    null is nothing; objects and lists are left out with a warning (semantics 2).
    """
    if text is None:
        return lambda _item, _warn: []
    path = compile_path(text)
    if path.singular:
        return _one_or_list(path, _careful(_elements(path), what, limit), limit)
    return _careful(path.values, what, limit)


def _one_or_list(path: Path, careful: Texts, limit: int) -> Texts:
    get = path.first

    def read(item: Json, warn: Warn) -> list[str]:
        found = get(item)
        if type(found) is str and found and len(found) <= limit:
            if found.isprintable():
                return [found]
        elif found is MISSING:
            return []
        return careful(item, warn)

    return read


def _careful(elements: Callable[[Json], list[Json]], what: str, limit: int) -> Texts:
    def read(item: Json, warn: Warn) -> list[str]:
        found = elements(item)
        for one in found:
            usual = type(one) is str and one and len(one) <= limit
            if not usual or not one.isprintable():  # type: ignore[union-attr]  # a text
                break
        else:
            if len(found) <= LIST_LENGTH:
                return found[:]  # type: ignore[return-value]  # texts, every one
        texts = [v if type(v) is str else _scalar(v, what, warn) for v in found]
        return [one for one in clean_list(texts, limit, what, warn) if one]

    return read


def _elements(path: Path) -> Callable[[Json], list[Json]]:
    get = path.first

    def elements(item: Json) -> list[Json]:
        found = get(item)
        if type(found) is list:
            return found
        return [] if found is MISSING or found is None else [found]

    return elements


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
