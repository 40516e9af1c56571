"""How the next page is asked for: all styles, with size, total and the last page."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ferrule.exchange import Json
from ferrule.suggestion.candidate import Candidate, ranked
from ferrule.suggestion.paging_counts import by_counting, is_more, sizes
from ferrule.suggestion.paging_cursors import by_cursor, by_item
from ferrule.suggestion.paging_links import by_address, by_header, by_relation
from ferrule.suggestion.paging_terms import (
    CURSORS,
    LAST,
    PAGE_TOTALS,
    TOLD_SIZES,
    TOTAL_HEADERS,
    TOTALS,
)
from ferrule.suggestion.sample import Sample
from ferrule.suggestion.spots import Spot

_COUNTED: Final = frozenset({"offset", "page"})
_SIZED: Final = frozenset({"offset", "page", "cursor"})
_USUAL_SIZE: Final = 100
_LARGEST: Final = 10_000
_WHOLE_PAGE: Final = 0.5


def find_paging(sample: Sample, id_path: str | None = None) -> list[Candidate]:
    """Return ways to go on to the next page, the most likely first.

    `id_path` is where an item's id is, for services that go on from the last item.
    """
    if sample.failed or sample.body is None:
        return []
    found = [
        *by_header(sample),
        *by_address(sample),
        *by_relation(sample),
        *by_cursor(sample),
        *by_item(sample, id_path),
        *by_counting(sample),
    ]
    return ranked([*(_completed(c, sample) for c in found), *_whole(sample)])


def _completed(candidate: Candidate, sample: Sample) -> Candidate:
    """Return a way of paging with the members that all ways share."""
    paging = dict(_members(candidate))
    paging |= _size(sample, str(paging["type"]))
    paging |= _more(sample, paging)
    return replace(candidate, members={"pagination": paging})


def _members(candidate: Candidate) -> dict[str, Json]:
    paging = candidate.members["pagination"]
    return paging if isinstance(paging, dict) else {}


def _size(sample: Sample, style: str) -> dict[str, Json]:
    """Return the page size and its parameter, where one is known or needed."""
    asked = next(iter(sizes(sample)), None)
    if asked is not None:
        return {"pageSizeParam": asked.target, "pageSize": asked.number}
    told = _told_size(sample)
    if told is not None and style in _SIZED:
        return (
            {"pageSizeParam": told.name, "pageSize": told.number}
            if not sample.posts
            else {"pageSize": told.number}
        )
    if style not in _SIZED:
        return {}
    return {
        "pageSize": min(max(sample.count, 1), _LARGEST) if sample.count else _USUAL_SIZE
    }


def _told_size(sample: Sample) -> Spot | None:
    able = [s for s in sample.spots if s.squashed in TOLD_SIZES and s.number]
    plain = [s for s in able if ":" not in s.name and (s.number or 0) <= _LARGEST]
    return plain[0] if plain else None


def _more(sample: Sample, paging: dict[str, Json]) -> dict[str, Json]:
    """Return what tells the end: a flag, or a total."""
    style = paging["type"]
    if style not in _SIZED:
        return {}
    flags = [spot for spot in sample.spots if is_more(spot)]
    if flags:
        return {"hasMorePath": flags[0].path}
    if style not in _COUNTED or "nextPath" in paging:
        return {}
    return _total(sample) or _last(sample)


def _total(sample: Sample) -> dict[str, Json]:
    for spot in sample.spots:
        if _is_total(spot, sample):
            return {"totalPath": spot.path}
    header = next((h for n, h in TOTAL_HEADERS.items() if sample.headers.get(n)), None)
    if header is not None:
        return {"totalPath": f"header:{header}"}
    for spot in sample.spots:
        if spot.squashed in PAGE_TOTALS and spot.number is not None:
            return {"totalPath": spot.path, "totalUnit": "pages"}
    return {}


def _is_total(spot: Spot, sample: Sample) -> bool:
    number = spot.number
    if number is None or number < sample.count:
        return False
    if spot.squashed == "value" and spot.owner == "total":
        return True
    return spot.squashed in TOTALS and (
        spot.squashed != "count" or number > sample.count
    )


def _last(sample: Sample) -> dict[str, Json]:
    for spot in sample.spots:
        if spot.squashed in LAST and isinstance(spot.value, bool):
            stop: dict[str, Json] = {
                "when": spot.path,
                "operator": "equals",
                "value": True,
            }
            return {"stopWhen": stop}
    return {}


def _whole(sample: Sample) -> Iterator[Candidate]:
    """Yield no paging, where the answer says that everything is on this page."""
    totals = [s for s in sample.spots if s.squashed in TOTALS and s.number is not None]
    if sample.items and any(s.number == sample.count for s in totals):
        reason = f"`{totals[0].path}` says that all {sample.count} items are here."
        yield Candidate({"pagination": {"type": "none"}}, _WHOLE_PAGE, reason)


def is_last_page(sample: Sample) -> bool:
    """Tell whether a page says that none follows it."""
    return bool(sample.items) and any(map(_ends, sample.spots))


def _ends(spot: Spot) -> bool:
    if is_more(spot):
        return spot.value is False
    if spot.squashed in LAST:
        return spot.value is True
    return spot.squashed in CURSORS and spot.value in (None, "")
