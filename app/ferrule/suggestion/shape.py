"""Which list of a body holds the items, and in what form.

A list is known by what it holds (objects with an id and a time), by its name, by what
the address asks for, and by being the only one. What services put beside the items
(errors, links, included objects, columns) is known by name too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from ferrule.exchange import Json, Request
from ferrule.suggestion.candidate import LIKELY, SURE, WORTH_TELLING, Candidate
from ferrule.suggestion.identity import is_id_name
from ferrule.suggestion.listing import Listing, listings_of
from ferrule.suggestion.times import is_time_name
from ferrule.suggestion.words import same_thing, squashed, vocabulary

_USUAL: Final = vocabulary(
    "children content data docs documents edges elements entities entries features "
    "hits items list members nodes objects page records resources response result "
    "results rows searchresults value values"
)
_BESIDE: Final = vocabulary(
    "actions aggregations buckets cols column columns curies error errormessages "
    "errors facet facets field fields filter filters header headers include included "
    "includes link links meta metadata notices permissions properties reminders schema "
    "schemas scopes sort sorts stats units warning warnings"
)
_WRAPPERS: Final = frozenset({"node", "resource", "item", "data", "record"})
_SAMPLE: Final = 6
_SEGMENTS: Final = 4
_CLOSE: Final = 0.12


@dataclass(frozen=True)
class Found:
    """A listing with its score and the reason for it."""

    listing: Listing
    score: float
    reason: str

    @cached_property
    def candidate(self) -> Candidate:
        """The listing as members of a mapping."""
        members: dict[str, Json] = {"itemsPath": self.listing.path}
        if self.listing.shape is not None:
            members["itemsShape"] = self.listing.shape
        if self.listing.columns:
            members["columns"] = dict(self.listing.columns)
        return Candidate(members, self.score, self.reason)


def find_items(body: Json, request: Request | None = None) -> list[Found]:
    """Return what the items of a body could be, the most likely first."""
    segments = _segments(request)
    listings = list(listings_of(body))
    serious = [x for x in listings if x.of_objects and not _is_beside(x)]
    only = len({x.steps[:1] for x in serious}) == 1
    found = [_judged(x, segments, only=only) for x in listings]
    found = sorted((x for x in found if x.score > 0), key=lambda x: -x.score)
    if not found:
        found = list(_single(body))
    return _humbled(found)


def _segments(request: Request | None) -> tuple[str, ...]:
    """Return the last segments of the address, without an ending such as `.json`."""
    if request is None:
        return ()
    try:
        path = urlsplit(request.url).path
    except ValueError:
        return ()
    parts = [part.partition(".")[0] for part in path.split("/") if part]
    return tuple(reversed(parts[-_SEGMENTS:]))


def _judged(listing: Listing, segments: Sequence[str], *, only: bool) -> Found:
    score, qualities = _by_content(listing)
    reasons = []
    for extra, reason in _by_place(listing, segments, only=only):
        score += extra
        reasons += [reason] if reason else []
    told = _sentence(listing, qualities, reasons)
    return Found(listing, min(score, 0.98), told)


def _by_content(listing: Listing) -> tuple[float, list[str]]:
    """Return how much a list looks like items, and what its items have."""
    sample = [item for item in listing.sample[:_SAMPLE] if isinstance(item, dict)]
    if not listing.sample:
        return 0.3, []
    if not sample:
        return 0.05, []
    names = frozenset.intersection(*(frozenset(item) for item in sample))
    nested = [x for item in sample for x in item.values() if isinstance(x, dict)]
    inner = {name for member in nested for name in member}
    score, qualities = _by_form(listing), []
    if any(is_id_name(name) for name in names) or listing.keyed_by_ids:
        score += 0.12
        qualities.append("an id")
    if any(is_time_name(name) for name in (*names, *inner)):
        score += 0.1
        qualities.append("a time")
    return score + (0.05 if len(names) > 1 else -0.1), qualities


def _by_form(listing: Listing) -> float:
    if listing.shape == "object":
        return 0.42 if listing.keyed_by_ids else 0.22
    if listing.shape is not None:
        return 0.4
    if None not in listing.steps:
        return 0.45
    name = str(listing.steps[-1]).lower()
    whole = listing.wrapped or name in _WRAPPERS
    return 0.52 if whole else -0.15


def _by_place(
    listing: Listing, segments: Sequence[str], *, only: bool
) -> Iterator[tuple[float, str]]:
    names = listing.names
    if not listing.steps and listing.shape is None:
        yield 0.35, "the body is a list"
    if any(_is_aside(name) for name in names):
        yield -0.4, ""
    elif only and listing.of_objects:
        yield 0.12, "it is the only list of objects"
    name = next((x for x in reversed(names) if x not in _WRAPPERS), "")
    if any(same_thing(name, segment) for segment in segments):
        yield 0.28, f"the address asks for {name}"
    elif any(squashed(x) in _USUAL for x in names[-2:]):
        yield 0.2, ""
    yield -0.01 * max(len(names) - 3, 0), ""


def _is_beside(listing: Listing) -> bool:
    return any(_is_aside(name) for name in listing.names)


def _is_aside(name: str) -> bool:
    return squashed(name) in _BESIDE


def _sentence(
    listing: Listing, qualities: Sequence[str], reasons: Sequence[str]
) -> str:
    many = f"{listing.total} " + ("item" if listing.total == 1 else "items")
    if not listing.total:
        told = f"`{listing.path}` is an empty list"
    elif listing.shape == "object":
        told = f"`{listing.path}` holds {many} by key"
    elif listing.shape == "columns":
        told = f"`{listing.path}` is a table of {many}"
    else:
        told = f"`{listing.path}` gives {many}"
    told += f" with {' and '.join(qualities)}" if qualities else ""
    return "; ".join([told, *reasons]) + "."


def _single(body: Json) -> Iterator[Found]:
    """Yield the one object that a body is, or holds in a member."""
    if not isinstance(body, dict):
        return
    places: list[tuple[tuple[str, ...], Json]] = [((), body)]
    places += [((name,), x) for name, x in islice(body.items(), _SAMPLE)]
    for steps, value in places:
        if isinstance(value, dict) and any(map(is_id_name, value)):
            listing = Listing(steps, 1, [value])
            reason = f"`{listing.path}` is one object with an id: the only item."
            yield Found(listing, LIKELY - 0.1 * len(steps), reason)


def _humbled(found: list[Found]) -> list[Found]:
    """Make the first no more than likely where another is nearly as good.

    A list and the records inside its elements are no rivals.
    """
    kept = [x for x in found if x.score >= WORTH_TELLING]
    if not kept[1:]:
        return kept
    first, second = kept[:2]
    inner = first.listing.steps[: len(second.listing.steps)] == second.listing.steps
    close = first.score - second.score < _CLOSE and not inner
    most = SURE - 0.01 if close else 1.0
    first = replace(first, score=min(first.score, most))
    return [first, *(replace(x, score=min(x.score, first.score)) for x in kept[1:])]
