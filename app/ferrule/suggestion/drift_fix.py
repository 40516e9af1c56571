"""Where a place that is gone went to: found by values, type, format and name.

A candidate is a place that the known items did not have. Its values weigh most: where
the same item (by id) had the same value before, nothing else could be meant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from ferrule.exchange import Json
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.steps import Step, read_steps
from ferrule.suggestion.drift_shape import Place
from ferrule.suggestion.words import same_thing, squashed, words

WORTH: Final = 0.45
_SAME_VALUES: Final = 0.5
_SAME_FORMAT: Final = 0.2
_SAME_NAME: Final = 0.45
_SAME_OWNER: Final = 0.1
_BOTH_DISTINCT: Final = 0.08
_LENGTHS: Final = 0.08
_ALONE: Final = 0.12
_ALIKE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Rename:
    """A proposal: look at `new` where the mapping looks at `old`."""

    old: str
    new: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Items of the fixtures and of a live response, as the mapping sees them."""

    known: Sequence[Json]
    live: Sequence[Json]
    id_path: str | None = None

    def same(self) -> list[tuple[Json, Json]]:
        """Return the items that are in both, by their id."""
        if self.id_path is None:
            return []
        path = compile_path(self.id_path)
        ids = {_hashable(path.first(item)): item for item in self.known}
        pairs = [(ids.get(_hashable(path.first(i))), i) for i in self.live]
        return [(old, new) for old, new in pairs if old is not None]


def find_rename(
    gone: Place,
    known: Mapping[str, Place],
    live: Mapping[str, Place],
    pair: Pair,
) -> Rename | None:
    """Return where a place went to, None where no other is like it."""
    fresh = [
        p for path, p in live.items() if path not in known or not known[path].there
    ]
    twins = pair.same()
    fitting = [place for place in fresh if _fits(gone, place)]
    alike = [place for place in fitting if place.format == gone.format]
    found = [_judged(gone, p, twins, alone=alike == [p]) for p in fitting]
    best = max(found, key=lambda x: x.score, default=None)
    return best if best is not None and best.score >= WORTH else None


def _fits(gone: Place, other: Place) -> bool:
    """Tell whether a place could hold what another held."""
    if None in gone.steps and None not in other.steps:
        return False
    return bool(gone.types & other.types) or not other.types or not gone.types


def _judged(
    gone: Place, other: Place, twins: Sequence[tuple[Json, Json]], *, alone: bool
) -> Rename:
    score, reasons = _by_values(gone, other, twins)
    for extra, reason in (_by_format(gone, other), _by_name(gone, other)):
        score += extra
        reasons += [reason] if reason else []
    if gone.distinct and other.distinct:
        score += _BOTH_DISTINCT
    score += _by_length(gone, other)
    if alone:
        score += _ALONE
        reasons = reasons or ["it is the only new one that is written so"]
    told = ", ".join(reasons) or "of the same type"
    return Rename(gone.path, other.path, min(score, 0.99), f"{other.path}: {told}.")


def _by_values(
    gone: Place, other: Place, twins: Sequence[tuple[Json, Json]]
) -> tuple[float, list[str]]:
    equal, seen = _equal_in(twins, gone.path, other.path)
    if equal and equal == seen:
        many = "the item" if seen == 1 else f"all {seen} items"
        return _SAME_VALUES, [f"{many} that both have hold the same value"]
    if seen and not equal:
        return -_SAME_VALUES / 2, []
    mine, theirs = set(map(_hashable, gone.values)), set(map(_hashable, other.values))
    shared = len(mine & theirs) / len(theirs) if theirs else 0.0
    if shared >= _ALIKE:
        return _SAME_VALUES * shared * 0.8, ["it holds the same values"]
    return 0.0, []


def _equal_in(
    twins: Sequence[tuple[Json, Json]], old: str, new: str
) -> tuple[int, int]:
    if not twins:
        return 0, 0
    before, after = compile_path(old), compile_path(new)
    pairs = [(before.values(a), after.values(b)) for a, b in twins]
    told = [(a, b) for a, b in pairs if a or b]
    return sum(a == b for a, b in told), len(told)


def _by_format(gone: Place, other: Place) -> tuple[float, str]:
    if gone.format and gone.format == other.format:
        return _SAME_FORMAT, f"it is written the same way ({gone.format})"
    if gone.format != other.format:
        return -_SAME_FORMAT, ""
    return (_SAME_FORMAT / 2, "") if gone.types == other.types else (0.0, "")


def _by_name(gone: Place, other: Place) -> tuple[float, str]:
    mine, theirs = gone.name, other.name
    same_owner = gone.steps[:-1] == other.steps[:-1]
    extra = _SAME_OWNER if same_owner else 0.0
    if squashed(mine) == squashed(theirs):
        return _SAME_NAME, "it has the same name" + ("" if same_owner else " elsewhere")
    if same_thing(mine, theirs):
        return _SAME_NAME - 0.05 + extra, "its name means the same"
    shared = set(words(mine)) & set(words(theirs))
    near = OSA.normalized_similarity(squashed(mine), squashed(theirs))
    most = max(near, len(shared) / max(len(set(words(mine)) | set(words(theirs))), 1))
    if most >= _ALIKE:
        return _SAME_NAME * most + extra, f"its name is like “{mine}”"
    return extra, ""


def _by_length(gone: Place, other: Place) -> float:
    mine, theirs = _length(gone), _length(other)
    if not mine or not theirs:
        return 0.0
    return _LENGTHS * min(mine, theirs) / max(mine, theirs)


def _length(place: Place) -> float:
    texts = [len(value) for value in place.values if isinstance(value, str)]
    return sum(texts) / len(texts) if texts else 0.0


def _hashable(value: object) -> object:
    return repr(value) if isinstance(value, dict | list) else (type(value), value)


def shortest_gone(steps: tuple[Step, ...], live: Mapping[str, Place]) -> int:
    """Return how many of the first steps lead to a place that the live items lack."""
    paths = {place.steps for place in live.values()}
    for count in range(1, len(steps) + 1):
        if steps[:count] not in paths:
            return count
    return len(steps)


def steps_of(path: str) -> tuple[Step, ...]:
    """Return the steps of a path, none where it is not made of steps alone."""
    return read_steps(path) or ()
