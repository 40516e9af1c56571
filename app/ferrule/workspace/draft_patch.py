"""What differs between two documents, as a list of changes that a journal can hold.

Documents share what stayed the same, so finding the changes of an edit costs what the
edit costs and not what the document is long. A change is one of `["set", pointer,
value]`, `["del", pointer]`, `["splice", pointer, start, count, elements]`. Applied in
order they give the newer document exactly: its members in their order, its numbers in
their digits.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ferrule.errors import UsageError
from ferrule.exchange import Json

Change = list[Json]


def alike(one: Json, other: Json, *, ordered: bool = True) -> bool:
    """Return whether two values are the same JSON: true is not 1, 1.0 is not 1.

    Unless `ordered`, members may stand in another order.
    """
    if one is other:
        return True
    if isinstance(one, float | Decimal) and isinstance(other, float | Decimal):
        return str(one) == str(other)
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        same_names = list(one) == list(other) if ordered else one.keys() == other.keys()
        return same_names and all(
            alike(value, other[name], ordered=ordered) for name, value in one.items()
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            alike(a, b, ordered=ordered) for a, b in zip(one, other, strict=True)
        )
    return one == other


def changes_between(before: Json, after: Json) -> list[Change]:
    """Return what makes `after` of `before`; nothing where they are alike."""
    return list(_changes("", before, after))


def _changes(pointer: str, before: Json, after: Json) -> Iterator[Change]:
    if before is after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _in_object(pointer, before, after)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _in_list(pointer, before, after)
    elif not alike(before, after):
        yield ["set", pointer, after]


def _in_object(
    pointer: str, before: dict[str, Json], after: dict[str, Json]
) -> Iterator[Change]:
    kept = [name for name in before if name in after]
    order = [*kept, *(name for name in after if name not in before)]
    if order != list(after):  # only a whole object says in which order its members are
        yield ["set", pointer, after]
        return
    for name in before:
        if name not in after:
            yield ["del", f"{pointer}/{_escaped(name)}"]
    for name, value in after.items():
        place = f"{pointer}/{_escaped(name)}"
        if name in before:
            yield from _changes(place, before[name], value)
        else:
            yield ["set", place, value]


def _in_list(pointer: str, before: list[Json], after: list[Json]) -> Iterator[Change]:
    if len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _changes(f"{pointer}/{index}", old, new)
        return
    least = min(len(before), len(after))
    start = _common(before, after, least)
    end = _common(before[::-1], after[::-1], least - start)
    fresh = after[start : len(after) - end]
    yield ["splice", pointer, start, len(before) - end - start, fresh]


def _common(one: Sequence[Json], other: Sequence[Json], most: int) -> int:
    """Return how many elements two lists begin with in common, at most `most`."""
    for count, (a, b) in enumerate(zip(one[:most], other[:most], strict=True)):
        if not alike(a, b):
            return count
    return most


def applied(document: Json, changes: Sequence[Change]) -> Json:
    """Return the document with changes applied; it stays as it was.

    Raises:
        UsageError: for a change that does not fit the document.
    """
    try:
        for change in changes:
            document = _applied(document, change)
    except (KeyError, IndexError, TypeError, ValueError):
        raise UsageError("A change does not fit the document.") from None
    return document


def _applied(document: Json, change: Change) -> Json:
    deed, pointer = change[0], change[1]
    if not isinstance(pointer, str):
        raise TypeError
    parts = [unescaped(part) for part in pointer.split("/")[1:]]
    return _at(document, parts, deed, change[2:])


def _at(here: Json, parts: list[str], deed: Json, rest: Sequence[Json]) -> Json:
    if not parts:
        return _done(here, deed, rest)
    first, below = parts[0], parts[1:]
    if isinstance(here, list):
        index = int(first)
        return [
            *here[:index],
            _at(here[index], below, deed, rest),
            *here[index + 1 :],
        ]
    if not isinstance(here, dict):
        raise TypeError
    found = dict(here)
    if deed == "del" and not below:
        del found[first]
    elif deed == "set" and not below:
        found[first] = rest[0]
    else:
        found[first] = _at(here[first], below, deed, rest)
    return found


def _done(here: Json, deed: Json, rest: Sequence[Json]) -> Json:
    if deed == "set":
        return rest[0]
    start, count, fresh = rest
    if deed != "splice" or not isinstance(here, list) or not isinstance(fresh, list):
        raise TypeError
    if not isinstance(start, int) or not isinstance(count, int):
        raise TypeError
    if not 0 <= start <= start + count <= len(here):
        raise IndexError
    return [*here[:start], *fresh, *here[start + count :]]


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def unescaped(part: str) -> str:
    """Return a part of a JSON pointer as the name it stands for (RFC 6901)."""
    return part.replace("~1", "/").replace("~0", "~")
