"""Paging by counting: pages, or the items that were skipped."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from ferrule.exchange import Json
from ferrule.suggestion.candidate import Candidate
from ferrule.suggestion.paging_cursors import beside_size
from ferrule.suggestion.paging_terms import (
    ASKED_SIZES,
    MORE,
    OFFSETS,
    PAGE_HEADERS,
    PAGE_TOTALS,
    PAGES,
    TOLD_SIZES,
    TOTALS,
)
from ferrule.suggestion.sample import Sample
from ferrule.suggestion.spots import Asked, Spot
from ferrule.suggestion.words import vocabulary, words

Style: TypeAlias = Literal["offset", "page"]
_WANTED: Final[dict[Style, frozenset[str]]] = {"offset": OFFSETS, "page": PAGES}
_LARGEST_PAGE: Final = 10_000
_ALONE: Final = frozenset({"from", "p", "start"})
_OTHERS: Final = vocabulary("count last max next per prev previous size total")
_BY_PAGES: Final = vocabulary("perpage pagesize hitsperpage itemsperpage")


def by_counting(sample: Sample) -> Iterator[Candidate]:
    """Yield paging by numbers that the request sends or the answer repeats."""
    for style in _WANTED:
        yield from _asked(style, sample)
        yield from _told(style, sample)
    yield from _next_number(sample)
    yield from _by_headers(sample)
    yield from _by_convention(sample)


def _paging(style: Style, target: str, first: int | None) -> dict[str, Json]:
    paging: dict[str, Json] = {"type": style, "nextParam": target}
    usual = 1 if style == "page" else 0
    if first is not None and first != usual and first <= 1:
        paging["startAt"] = first
    return paging


def _fits(name: str, style: Style) -> bool:
    parts = words(name)
    wanted = _WANTED[style]
    last = parts[-1] if parts else ""
    if "".join(parts) in wanted:
        return True
    return last in wanted and last not in _ALONE and _OTHERS.isdisjoint(parts)


def _asked(style: Style, sample: Sample) -> Iterator[Candidate]:
    for asked in sample.asked:
        if asked.number is None or not _fits(asked.name, style):
            continue
        known = any(_fits(spot.name, style) for spot in _numbers(sample))
        score = (
            0.88 if known or _counts(sample) else 0.86 if _is_sized(sample) else 0.75
        )
        if style == "page" and asked.number > 0 and not known:
            score = min(score, 0.8)  # a service that counts from 0 is then on page 2
        if not sample.items and not known:
            score -= 0.1
        reason = f"The request sends `{asked.name}={asked.value}`."
        yield Candidate(
            {"pagination": _paging(style, asked.target, asked.number)}, score, reason
        )


def _told(style: Style, sample: Sample) -> Iterator[Candidate]:
    for spot in _numbers(sample):
        if not _fits(spot.name, style) and not _is_spring(spot, style, sample):
            continue
        if _fits_asked(style, sample):
            continue
        name = "page" if spot.squashed in {"number", "currentpage"} else spot.name
        target = beside_size(name, sample) if sample.posts else name
        score = 0.8 if _counts(sample) else 0.6
        score -= 0.03 * (len(spot.steps) - 1)
        score += 0.08 if spot.squashed == "number" else 0
        reason = f"The answer repeats `{spot.path}`: {spot.value}."
        yield Candidate(
            {"pagination": _paging(style, target, spot.number)}, score, reason
        )


def _fits_asked(style: Style, sample: Sample) -> bool:
    return any(a.number is not None and _fits(a.name, style) for a in sample.asked)


def _is_spring(spot: Spot, style: Style, sample: Sample) -> bool:
    """Tell Spring's `number`, which counts pages where it is beside `totalPages`."""
    beside = {x.squashed for x in sample.spots if x.steps[:-1] == spot.steps[:-1]}
    return style == "page" and spot.squashed == "number" and "totalpages" in beside


def _numbers(sample: Sample) -> Iterator[Spot]:
    return (spot for spot in sample.spots if spot.number is not None)


def _counts(sample: Sample) -> bool:
    """Tell whether the answer says how much there is, or that there is more."""
    wanted = TOTALS | PAGE_TOTALS
    return any(spot.squashed in wanted or is_more(spot) for spot in sample.spots)


def is_more(spot: Spot) -> bool:
    """Tell whether a spot says that there is more after this page."""
    named = spot.squashed in MORE or "more" in words(spot.name)
    return named and isinstance(spot.value, bool)


def sizes(sample: Sample) -> Sequence[Asked]:
    """Return the parameters that hold a page size, the best known names first."""
    able = [a for a in sample.asked if 1 <= (a.number or 0) <= _LARGEST_PAGE]
    exact = [a for a in able if a.squashed in ASKED_SIZES]
    ends = [a for a in able if a not in exact and words(a.name)[-1:] in _SIZE_ENDS]
    return [*exact, *ends]


_SIZE_ENDS: Final = {("limit",), ("size",), ("count",)}


def _is_sized(sample: Sample) -> bool:
    told = any(spot.squashed in TOLD_SIZES for spot in _numbers(sample))
    return told or bool(sizes(sample))


def _next_number(sample: Sample) -> Iterator[Candidate]:
    """Yield paging by a member that holds the number of the next page or offset."""
    for spot in _numbers(sample):
        first, *rest = words(spot.name) or ("",)
        name = "".join(rest)
        style: Style = "page" if name in PAGES else "offset"
        if first != "next" or name not in OFFSETS | PAGES:
            continue
        asked = [a.target for a in sample.asked if _fits(a.name, style)]
        target = asked[0] if asked else _bare(spot.name)
        paging = _paging(style, target, None) | {"nextPath": spot.path}
        reason = f"`{spot.path}` holds the number that comes next."
        yield Candidate({"pagination": paging}, 0.84 if asked else 0.8, reason)


def _bare(name: str) -> str:
    """Return a name without `next` before it: `next_start`, `nextPage`."""
    bare = name[len("next") :].lstrip("_-") or name
    return bare[0].lower() + bare[1:]


def _by_headers(sample: Sample) -> Iterator[Candidate]:
    told = [shown for name, shown in PAGE_HEADERS.items() if sample.headers.get(name)]
    if told and not _fits_asked("page", sample):
        reason = (
            f"The header {told[0]} counts pages, which are usually asked as `page`."
        )
        yield Candidate({"pagination": _paging("page", "page", None)}, 0.74, reason)


def _by_convention(sample: Sample) -> Iterator[Candidate]:
    """Yield what usually goes with a page size or a total that nothing explains."""
    size = next(iter(sizes(sample)), None)
    if not sample.items or any(_fits_asked(style, sample) for style in _WANTED):
        return
    if size is not None and size.squashed in _BY_PAGES:
        if not sample.listing.steps:
            reason = (
                f"The request sends `{size.name}`; services that answer so with a bare"
                " list usually name the next page in a Link header, once there is one."
            )
            yield Candidate({"pagination": {"type": "link_header"}}, 0.44, reason)
        reason = f"The request sends `{size.name}`, which usually goes with `page`."
        yield Candidate({"pagination": _paging("page", "page", None)}, 0.42, reason)
    elif size is not None or _counts(sample):
        told = f"sends `{size.name}`" if size is not None else "has a total"
        who = "The request" if size is not None else "The answer"
        reason = f"{who} {told}, which usually goes with `offset`."
        yield Candidate({"pagination": _paging("offset", "offset", None)}, 0.36, reason)
