"""Schema drift: what a live response has that the known ones had not, and lacks.

Harmless is what a run does not notice: a new member, a new word, a member gone that
nobody looks at. Harmful is what changes signals or loses them: a mapped place gone, of
another type or written another way, an id that comes twice (seed 000, runbook 3).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Final, Literal

from ferrule.exchange import Json
from ferrule.expression.dates import parse_date
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.steps import write_steps
from ferrule.suggestion.drift_fix import (
    Pair,
    Rename,
    find_rename,
    shortest_gone,
    steps_of,
)
from ferrule.suggestion.drift_shape import Place, kind_of, shape_of
from ferrule.suggestion.drift_uses import Use, renamed, uses_of
from ferrule.suggestion.time_formats import formats_of

Kind = Literal[
    "items", "gone", "type", "format", "repeated", "optional", "new", "word"
]  # fmt: skip
_MOST_SHOWN: Final = 3
_CHANCE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of the mapping: a renaming, or members that are put in its place."""

    told: str
    rename: Rename | None = None
    members: Mapping[str, Json] = field(default_factory=dict)
    score: float = 1.0

    def applied(self, mapping: Mapping[str, Json]) -> dict[str, Json]:
        """Return the mapping with the change."""
        changed = dict(mapping)
        if self.rename is not None:
            old, new = self.rename.old, self.rename.new
            for member, value in mapping.items():
                if member != "itemsPath":
                    changed[member] = renamed(value, old, new)
        return changed | dict(self.members)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is another in the live response.

    `path` is a place in an item (for `items` one in the body). `uses` are the places of
    the mapping that look at it.
    """

    kind: Kind
    path: str
    harmful: bool
    told: str
    uses: tuple[str, ...] = ()
    fix: Fix | None = None


@dataclass(frozen=True)
class Compared:
    """Known and live items as they came, and as the transforms left them.

    `sizes` tells how many known items came on each page: an id may come on several.
    """

    known: Sequence[Json]
    live: Sequence[Json]
    mapping: Mapping[str, Json]
    known_seen: Sequence[Json] | None = None
    live_seen: Sequence[Json] | None = None
    sizes: Sequence[int] = ()

    @cached_property
    def before(self) -> dict[str, Place]:
        """The shape of the known items."""
        return shape_of(self.known)

    @cached_property
    def after(self) -> dict[str, Place]:
        """The shape of the live items."""
        return shape_of(self.live)

    @cached_property
    def uses(self) -> list[Use]:
        """What the mapping looks at."""
        return uses_of(self.mapping)

    def pages(self, of_items: list[list[Json]]) -> list[list[list[Json]]]:
        """Return what each known item holds, page by page."""
        sizes = self.sizes or (len(of_items),)
        ends = list(accumulate(sizes))
        return [
            of_items[end - size : end] for size, end in zip(sizes, ends, strict=True)
        ]

    @property
    def pair(self) -> Pair:
        """The items as paths see them."""
        known = self.known if self.known_seen is None else self.known_seen
        live = self.live if self.live_seen is None else self.live_seen
        named = self.mapping.get("idPath")
        return Pair(known, live, named if isinstance(named, str) else None)


def compare(found: Compared) -> list[Change]:
    """Return what is another in the live items, the harmful first.

    Without items on either side there is nothing to compare.
    """
    if not found.known or not found.live:
        return []
    mapped = list(_of_mapping(found))
    told = {change.path for change in mapped}
    rest = [c for c in _of_shape(found) if c.path not in told]
    return sorted([*mapped, *rest], key=lambda c: not c.harmful)


def _of_mapping(found: Compared) -> Iterator[Change]:
    """Yield what a place that the mapping looks at is now."""
    paths: dict[str, list[Use]] = {}
    for use in found.uses:
        paths.setdefault(use.path, []).append(use)
    for path, uses in paths.items():
        yield from _of_path(found, path, uses)


def _of_path(found: Compared, path: str, uses: list[Use]) -> Iterator[Change]:
    compiled = compile_path(path)
    before = [compiled.values(item) for item in found.pair.known]
    after = [compiled.values(item) for item in found.pair.live]
    had = [value for values in before for value in values if value is not None]
    has = [value for values in after for value in values if value is not None]
    if not had:
        return  # the mapping has it in case: the known items never did
    if not has and not _is_there(found, path):
        share = sum(map(_holds, before)) / len(before)
        if not _by_chance(share, len(found.live)):
            yield _gone(found, path, uses)
        return
    pointers = tuple(use.pointer for use in uses)
    for change in (
        _other_type(path, had, has, pointers),
        _other_format(found, path, uses, had, has),
        _repeated(path, uses, found.pages(before), after),
        _missing(path, uses, before, after) if None not in steps_of(path) else None,
    ):
        if change is not None:
            yield change


def _is_there(found: Compared, path: str) -> bool:
    """Tell whether items still have a place: it holds null, or a list that is empty."""
    paths = [compile_path(path)]
    steps = steps_of(path)
    if None in steps:
        paths.append(compile_path(write_steps(steps[: steps.index(None)])))
    values = [v for p in paths for item in found.pair.live for v in p.values(item)]
    return any(value is None or value == [] for value in values)


def _by_chance(share: float, count: int) -> bool:
    """Tell whether so many items could all lack what that share of known ones had."""
    return (1 - share) ** count > _CHANCE


def _gone(found: Compared, path: str, uses: list[Use]) -> Change:
    pointers = tuple(use.pointer for use in uses)
    rename = _rename(found, path)
    told = f"None of {len(found.live)} items has `{path}` any more."
    fix = None
    if rename is not None:
        told += f" It is probably {rename.reason}"
        words = f"{rename.old} → {rename.new}"
        fix = Fix(words, rename=rename, score=rename.score)
    return Change("gone", path, True, told, pointers, fix)


def _rename(found: Compared, path: str) -> Rename | None:
    steps = steps_of(path)
    if not steps:
        return None
    whole = found.before.get(path)
    direct = (
        find_rename(whole, found.before, found.after, found.pair) if whole else None
    )
    first = shortest_gone(steps, found.after)
    if first < len(steps):  # what holds it may have moved, with all that is in it
        holder = next(
            (p for p in found.before.values() if p.steps == steps[:first]), None
        )
        moved = (
            find_rename(holder, found.before, found.after, found.pair)
            if holder is not None
            else None
        )
        if moved is not None and (direct is None or moved.score > direct.score):
            return moved
    return direct


def _other_type(
    path: str, had: Sequence[Json], has: Sequence[Json], pointers: tuple[str, ...]
) -> Change | None:
    before, after = set(map(kind_of, had)), set(map(kind_of, has))
    if after <= before:
        return None
    told = f"`{path}` was {_listed(before)} and is {_listed(after)}."
    return Change("type", path, True, told, pointers)


def _other_format(
    found: Compared,
    path: str,
    uses: list[Use],
    had: Sequence[Json],
    has: Sequence[Json],
) -> Change | None:
    timed = [use for use in uses if use.is_time]
    if not timed:
        return None
    if not has:
        return None
    named = found.mapping.get("timestampFormat")
    fmt = named if isinstance(named, str) else "iso8601"
    if _share(had, fmt) < 1 or _share(has, fmt) == 1:
        return None
    fits = formats_of(has[:_MANY], named=True)
    fix = None
    if fits and any(use.member == "timestampPath" for use in timed):
        words = f"timestampFormat: {fmt} → {fits[0]}"
        fix = Fix(words, members={"timestampFormat": fits[0]})
    shown = ", ".join(map(str, has[:_MOST_SHOWN]))
    told = f"`{path}` is no time of the format {fmt} any more: {shown}."
    pointers = tuple(use.pointer for use in timed)
    return Change("format", path, True, told, pointers, fix)


_MANY: Final = 60


def _share(values: Sequence[Json], fmt: str) -> float:
    good = 0
    for value in values[:_MANY]:
        try:
            parse_date(value, fmt)
        except ValueError:
            continue
        good += 1
    return good / len(values[:_MANY])


def _repeated(
    path: str, uses: list[Use], before: list[list[list[Json]]], after: list[list[Json]]
) -> Change | None:
    alone = any(use.member == "idPath" for use in uses)
    if not alone or any(map(_doubles, before)) or not _doubles(after):
        return None
    twice = ", ".join(_doubles(after)[:_MOST_SHOWN])
    told = f"`{path}` is not unique any more: {twice} comes twice."
    return Change("repeated", path, True, told, ("/idPath",))


def _doubles(found: list[list[Json]]) -> list[str]:
    seen: set[str] = set()
    twice: list[str] = []
    for values in found:
        for value in values[:1]:
            text = str(value)
            if text in seen and text not in twice:
                twice.append(text)
            seen.add(text)
    return twice


def _missing(
    path: str, uses: list[Use], before: list[list[Json]], after: list[list[Json]]
) -> Change | None:
    if not all(map(_holds, before)) or all(map(_holds, after)):
        return None
    lack = sum(not _holds(values) for values in after)
    needed = any(use.is_needed for use in uses)
    told = f"{lack} of {len(after)} items lack `{path}`; all known ones have it."
    return Change("optional", path, needed, told, tuple(u.pointer for u in uses))


def _holds(values: list[Json]) -> bool:
    return any(value is not None for value in values)


def _of_shape(found: Compared) -> Iterator[Change]:
    """Yield what is another where no path of the mapping looks."""
    looked = {steps_of(use.path) for use in found.uses}
    for path, place in found.after.items():
        known = found.before.get(path)
        if known is None:
            yield from _fresh(found, place)
        else:
            yield from _altered(known, place, looked=place.steps in looked)
    for path, place in found.before.items():
        told_by_list = place.steps[-1] is None  # the list may just be empty
        if path in found.after or told_by_list:
            continue
        holders = _holders(place, found.after)
        if holders and not _by_chance(place.there / max(place.of, 1), holders):
            told = f"`{path}` is gone; nothing looks at it."
            yield Change("gone", path, False, told)


def _fresh(found: Compared, place: Place) -> Iterator[Change]:
    if _holders(place, found.before):
        shown = _shown(place)
        told = f"`{place.path}` is new{shown}."
        yield Change("new", place.path, False, told)


def _altered(known: Place, live: Place, *, looked: bool) -> Iterator[Change]:
    more = live.types - known.types
    if more and known.types and not looked:
        told = f"`{live.path}` was {_listed(known.types)} and is {_listed(live.types)}."
        yield Change("type", live.path, False, told)
    elif live.format != known.format and known.format and live.values and not looked:
        told = f"`{live.path}` is not written as {known.format} any more."
        yield Change("format", live.path, False, told)
    fresh = sorted(live.words - known.words) if known.words else []
    if fresh:
        why = "; no rule names it" if looked else ""
        told = f"`{live.path}` has new values{why}: {', '.join(fresh[:_MOST_SHOWN])}."
        yield Change("word", live.path, False, told)
    if known.always and not live.always and not looked:
        told = f"`{live.path}` is in {live.there} of {live.of} places, not in all."
        yield Change("optional", live.path, False, told)


def _holders(place: Place, others: Mapping[str, Place]) -> int:
    """Return how many of the other items have what would hold a place."""
    holder = place.steps[:-1]
    if not holder:
        return max((other.of for other in others.values()), default=0)
    found = next((other for other in others.values() if other.steps == holder), None)
    kind = "list" if place.steps[-1] is None else "object"
    return found.kinds.get(kind, 0) if found is not None else 0


def _shown(place: Place) -> str:
    told = sorted({str(value)[:40] for value in place.values[:_MANY]})
    kind = _listed(place.types or {"null"})
    return f" ({kind}, such as {told[0]})" if told else f" ({kind})"


def _listed(kinds: set[str] | frozenset[str]) -> str:
    return " or ".join(sorted(kinds))
