"""The query of the log as text: what may come next, and its level as a choice."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ferrule.ui.models.path_completion import Completions, Entry
from ferrule.workspace.operations.query import OPERATIONS, OUTCOMES
from ferrule.workspace.operations.timeline import LEVEL_NAMES

_TERM: Final = re.compile(
    r"-?(?P<part>[A-Za-z]*)\Z|-?(?P<name>[A-Za-z]+):(?P<value>[^\s\"]*)\Z"
)
_LEVEL: Final = re.compile(r"(?:^|(?<=\s))-?level:\S*(?:\s+|$)", re.IGNORECASE)
_MOST: Final = 40
_KEYS: Final[Mapping[str, tuple[str, str]]] = {
    "level": ("how bad", "warning,error"),
    "connector": ("of a connector, * for any end", "github*"),
    "connection": ("of a connection", "work"),
    "operation": ("what was done", "sync"),
    "outcome": ("how it ended", "failed"),
    "since": ("not before", "1h"),
    "until": ("before", "2026-01-31"),
    "entity": ("a stream or a file", "issues"),
    "correlation": ("of one run, delivery or call", "run:12"),
}
_TIMES: Final = (
    ("15m", "the last 15 minutes"),
    ("1h", "the last hour"),
    ("24h", "the last day"),
    ("7d", "the last week"),
    ("today", "since midnight"),
    ("yesterday", "since yesterday"),
)
_LEVELS: Final = {
    "debug": "and what else helps to find a fault",
    "info": "what was done",
    "warning": "what should be looked at",
    "error": "what failed",
}


def complete_query(
    text: str, caret: int, names: Mapping[str, Sequence[str]]
) -> Completions:
    """Return what fits at the caret: keys, or the values of the key before it.

    `names` are values that this project knows, by key.
    """
    match = _TERM.search(text[:caret])
    word_begins = match is not None and (
        match.start() == 0 or text[match.start() - 1].isspace()
    )
    if match is None or not word_begins:
        return Completions(caret, caret)
    name = match["name"]
    if name is None:
        part = match["part"]
        return Completions(caret - len(part), caret, tuple(_keys(part.lower())))
    value = match["value"].rpartition(",")[2]
    found = _values(name.lower(), names)
    entries = tuple(_entries(found, value.lower()))
    return Completions(caret - len(value), caret, entries[:_MOST])


def with_levels(text: str, levels: Iterable[str]) -> str:
    """Return a query that asks for these levels; none, or all of them, are all."""
    chosen = [name for name in LEVEL_NAMES if name in set(levels)]
    rest = _LEVEL.sub("", text).strip()
    if not chosen or len(chosen) == len(LEVEL_NAMES):
        return rest
    return f"{rest} level:{','.join(chosen)}".strip()


def _keys(part: str) -> Iterable[Entry]:
    for key, (what, example) in _KEYS.items():
        if key.startswith(part):
            yield Entry(f"{key}:", f"{key}:", what, 1, 1, example)


def _values(name: str, names: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    if name in {"since", "until"}:
        return _TIMES
    if name == "level":
        return _LEVELS.items()
    own = {"operation": OPERATIONS, "outcome": OUTCOMES}
    return [(value, "") for value in own.get(name, names.get(name, ()))]


def _entries(found: Iterable[tuple[str, str]], part: str) -> Iterable[Entry]:
    for value, what in found:
        if value.lower().startswith(part) and value.lower() != part:
            yield Entry(value, value, what, 1, 1, "")
