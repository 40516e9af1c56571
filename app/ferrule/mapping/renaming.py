"""Names of members: in another case, and nested members lifted up.

Nothing is lost: where two members would come to have one name, the item is refused.
"""

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal, TypeAlias

from ferrule.exchange import Json

Case = Literal["snake", "lower", "camel"]
Rename: TypeAlias = Callable[[str], str]

_RUN: Final = re.compile(r"[^\W_]+")
_MOST_CACHED: Final = 4_096


def in_case(value: Json, rename: Rename) -> Json:
    """Return a value with every name in it renamed, at all depths.

    Raises:
        ValueError: when two members of one object get the same name.
    """
    if isinstance(value, dict):
        return _unique((rename(k), in_case(v, rename)) for k, v in value.items())
    if isinstance(value, list):
        return [in_case(element, rename) for element in value]
    return value


def renamer(case: Case) -> Rename:
    """Return a function from a name to the name in a case.

    Words are what stands between other characters than letters and digits, and what
    begins with a capital: `HTTPServer-id` is `http_server_id` and `httpServerId`.
    Underscores at the beginning stay; a name without any word stays as it is.
    """
    return _RENAMERS[case]


def lifted(members: dict[str, Json], separator: str) -> dict[str, Json]:
    """Return members with those of nested objects beside them: `user_login`.

    Lists stay whole, and an object without members stays what it is.

    Raises:
        ValueError: when two members would get the same name.
    """
    return _unique(_lifted(members, separator))


def lifted_one(members: dict[str, Json], name: str, separator: str) -> dict[str, Json]:
    """Return members with the nested ones of the member `name` beside them.

    Raises:
        ValueError: when two members would get the same name.
    """
    return _unique(_lifted_one(members, name, separator))


def _lifted_one(
    members: dict[str, Json], name: str, separator: str
) -> Iterator[tuple[str, Json]]:
    for key, value in members.items():
        if key == name:
            yield from _lifted({key: value}, separator)
        else:
            yield key, value


def _lifted(members: dict[str, Json], separator: str) -> Iterator[tuple[str, Json]]:
    for name, value in members.items():
        if isinstance(value, dict) and value:
            for inner, found in _lifted(value, separator):
                yield f"{name}{separator}{inner}", found
        else:
            yield name, value


def _unique(pairs: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    members: dict[str, Json] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"two members would be named {name!r}")
        members[name] = value
    return members


@functools.lru_cache(maxsize=_MOST_CACHED)
def _snake(name: str) -> str:
    words = _words(name)
    return _led(name, "_".join(words)) if words else name


@functools.lru_cache(maxsize=_MOST_CACHED)
def _camel(name: str) -> str:
    words = _words(name)
    if not words:
        return name
    return _led(name, words[0] + "".join(map(str.capitalize, words[1:])))


def _led(name: str, text: str) -> str:
    return "_" * (len(name) - len(name.lstrip("_"))) + text


def _words(name: str) -> list[str]:
    return [word.lower() for run in _RUN.findall(name) for word in _humps(run)]


def _humps(run: str) -> Iterator[str]:
    """Yield the words of a run: each capital after a small letter begins one.

    So does the last of several capitals before a small letter (`HTTPServer`).
    """
    start = 0
    for at in range(1, len(run)):
        before, here, after = run[at - 1], run[at], run[at + 1 : at + 2]
        if here.isupper() and (not before.isupper() or after.islower()):
            yield run[start:at]
            start = at
    yield run[start:]


_RENAMERS: Final[dict[Case, Rename]] = {
    "snake": _snake,
    "lower": str.lower,
    "camel": _camel,
}
