"""Paging by address: the `Link` header, and members that hold the next address."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Final, TypeAlias

from ferrule.exchange import Json
from ferrule.expression.steps import write_steps
from ferrule.pagination.link_header import next_link
from ferrule.suggestion.candidate import Candidate
from ferrule.suggestion.paging_terms import BACKWARDS
from ferrule.suggestion.sample import Sample
from ferrule.suggestion.spots import Spot
from ferrule.suggestion.words import vocabulary, words

ADDRESS: Final = "address"
_RELATIONS: Final = re.compile(
    r"rel\s*=\s*\"?(next|prev|previous|first|last)\b", re.IGNORECASE
)
_WHOLE: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_RELATIVE: Final = re.compile(r"/\S+|\?\S+=\S*|[^\s?]+\?\S+=\S*")
Names: TypeAlias = tuple[str, ...]
_RELATION_NAMES: Final = ("rel", "relation")
_ADDRESS_NAMES: Final = ("href", "url", "uri")
_LINK_LISTS: Final = frozenset({"link", "links"})
_MOST_LINKS: Final = 20
_DEEPEST: Final = 3
_FORWARD: Final = frozenset({"next", "more"})
_LINK_WORDS: Final = vocabulary("href link links uri url")
_NEXT: Final = frozenset({"next", "nexthref", "nextlink", "nexturl", "nextpageurl"})


def by_header(sample: Sample) -> Iterator[Candidate]:
    """Yield paging by the Link header (RFC 8288)."""
    links = [v for n, v in sample.response.headers if n.lower() == "link"]
    paging: dict[str, Json] = {"type": "link_header"}
    if any(next_link(link) for link in links):
        if any("results=" in link for link in links):
            paging["stopWhen"] = {
                "when": "header:Link",
                "operator": "matches",
                "value": 'rel="next"; results="false"',
            }
        reason = 'The Link header names the page that is rel="next".'
        score = 0.88 if any(next_addresses(sample)) else 0.96
        yield Candidate({"pagination": paging}, score, reason, ADDRESS)
    elif any(_RELATIONS.search(link) for link in links):
        reason = "The Link header names other pages; this is the last one."
        yield Candidate({"pagination": paging}, 0.88, reason)


def by_address(sample: Sample) -> Iterator[Candidate]:
    """Yield paging by a member of the body that holds the next address."""
    for spot in sample.spots:
        score = _score(spot, sample)
        if score:
            yield Candidate(
                {"pagination": {"type": "next_url", "nextPath": spot.path}},
                score,
                _reason(spot),
                ADDRESS,
            )


def by_relation(sample: Sample) -> Iterator[Candidate]:
    """Yield paging by a list of links that each name their relation, as FHIR has it."""
    for steps, links in _lists(sample.body, ()):
        for relation, address in product(_RELATION_NAMES, _ADDRESS_NAMES):
            if any(_is_next(link, relation, address) for link in links):
                path = f"{write_steps(steps)}[?@.{relation}=='next'].{address}"
                paging: dict[str, Json] = {"type": "next_url", "nextPath": path}
                reason = f"`{path}` holds the address of the next page."
                yield Candidate({"pagination": paging}, 0.93, reason, ADDRESS)


def _lists(value: Json, steps: tuple[str, ...]) -> Iterator[tuple[Names, list[Json]]]:
    """Yield the lists whose name tells that they hold links."""
    for name, member in value.items() if isinstance(value, dict) else ():
        if isinstance(member, dict) and len(steps) < _DEEPEST:
            yield from _lists(member, (*steps, name))
        elif isinstance(member, list) and not _LINK_LISTS.isdisjoint(words(name)):
            yield (*steps, name), member[:_MOST_LINKS]


def _is_next(link: Json, relation: str, address: str) -> bool:
    if not isinstance(link, dict):
        return False
    return link.get(relation) == "next" and is_address(link.get(address))


def next_addresses(sample: Sample) -> Iterator[str]:
    """Yield the addresses of the next page that the body names."""
    for spot in sample.spots:
        if isinstance(spot.value, str) and _score(spot, sample):
            yield spot.value


def is_address(value: Json) -> bool:
    """Tell whether a value is a whole address, or one relative to the request's."""
    if not isinstance(value, str):
        return False
    return bool(_WHOLE.fullmatch(value) or _RELATIVE.fullmatch(value))


def _score(spot: Spot, sample: Sample) -> float:
    told = _names(spot)
    if not told & _FORWARD or told & BACKWARDS:
        return 0.0
    if is_address(spot.value):
        whole = bool(_WHOLE.fullmatch(str(spot.value)))
        known = "next" in told or bool(told & _LINK_WORDS)
        return (0.95 if whole else 0.91) if known else 0.6
    if spot.value is None and spot.squashed == "nextpage":
        return 0.3
    if spot.value is None and spot.squashed in _NEXT:
        return 0.72 if _has_way_back(spot, sample) else 0.5
    return 0.0


def _names(spot: Spot) -> frozenset[str]:
    """Return the words of the last names on the way: `links.next.href` has three."""
    return frozenset(word for name in spot.steps[-3:] for word in words(name))


def _has_way_back(spot: Spot, sample: Sample) -> bool:
    beside = {x.squashed for x in sample.spots if x.steps[:-1] == spot.steps[:-1]}
    return bool(beside & {"previous", "prev", "count"}) or spot.squashed != "next"


def _reason(spot: Spot) -> str:
    if spot.value is None:
        return (
            f"`{spot.path}` is named like the next address; here it is null: the end."
        )
    return f"`{spot.path}` holds the address of the next page."
