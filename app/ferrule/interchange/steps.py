"""Paths of a descriptor as lists of steps, for engines that know no JSONPath."""

import re
from typing import Final, TypeAlias

ANY: Final = "*"
Steps: TypeAlias = tuple[str | int, ...]
_STEP: Final = re.compile(
    r"""\.(?P<name>[^\W\d][\w-]*)
    |\[(?P<index>[0-9]{1,9})\]
    |\[(?P<any>\*)\]|\.(?P<dot>\*)
    |\['(?P<single>[^'\\]*)'\]|\["(?P<double>[^"\\]*)"\]""",
    re.VERBOSE,
)


def steps_of(path: str) -> Steps | None:
    """Return the steps of a path of names, indexes and `*`; None for any other path.

    A member that is really called `*` is none of those.
    """
    if not path.startswith("$"):
        return None
    steps: list[str | int] = []
    end = 1
    while end < len(path):
        match = _STEP.match(path, end)
        if match is None or ANY in {match["single"], match["double"]}:
            return None
        steps.append(_step(match))
        end = match.end()
    return tuple(steps)


def _step(match: re.Match[str]) -> str | int:
    if match["index"] is not None:
        return int(match["index"])
    if match["any"] or match["dot"]:
        return ANY
    return match["name"] or match["single"] or match["double"] or ""


def names_of(path: str | None) -> tuple[str, ...] | None:
    """Return the names of a path that only goes down through objects, else None."""
    steps = None if path is None else steps_of(path)
    if not steps:
        return None
    names = tuple(step for step in steps if isinstance(step, str))
    return names if len(names) == len(steps) and ANY not in names else None


def list_at(path: str) -> Steps | None:
    """Return the steps to the list of items; one `*` at its end says the same."""
    steps = steps_of(path)
    if steps and steps[-1] == ANY:
        return steps[:-1]
    return steps
