"""What is wanted of the log, and the condition of SQL that finds it.

A value is the whole of what it asks for; in one with a `*` that stands for anything:
`github` finds that connector alone, `github*` all that begin with it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

_SEARCHED: Final = (
    "message, operation, connector, connection, correlation, entity, outcome, details"
)
_NUMBERS: Final = {"debug": 0, "info": 1, "warning": 2, "error": 3}


class Wanted(msgspec.Struct, frozen=True):
    """What lines are wanted: all that say nothing else; values of one name are "or".

    `without` are values that a line may not have, as (name, value). `words` must all
    be somewhere in a line, whatever their case. `since` is included, `until` is not.
    """

    levels: frozenset[str] = frozenset()
    operation: tuple[str, ...] = ()
    connector: tuple[str, ...] = ()
    connection: tuple[str, ...] = ()
    correlation: tuple[str, ...] = ()
    entity: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    without: tuple[tuple[str, str], ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    words: tuple[str, ...] = ()


_NAMES: Final = (
    "operation",
    "connector",
    "connection",
    "correlation",
    "entity",
    "outcome",
)


def condition(project: str, wanted: Wanted) -> tuple[str, list[str | int]]:
    """Return the condition that finds what is wanted of a project, and its values."""
    parts: list[str] = ["project = ?"]
    given: list[str | int] = [project]
    for text, values in _conditions(wanted):
        parts.append(text)
        given.extend(values)
    return " AND ".join(parts), given


def _conditions(wanted: Wanted) -> Iterator[tuple[str, list[str | int]]]:
    if wanted.levels:
        numbers = sorted(_NUMBERS[level] for level in wanted.levels)
        marks = ", ".join("?" * len(numbers))
        yield f"level IN ({marks})", [*numbers]
    for name in _NAMES:
        fitting = [_fits(name, value) for value in getattr(wanted, name)]
        if fitting:
            either = " OR ".join(text for text, _ in fitting)
            yield f"({either})", [value for _, values in fitting for value in values]
    for name, value in wanted.without:
        text, values = _fits(name, value)
        yield f"NOT ({text})", values
    if wanted.since is not None:
        yield "at >= ?", [int(wanted.since.timestamp() * 1000)]
    if wanted.until is not None:
        yield "at < ?", [int(wanted.until.timestamp() * 1000)]
    for word in wanted.words:
        yield f"holds(?, {_SEARCHED})", [word.casefold()]


def _fits(name: str, value: str) -> tuple[str, list[str | int]]:
    if name == "level":
        return "level = ?", [_NUMBERS[value]]
    if name == "words":
        return f"holds(?, {_SEARCHED})", [value.casefold()]
    if "*" in value:
        return f"{name} GLOB ?", [_pattern(value)]
    return f"{name} = ?", [value]


def _pattern(value: str) -> str:
    """Return a pattern of SQLite's GLOB in which the star alone means something."""
    return value.replace("[", "[[]").replace("?", "[?]")
