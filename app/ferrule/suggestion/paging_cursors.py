"""Paging by a cursor: a member that is sent back, or the id of the last item."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from ferrule.exchange import Json
from ferrule.suggestion.candidate import Candidate
from ferrule.suggestion.paging_links import ADDRESS, is_address, next_addresses
from ferrule.suggestion.paging_terms import (
    CURSOR_PARAMS,
    CURSORS,
    ITEM_PARAMS,
    MORE,
    OFFSETS,
    PAGES,
    PARAMS,
)
from ferrule.suggestion.sample import Sample
from ferrule.suggestion.spots import Asked, Spot
from ferrule.suggestion.words import squashed, words

_NEEDS_TEXT: Final = frozenset({"nextpage", "next", "offset", "nextoffset", "cursor"})
_BACK: Final = frozenset({"previous", "prev", "before"})
_AFTER: Final = re.compile(r"\bafter\s*:\s*\$(\w+)")
_AGREED: Final = frozenset(
    {
        "after",
        "aftercursor",
        "cursor",
        "nextcursor",
        "nexttoken",
        "offset",
        "startingafter",
    }
)
_UNSHOWN: Final = 0.84
_EMPTY: Final = 0.22
_SHOWN: Final = 0.11


def by_cursor(sample: Sample) -> Iterator[Candidate]:
    """Yield paging by a cursor that the body holds."""
    for spot in sample.spots:
        score = _score(spot, sample)
        if not score:
            continue
        target, extra, told = _param(spot, sample)
        most = 1.0 if extra > 0 or _is_known(spot, sample) else _UNSHOWN
        paging: dict[str, Json] = {
            "type": "cursor",
            "nextPath": spot.path,
            "nextParam": target,
        }
        state = (
            "holds the next cursor"
            if spot.value
            else "is named like a cursor; here it is empty: the end"
        )
        reason = f"`{spot.path}` {state}; {told}."
        kin = ADDRESS if extra == _SHOWN else ""
        yield Candidate({"pagination": paging}, min(score + extra, most), reason, kin)


def _score(spot: Spot, sample: Sample) -> float:
    name, value = spot.squashed, spot.value
    score = CURSORS.get(name, 0.0) or _asked_before(spot, sample)
    if not score or isinstance(value, bool) or is_address(value):
        return 0.0
    if not _BACK.isdisjoint(spot.words):
        return 0.0
    if name in _NEEDS_TEXT and (spot.number is not None or not value):
        return 0.4 if name == "cursor" and value in (None, "") else 0.0
    if name == "after" and "next" in words(spot.owner):
        score += 0.06
    if any(flag.squashed in MORE for flag in _beside(spot, sample)):
        score += 0.02
    if value in (None, ""):
        return score - _EMPTY
    return score if isinstance(value, str | int) else score - 0.1


def _asked_before(spot: Spot, sample: Sample) -> float:
    """Score what has the name of a parameter of the request, with `next` before it."""
    if words(spot.name)[:1] != ("next",) or not isinstance(spot.value, str | int):
        return 0.0
    rest = spot.squashed.removeprefix("next")
    counted = OFFSETS | PAGES
    known = {a.squashed for a in sample.asked} - counted
    return 0.85 if rest in known else 0.0


def _beside(spot: Spot, sample: Sample) -> list[Spot]:
    return [x for x in sample.spots if x.steps[:-1] == spot.steps[:-1]]


def _param(spot: Spot, sample: Sample) -> tuple[str, float, str]:
    """Return where a cursor is sent, what that adds to its score, and the reason."""
    shown = _in_address(spot, sample)
    if shown is not None:
        return shown, _SHOWN, f"the next address sends it as `{shown}`"
    asked = _in_request(spot, sample)
    if asked is not None:
        return asked, 0.03, f"the request has a place for it, `{asked}`"
    name = _usual(spot, sample)
    target = beside_size(name, sample) if sample.posts else name
    if squashed(name) == spot.squashed:
        return target, 0.0, f"it is sent back as `{target}`, its own name"
    return target, -0.04, f"it is usually sent as `{target}`"


def _in_address(spot: Spot, sample: Sample) -> str | None:
    for address in next_addresses(sample):
        try:
            query = urlsplit(address).query
        except ValueError:
            continue
        for name, value in parse_qsl(query):
            if spot.value and value == str(spot.value) and not sample.posts:
                return f"query:{name}" if ":" in name else name
    return None


def _in_request(spot: Spot, sample: Sample) -> str | None:
    bare = spot.squashed.removeprefix("next") or spot.squashed
    for asked in sample.asked:
        if asked.squashed in CURSOR_PARAMS | {spot.squashed, bare}:
            return asked.target
    return _in_graphql(sample)


def _in_graphql(sample: Sample) -> str | None:
    """Return the variable that a GraphQL query takes its cursor from."""
    body = sample.request.body if sample.request is not None else None
    query = body.get("query") if isinstance(body, dict) else None
    match = _AFTER.search(query) if isinstance(query, str) else None
    return f"body:variables.{match[1]}" if match else None


def _usual(spot: Spot, sample: Sample) -> str:
    """Return the name under which a cursor is usually sent.

    Google asks for `pageToken` what it answers as `nextPageToken`, Notion for
    `start_cursor` what it answers as `next_cursor`; Jira takes the same name.
    """
    name = spot.squashed
    beside = {x.squashed for x in _beside(spot, sample)}
    if spot.name == "nextPageToken" and "islast" not in beside:
        return "pageToken"
    if name == "nextcursor" and sample.posts and "hasmore" in beside:
        return "start_cursor"
    return PARAMS.get(name, spot.name)


def _is_known(spot: Spot, sample: Sample) -> bool:
    """Tell whether services agree on where such a cursor is sent."""
    if spot.squashed in _AGREED:
        return True
    beside = {x.squashed for x in _beside(spot, sample)}
    return bool(beside & {"kind", "etag"}) and spot.name == "nextPageToken"


def beside_size(name: str, sample: Sample) -> str:
    """Return the target in a JSON body, beside the page size where that is known."""
    from_size = [a.target for a in sample.asked if _is_size(a)]
    head = from_size[0].rpartition(".")[0] if from_size else ""
    return f"{head}.{name}" if head else f"body:{name}"


def _is_size(asked: Asked) -> bool:
    from_body = asked.target.startswith("body:")
    return from_body and asked.squashed in {"pagesize", "limit", "size", "maxresults"}


def by_item(sample: Sample, id_path: str | None) -> Iterator[Candidate]:
    """Yield paging by the id of the last item, which the next request names."""
    if id_path is None or not sample.items:
        return
    source = f"item:{id_path}"
    for asked in sample.asked:
        if asked.squashed in ITEM_PARAMS and not _is_time(asked):
            reason = (
                f"The request sends `{asked.name}`: the id of an item to go on from."
            )
            yield _by_item(source, asked.target, 0.62, reason)
    flags = [x for x in sample.spots if x.squashed == "hasmore"]
    if flags and not _has_cursor(sample):
        named = any(x.squashed == "object" and x.value == "list" for x in sample.spots)
        score = 0.88 if named else 0.34
        reason = (
            f"`{flags[0].path}` tells that there is more, and nothing else names it:"
            " the id of the last item is usually sent as `starting_after`."
        )
        yield _by_item(source, "starting_after", score, reason)


def _has_cursor(sample: Sample) -> bool:
    return any(_score(spot, sample) for spot in sample.spots)


def _is_time(asked: Asked) -> bool:
    text = asked.value if isinstance(asked.value, str) else ""
    return "-" in text[:5] or ":" in text


def _by_item(source: str, target: str, score: float, reason: str) -> Candidate:
    paging: dict[str, Json] = {
        "type": "cursor",
        "nextPath": source,
        "nextParam": target,
    }
    return Candidate({"pagination": paging}, score, reason)
