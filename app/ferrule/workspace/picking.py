"""The ways to write the path of a value that a person points at, the best first."""

from dataclasses import dataclass
from typing import Final, Literal

from ferrule.exchange import MISSING, Json, Missing, scalar_text
from ferrule.expression.steps import Step, read_steps, write_steps
from ferrule.expression.walking import written
from ferrule.workspace.item_places import ItemsAt, inside_item, walk

Reach = Literal["item", "body"]
# What tells the entries of a list apart where each is a name and a value.
_TELLING: Final = ("name", "key", "id", "field", "type", "code", "slug", "label")
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Way:
    """One way to write a path, and what it takes in words."""

    path: str
    words: str


def ways_to(
    path: str, body: Json | Missing, at: ItemsAt, reach: Reach = "item"
) -> tuple[Way, ...]:
    """Return the ways to write a node's path for a field of that reach, best first.

    `path` is normalised. Indexes inside an item become `[*]` in the best way; a path
    outside of the items, or for a field that looks at the whole response, starts there.
    """
    steps = read_steps(path) or ()
    inside = inside_item(steps, body, at) if reach == "item" else None
    if inside is None:
        return _distinct(_from_the_top(steps, body))
    whole = write_steps(_general(steps))
    found = [Way(write_steps(_general(inside)), _each(inside, "In each item"))]
    found += _narrower(inside, steps, body)
    found.append(Way(whole, "In the whole response"))
    found += _deeper(inside)
    found.append(Way(write_steps(steps), "Only this one"))
    return _distinct(found)


def _each(steps: tuple[Step, ...], words: str) -> str:
    many = any(isinstance(step, int) for step in steps)
    return f"{words}, every entry" if many else words


def _from_the_top(steps: tuple[Step, ...], body: Json | Missing) -> list[Way]:
    if not any(isinstance(step, int) for step in steps):
        return [Way(write_steps(steps), "This one"), *_deeper(steps)]
    general = Way(write_steps(_general(steps)), "Every entry")
    exact = Way(write_steps(steps), "Only this one")
    return [general, *_by_key(steps, steps, body), exact, *_deeper(steps)]


def _narrower(
    inside: tuple[Step, ...], steps: tuple[Step, ...], body: Json | Missing
) -> list[Way]:
    """Return the ways that take one entry of a list inside each item."""
    at = next((n for n, step in enumerate(inside) if isinstance(step, int)), None)
    if at is None:
        return []
    ordinal = f"entry {inside[at]}" if inside[at] else "the first entry"
    exact = Way(write_steps(inside), f"In each item, {ordinal}")
    return [*_by_key(inside, steps, body), exact]


def _by_key(
    inside: tuple[Step, ...], steps: tuple[Step, ...], body: Json | Missing
) -> list[Way]:
    """Return the way that finds the last list's entry by what it is called."""
    at = max((n for n, s in enumerate(inside) if isinstance(s, int)), default=-1)
    below = len(inside) - at - 1
    entry = walk(body, steps[: len(steps) - below]) if at >= 0 else MISSING
    name = _telling(entry, inside[at + 1 :])
    if name is None or not isinstance(entry, dict):
        return []
    value = scalar_text(entry[name])
    quoted = written(value) if isinstance(entry[name], str) else value
    test = f"[?@{write_steps((name,))[1:]} == {quoted}]"
    head, tail = write_steps(_general(inside[:at])), write_steps(inside[at + 1 :])
    return [Way(f"{head}{test}{tail[1:]}", f"The entry whose {name} is {value}")]


def _telling(entry: Json | Missing, below: tuple[Step, ...]) -> str | None:
    """Return the member that tells an entry apart; not the one pointed at."""
    if not isinstance(entry, dict) or not below:
        return None
    for name in _TELLING:
        value = entry.get(name)
        short = isinstance(value, str | int) and len(scalar_text(value)) <= _LONGEST
        if short and not isinstance(value, bool) and below[0] != name:
            return name
    return None


def _deeper(steps: tuple[Step, ...]) -> list[Way]:
    names = [step for step in steps if isinstance(step, str)]
    if not names:
        return []
    deep = f"$.{write_steps(names[-1:])[1:]}"
    return [Way(deep, f"Every {names[-1]}, however deep")]


def _general(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple(None if isinstance(step, int) else step for step in steps)


def _distinct(ways: list[Way]) -> tuple[Way, ...]:
    found: dict[str, Way] = {}
    for way in ways:
        found.setdefault(way.path, way)
    return tuple(found.values())
