"""The query of the log: `connector:github level:error since:1h text words`.

    level:error            level:warning,error       level:>=warning
    connector:github       fits github.issues too; a * stands for anything
    connection:work  operation:sync  outcome:failed  entity:issues  id:run:12
    since:1h  until:2026-01-31  since:2026-01-31T08:00Z  since:today
    -operation:health      what it may not be; -word leaves out what holds the word
    "two words"            what must stand together

Different names must all fit, values of one name are alternatives. The same line of
text is typed in the Activity page and given to `ferrule log`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Final, NamedTuple

import msgspec

from ferrule.clock import Clock, SystemClock
from ferrule.errors import UsageError
from ferrule.expression.dates import parse_date
from ferrule.store.operation_query import Wanted
from ferrule.store.operations import LEVELS

NAMES: Final[Mapping[str, str]] = {
    "level": "levels",
    "operation": "operation",
    "connector": "connector",
    "connection": "connection",
    "id": "correlation",
    "entity": "entity",
    "outcome": "outcome",
    "since": "since",
    "until": "until",
}
"""What can be asked for, and where a `Wanted` holds it."""
OPERATIONS: Final = (
    *("approve", "audit", "check", "connect", "connection", "credential", "deadletter"),
    *("descriptor", "disable", "disconnect", "enable", "export", "health", "import"),
    *("log", "mcp", "notify", "outbound", "push", "renew", "replay", "rotate", "sign"),
    *("sign-in", "sync", "tool", "trust", "vault", "waiver", "webhook"),
)
OUTCOMES: Final = ("done", "failed", "interrupted", "paused", "refused", "stopped")
_VALUES: Final = {"level": LEVELS, "operation": OPERATIONS, "outcome": OUTCOMES}
_SPAN: Final = re.compile(r"(\d{1,6})(s|m|h|d|w)\Z")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_TOKEN: Final = re.compile(r'(-?)(?:([A-Za-z]+):)?(?:"([^"]*)("|\Z)|(\S+))')


class QueryError(UsageError):
    """A query that cannot be read; `column` counts from 0."""

    def __init__(self, message: str, *, column: int, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.column = column


class _Term(NamedTuple):
    """One part of a query: `name:value`, or a word where `name` is empty."""

    name: str
    value: str
    column: int
    negated: bool


def read_query(text: str, clock: Clock | None = None) -> Wanted:
    """Return what a query asks for; an empty one asks for everything.

    Raises:
        QueryError: naming the place, and what was probably meant.
    """
    wanted = Wanted()
    now = (clock or SystemClock()).now()
    for term in _terms(text):
        wanted = _with(wanted, term, now)
    if wanted.since and wanted.until and wanted.since >= wanted.until:
        raise QueryError("Nothing is both after `since` and before `until`.", column=0)
    return wanted


def _terms(text: str) -> Iterator[_Term]:
    for match in _TOKEN.finditer(text):
        minus, name, quoted, closing, plain = match.groups()
        if quoted is not None and not closing:
            raise QueryError(
                "The quotation mark is not closed.",
                column=match.start(3) - 1,
                advice='Close it, as in "two words".',
            )
        value = quoted if quoted is not None else plain
        yield _term(match.start(), minus, name, value)


def _term(column: int, minus: str, name: str | None, value: str) -> _Term:
    if name is None:
        named, colon, rest = value.partition(":")
        if colon and not rest and named.isalpha():
            name, value = named, ""
    if name is None:
        return _Term("", value, column, bool(minus))
    if value.startswith("//"):  # an address is a word
        return _Term("", f"{name}:{value}", column, bool(minus))
    known = name.lower()
    if known not in NAMES:
        raise QueryError(
            f"There is no “{name}:”.", column=column, advice=_advice(known, NAMES)
        )
    if not value:
        raise QueryError(f"“{known}:” needs a value.", column=column)
    return _Term(known, value, column, bool(minus))


def _with(wanted: Wanted, term: _Term, now: datetime) -> Wanted:
    """Return what is wanted with one term more."""
    if term.name in {"since", "until"}:
        if term.negated:
            raise QueryError(f"“-{term.name}:” means nothing.", column=term.column)
        return msgspec.structs.replace(wanted, **{term.name: _time(term, now)})
    if term.name == "level":
        return _with_levels(wanted, term)
    place = NAMES[term.name] if term.name else "words"
    values = _values(term) if term.name else (term.value,)
    if term.negated:
        more = tuple((place, value) for value in values)
        return msgspec.structs.replace(wanted, without=(*wanted.without, *more))
    found = (*getattr(wanted, place), *values)
    return msgspec.structs.replace(wanted, **{place: found})


def _values(term: _Term) -> tuple[str, ...]:
    """Return the values of a term; a word of ours that is close to none is refused."""
    values = tuple(one for one in term.value.split(",") if one)
    if not values:
        raise QueryError(f"“{term.name}:” needs a value.", column=term.column)
    known = _VALUES.get(term.name)
    for value in values:
        near = get_close_matches(value.lower(), known or (), 1, 0.75)
        if near and near[0] != value and not re.search(r"[*.]", value):
            raise QueryError(
                f"There is no {term.name} “{value}”.",
                column=term.column,
                advice=f"Did you mean {term.name}:{near[0]}?",
            )
    return values


def _with_levels(wanted: Wanted, term: _Term) -> Wanted:
    chosen: set[str] = set()
    for value in term.value.lower().split(","):
        floor = value.removeprefix(">=")
        if floor not in LEVELS:
            raise QueryError(
                f"There is no level “{value}”.",
                column=term.column,
                advice=_advice(floor, dict.fromkeys(LEVELS, "")),
            )
        first = LEVELS.index(floor)
        chosen |= set(LEVELS[first:] if floor != value else (floor,))
    if term.negated:
        left = frozenset(LEVELS) - chosen
        kept = (wanted.levels & left) if wanted.levels else left
        if not kept:
            raise QueryError("No level is left.", column=term.column)
        return msgspec.structs.replace(wanted, levels=kept)
    return msgspec.structs.replace(wanted, levels=wanted.levels | chosen)


def _time(term: _Term, now: datetime) -> datetime:
    span = _SPAN.match(term.value.lower())
    if span is not None:
        number = int(span[1])
        days = number * 7 if span[2] == "w" else 0
        more = {} if days else {_UNITS.get(span[2], "days"): number}
        return now - timedelta(days=days) if days else now - timedelta(**more)
    named = _DAYS.get(term.value.lower())
    if named is not None:
        return named(now)
    try:
        return parse_date(term.value)
    except ValueError:
        raise QueryError(
            f"“{term.value}” is no time.",
            column=term.column,
            advice="Write 30m, 1h, 2d, 1w, today, 2026-01-31 or 2026-01-31T08:00Z.",
        ) from None


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


_DAYS: Final[Mapping[str, Callable[[datetime], datetime]]] = {
    "now": lambda now: now,
    "today": _midnight,
    "yesterday": lambda now: _midnight(now) - timedelta(days=1),
}


def _advice(given: str, known: Mapping[str, str]) -> str:
    near = get_close_matches(given, known, 1)
    if near:
        return f"Did you mean {near[0]}?"
    return f"There are: {', '.join(known)}."
