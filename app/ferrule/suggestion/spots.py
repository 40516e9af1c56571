"""What stands around the items: in the body, in the headers, and in the request.

A *spot* is a scalar of the body that is no part of the items. An *asked* value is a
parameter of the request, wherever it stands there, named by its target.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from ferrule.exchange import Json, Request
from ferrule.expression.steps import Step, write_steps
from ferrule.suggestion.profile import LONGEST_NAME
from ferrule.suggestion.words import squashed, words

_MOST_SPOTS: Final = 600
_MOST_DEPTH: Final = 8
_MOST_MEMBERS: Final = 200
_MOST_ASKED: Final = 200
_MOST_DIGITS: Final = 18


@dataclass(frozen=True)
class Spot:
    """A scalar of the body outside the items, and the names that lead to it."""

    steps: tuple[str, ...]
    value: Json

    @cached_property
    def path(self) -> str:
        """Its path in the body."""
        return write_steps(self.steps)

    @property
    def name(self) -> str:
        """Its own name, empty for the body itself."""
        return self.steps[-1] if self.steps else ""

    @property
    def owner(self) -> str:
        """The name of what holds it."""
        return self.steps[-2] if self.steps[1:] else ""

    @property
    def squashed(self) -> str:
        """Its name in lower case, without what stands between words."""
        return squashed(self.name)

    @property
    def words(self) -> frozenset[str]:
        """The words of its name and of its holder's."""
        return frozenset(words(self.name) + words(self.owner))

    @property
    def number(self) -> int | None:
        """Its value as a whole number, which texts of digits are too."""
        return whole(self.value)


@dataclass(frozen=True, slots=True)
class Asked:
    """A parameter that the request sends: where, under which name, and what."""

    target: str
    name: str
    value: Json

    @property
    def squashed(self) -> str:
        """Its name in lower case, without what stands between words."""
        return squashed(self.name)

    @property
    def number(self) -> int | None:
        """Its value as a whole number."""
        return whole(self.value)


def whole(value: Json) -> int | None:
    """Return a value as a whole number that is not negative, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value >= 0 else None
    text = value if isinstance(value, str) and value.isascii() else ""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def spots_of(body: Json, items: tuple[Step, ...]) -> tuple[Spot, ...]:
    """Return the spots of a body, the shallow ones first; lists are not looked into.

    `items` are the steps to the items, which are left out.
    """
    kept = items[: items.index(None)] if None in items else items
    return tuple(islice(_spots(body, kept), _MOST_SPOTS))


def _spots(body: Json, items: tuple[Step, ...]) -> Iterator[Spot]:
    level: list[tuple[tuple[str, ...], Json]] = [((), body)]
    for _ in range(_MOST_DEPTH):
        following: list[tuple[tuple[str, ...], Json]] = []
        for steps, value in level[:_MOST_MEMBERS]:
            if isinstance(value, dict) and (not steps or steps != items):
                members = islice(value.items(), _MOST_MEMBERS)
                following += [
                    ((*steps, name), member)
                    for name, member in members
                    if len(name) <= LONGEST_NAME
                ]
            elif not isinstance(value, dict | list) and steps:
                yield Spot(steps, value)
        level = following


def asked_of(request: Request | None) -> tuple[Asked, ...]:
    """Return the parameters of a request, those of the query first."""
    if request is None:
        return ()
    query = [Asked(_query(name), name, value) for name, value in request.query]
    in_body: list[Asked] = []
    if request.body_type in {"json", "graphql"}:
        in_body = list(islice(_in_body(request.body, ()), _MOST_ASKED))
    elif request.body_type in {"form", "multipart"}:
        fields = request.body if isinstance(request.body, dict) else {}
        in_body = [Asked(f"form:{n}", n, v) for n, v in fields.items() if n.strip()]
    return tuple([a for a in query if a.name.strip()] + in_body)


def _query(name: str) -> str:
    """Return the target of a query parameter; one like `header:x` needs a prefix."""
    return f"query:{name}" if ":" in name or name == "url" else name


def _in_body(value: Json, names: tuple[str, ...]) -> Iterator[Asked]:
    if isinstance(value, dict) and len(names) < _MOST_DEPTH:
        for name, member in islice(value.items(), _MOST_MEMBERS):
            # A dot in a name cannot be told from a step in a target.
            if name and "." not in name and len(name) <= LONGEST_NAME:
                yield from _in_body(member, (*names, name))
    elif names and not isinstance(value, dict | list):
        yield Asked("body:" + ".".join(names), names[-1], value)
