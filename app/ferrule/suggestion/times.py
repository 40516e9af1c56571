"""Which member tells when an item last changed, and how the time is written.

A time is known by its values first (nothing that is not a time in all of them), then by
its name, and by being the latest of the times that have passed in the item.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from ferrule.suggestion.candidate import Candidate, ranked
from ferrule.suggestion.profile import Leaf
from ferrule.suggestion.time_formats import formats_of, moment_of
from ferrule.suggestion.words import squashed, vocabulary, words

_CHANGED: Final = vocabulary(
    "activity bumped changed change edit edited lastmod modified modification mtime "
    "touched update updated updates"
)
_MADE: Final = vocabulary(
    "added created create creation inserted joined made opened opt ordered placed "
    "posted published received registered seen signup started submitted"
)
_PLAIN: Final = vocabulary(
    "at date datetime day instant moment on time timestamp ts when"
)
_OTHER: Final = vocabulary(
    "archived birthday birth canceled cancelled closed completed deleted delivery due "
    "end ended ends ending expected expire expires expiration expiry next paid planned "
    "processed read reminder renewal required resolution resolutiondate resolved "
    "scheduled shipped snoozed start starts sync synced target trashed trial until "
    "valid viewed waiting generated"
)
_AHEAD: Final = frozenset({"due", "expected", "next", "planned", "scheduled", "until"})
_LATER: Final = vocabulary("revision version insight lastrevision history")
_HOLDERS: Final = vocabulary(
    "attributes audit auditinfo data dates document fields item meta metadata node "
    "properties record resource source sys system timestamps"
)
_FIRST: Final = frozenset({"first", "original"})
Kind: TypeAlias = Literal["changed", "last", "plain", "made", "other", ""]
_SCORES: Final[Mapping[Kind, float]] = {
    "changed": 0.93,
    "last": 0.88,
    "plain": 0.74,
    "made": 0.6,
    "other": 0.3,
    "": 0.0,
}
_UNNAMED: Final = 0.35
_INNER: Final = 0.22
_SQUASHED: Final[tuple[tuple[re.Pattern[str], Kind], ...]] = (
    (
        re.compile(
            r"(last)?(modif(y|ied)|updated?|changed?|edit(ed)?|activity)"
            r"(date|at|on|time)?(utc|gmt|i|ts)?"
        ),
        "changed",
    ),
    (re.compile(r"(created?|creation)(date|at|on|time)?(utc|gmt|i|ts)?"), "made"),
)
_LOOKED_AT: Final = 40
_TOO_DEEP: Final = 5


@dataclass(frozen=True)
class Time:
    """A leaf that holds times: the formats they fit, and the moment in each item."""

    leaf: Leaf
    formats: tuple[str, ...]
    moments: Mapping[int, datetime]
    kind: Kind

    @property
    def fmt(self) -> str:
        """The format that is meant, as far as one can tell."""
        return self.formats[0]

    @property
    def by_name(self) -> float:
        """How much its name is that of the last change."""
        return _SCORES[self.kind] or _UNNAMED

    @property
    def path(self) -> str:
        """Its path in an item."""
        return self.leaf.path


@lru_cache(maxsize=4096)
def is_time_name(name: str) -> bool:
    """Tell whether a name is that of a time."""
    told = frozenset(words(name))
    if told & _CHANGED or told & {"date", "datetime", "timestamp", "time", "ts"}:
        return True
    return ("at" in told and len(told) > 1) or _by_form(squashed(name)) is not None


def find_times(leaves: Sequence[Leaf]) -> list[Time]:
    """Return every leaf that holds times and nothing else, none judged yet."""
    return [time for leaf in leaves if (time := _read(leaf)) is not None]


def _read(leaf: Leaf) -> Time | None:
    if not leaf.singular or not leaf.names or len(leaf.names) > _TOO_DEEP:
        return None
    sample = [value for value in leaf.values[:_LOOKED_AT] if value != ""]
    kind = _kind(leaf)
    formats = formats_of(sample, named=bool(kind)) if sample else ()
    if not formats:
        return None
    at = [i for i, value in zip(leaf.at, leaf.values, strict=True) if value != ""]
    moments = (moment_of(value, formats[0]) for value in sample)
    told = {i: m for i, m in zip(at, moments, strict=False) if m is not None}
    return Time(leaf, formats, told, kind) if len(told) == len(sample) else None


def _kind(leaf: Leaf) -> Kind:
    """Return what a leaf is by its name, the first of these that fits."""
    told, form = frozenset(leaf.words), _by_form(leaf.squashed)
    made = form == "made" or not told.isdisjoint(_MADE)
    changed = form == "changed" or not (told.isdisjoint(_CHANGED) or "by" in told)
    usual = made or not told.isdisjoint(_PLAIN)
    later = "last" in told or not _LATER.isdisjoint(words(leaf.owner))
    kinds: tuple[tuple[Kind, bool], ...] = (
        ("made", not told.isdisjoint(_FIRST) and (made or changed)),
        ("changed", changed and told.isdisjoint(_AHEAD)),
        ("other", not told.isdisjoint(_OTHER)),
        ("last", later and usual),
        ("made", made),
        ("plain", usual),
    )
    return next((kind for kind, fits in kinds if fits), "")


def _by_form(name: str) -> Kind | None:
    return next((kind for form, kind in _SQUASHED if form.fullmatch(name)), None)


def changed_at(times: Sequence[Time]) -> list[Candidate]:
    """Return where an item could tell its last change, the most likely first."""
    passed = [time for time in times if time.kind not in {"other", ""}]
    return ranked(
        Candidate(
            {"timestampPath": time.path, "timestampFormat": fmt},
            _score(time, passed) - (0.05 if number else 0),
            _reason(time, fmt, passed),
        )
        for time in times
        for number, fmt in enumerate(time.formats)
    )


def created_at(times: Sequence[Time], timestamp: str | None) -> list[Candidate]:
    """Return where an item could tell when it was made, the most likely first.

    `timestamp` is the path of its last change: their format must be one.
    """
    changed = next((time for time in times if time.path == timestamp), None)
    able = [x for x in times if changed is None or x.fmt == changed.fmt]
    made = [x for x in able if x.kind == "made"]
    plain = [x for x in able if x.kind == "plain" and _never_after(x, changed)]
    return ranked(_made(time) for time in made or plain)


def _made(time: Time) -> Candidate:
    shown = time.path.removeprefix("$.")
    if time.kind == "plain":
        reason = f"`{shown}` is a time that is never after the last change."
        return Candidate({"createdPath": time.path}, 0.5 - _beyond(time), reason)
    score = 0.92 * _whole(time) - _beyond(time)
    reason = f"`{shown}` is named like the time an item was made."
    return Candidate({"createdPath": time.path}, score, reason)


def _never_after(time: Time, changed: Time | None) -> bool:
    if changed is None or changed is time or not time.moments:
        return False
    late = changed.moments
    return all(
        late.get(index, moment) >= moment for index, moment in time.moments.items()
    )


def _score(time: Time, passed: Sequence[Time]) -> float:
    score = time.by_name * _whole(time) - _beyond(time)
    if time in passed:
        score += 0.08 * _latest(time, passed) - 0.04
        score += 0.06 if len(passed) == 1 else 0
    if time.fmt == "date":
        score -= 0.08
    beaten = time.kind != "changed" and any(x.kind == "changed" for x in passed)
    return min(score, 0.8) if beaten or time.formats[1:] else score


def _whole(time: Time) -> float:
    return 0.5 + 0.5 * len(time.moments) / max(min(time.leaf.total, _LOOKED_AT), 1)


def _beyond(time: Time) -> float:
    """Return what is taken off where a time belongs to something in the item."""
    inner = [x for x in time.leaf.names[:-1] if not _holds(x)]
    return _INNER * len(inner) + 0.02 * (time.leaf.depth - len(inner))


def _holds(name: str) -> bool:
    return squashed(name) in _HOLDERS or not _LATER.isdisjoint(words(name))


def _latest(time: Time, others: Sequence[Time]) -> float:
    """Return in which part of the items no other time is later."""
    if not time.moments:
        return 0.0
    rivals = [x for x in others if x is not time and _beyond(x) < _INNER]
    wins = sum(
        all(x.moments.get(index, moment) <= moment for x in rivals)
        for index, moment in time.moments.items()
    )
    return wins / len(time.moments)


def _reason(time: Time, fmt: str, passed: Sequence[Time]) -> str:
    shown = time.path.removeprefix("$.")
    told = f"`{shown}` is a time ({_FORMS.get(fmt, fmt)}) in {time.leaf.told}"
    if time.formats[1:]:
        return f"{told}; day and month could be the other way round."
    if len(passed) > 1 and time in passed and _latest(time, passed) == 1:
        return f"{told}, never before the other times."
    return f"{told}."


_FORMS: Final[Mapping[str, str]] = {
    "iso8601": "ISO 8601",
    "date": "a day",
    "unix": "seconds since 1970",
    "unix_ms": "milliseconds since 1970",
}
