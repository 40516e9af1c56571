"""The query of the log: `connector:github level:error since:1h text words`.

    level:error          level:warning,error      level:>=warning
    connector:github     that one alone; connector:github* is all that begin with it
    connection:work      operation:sync (op:sync)   outcome:failed   entity:issues
    correlation:ID       one run, delivery or call (id:ID), also run:12 by itself
    since:1h             until:2026-01-31   since:2026-01-31T08:00Z   since:today
    -operation:health    what it may not be; -word leaves out what holds the word
    "two words"          what must stand together

Different names must all fit, values of one name are alternatives, and what it may not
be counts wherever it stands. A value is the whole of what it asks for; a `*` stands
for anything. The same text is typed in the Activity page and given to `ferrule log`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Final

import msgspec

from ferrule.clock import Clock, SystemClock
from ferrule.store.operation_query import Wanted
from ferrule.store.operations import LEVELS, Level
from ferrule.workspace.operations.query_terms import QueryError, Term, terms
from ferrule.workspace.operations.query_times import moment_of

__all__ = ["NAMES", "OPERATIONS", "OUTCOMES", "QueryError", "read_query"]
NAMES: Final[Mapping[str, str]] = {
    "level": "level",
    "operation": "operation",
    "op": "operation",
    "connector": "connector",
    "connection": "connection",
    "correlation": "correlation",
    "id": "correlation",
    "entity": "entity",
    "outcome": "outcome",
    "since": "since",
    "until": "until",
}
"""What can be asked for, and what it asks of."""
OPERATIONS: Final = (
    *("approve", "audit", "check", "connect", "connection", "credential", "deadletter"),
    *("descriptor", "disable", "disconnect", "enable", "export", "health", "import"),
    *("log", "mcp", "notify", "outbound", "push", "renew", "replay", "rotate", "sign"),
    *("sign-in", "sync", "tool", "trust", "vault", "waiver", "webhook"),
)
OUTCOMES: Final = (
    *("dead", "done", "duplicate", "failed", "ignored", "interrupted", "mapped"),
    *("paused", "received", "refused", "sent", "skipped", "stopped"),
)
_OURS: Final[Mapping[str, Sequence[str]]] = {
    "operation": OPERATIONS,
    "outcome": OUTCOMES,
}
_LOWER: Final = frozenset({"operation", "outcome", "connector"})
_TIMES: Final = frozenset({"since", "until"})


def read_query(text: str, clock: Clock | None = None, *, local: bool = False) -> Wanted:
    """Return what a query asks for; an empty one asks for everything.

    With `local` a time that says no offset is of this machine's clock, else of UTC.

    Raises:
        QueryError: naming the place, and what was probably meant.
    """
    asked = _Asked((clock or SystemClock()).now(), local)
    for term in terms(text):
        asked.take(term)
    return asked.wanted()


@dataclass
class _Asked:
    """What the terms that were read so far ask for."""

    now: datetime
    local: bool
    values: dict[str, list[str]] = field(default_factory=dict)
    without: list[tuple[str, str]] = field(default_factory=list)
    times: dict[str, datetime] = field(default_factory=dict)
    unwanted: set[Level] = field(default_factory=set)
    column: int = 0

    def take(self, term: Term) -> None:
        """Take one term more."""
        place = self._place(term)
        if place in _TIMES:
            self._take_time(place, term)
            return
        values = (term.value,) if place == "words" else _values(place, term)
        if not term.negated:
            self.values.setdefault(place, []).extend(values)
        elif place == "level":
            self.column = term.column
            self.unwanted.update(one for one in LEVELS if one in values)
        else:
            self.without.extend((place, value) for value in values)

    def wanted(self) -> Wanted:
        """Return all of it.

        Raises:
            QueryError: when no level is left.
        """
        asked = self.values.pop("level", LEVELS if self.unwanted else ())
        levels = frozenset(one for one in LEVELS if one in asked) - self.unwanted
        if self.unwanted and not levels:
            raise QueryError("No level is left.", column=self.column)
        parts = {name: tuple(values) for name, values in self.values.items()}
        plain = Wanted(levels=levels, without=tuple(self.without))
        return msgspec.structs.replace(plain, **self.times, **parts)

    def _place(self, term: Term) -> str:
        if not term.name:
            return "words"
        if term.name not in NAMES:
            raise QueryError(
                f"There is no “{term.name}:”.",
                column=term.column,
                advice=f"{_near(term.name, NAMES)} To look for it as it stands, write "
                f"it between quotation marks.",
            )
        return NAMES[term.name]

    def _take_time(self, place: str, term: Term) -> None:
        if term.negated:
            raise QueryError(f"“-{place}:” means nothing.", column=term.column)
        if place in self.times:
            raise QueryError(f"“{place}:” is there twice.", column=term.column)
        self.times[place] = moment_of(term, self.now, local=self.local)
        since, until = self.times.get("since"), self.times.get("until")
        if since is not None and until is not None and since >= until:
            told = "Nothing is both after `since` and before `until`."
            raise QueryError(told, column=term.column)


def _values(place: str, term: Term) -> tuple[str, ...]:
    """Return the values of a term; a word of ours that is close to none is refused."""
    text = term.value.lower() if place in _LOWER or place == "level" else term.value
    values = tuple(one for one in text.split(",") if one)
    if not values:
        raise QueryError(f"“{term.name}:” needs a value.", column=term.column)
    if place == "level":
        return tuple(one for value in values for one in _levels(value, term.column))
    for value in values:
        _refuse_slip(place, value, term)
    return values


def _refuse_slip(place: str, value: str, term: Term) -> None:
    """Refuse what looks like a slip in a word of ours; others may have names too."""
    near = get_close_matches(value, _OURS.get(place, ()), 1, 0.75)
    if near and near[0] != value and not re.search(r"[*.]", value):
        raise QueryError(
            f"There is no {place} “{value}”.",
            column=term.column,
            advice=f"Did you mean {term.name}:{near[0]}?",
        )


def _levels(value: str, column: int) -> Sequence[Level]:
    floor = value.removeprefix(">=")
    for number, level in enumerate(LEVELS):
        if level == floor:
            return LEVELS[number:] if floor != value else (level,)
    raise QueryError(
        f"There is no level “{value}”.", column=column, advice=_near(floor, LEVELS)
    )


def _near(given: str, known: Iterable[str]) -> str:
    there = tuple(known)
    near = get_close_matches(given, there, 1)
    return f"Did you mean {near[0]}?" if near else f"There are: {', '.join(there)}."
