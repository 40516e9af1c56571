"""How a later run asks only for what changed."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from ferrule.exchange import Json
from ferrule.suggestion.candidate import Candidate, ranked
from ferrule.suggestion.sample import Sample
from ferrule.suggestion.spots import Asked, Spot, whole
from ferrule.suggestion.times import Time
from ferrule.suggestion.words import vocabulary, words

_SINCE: Final = vocabulary("since oldest gte gt ge after min")
_CHANGED: Final = vocabulary(
    "changed edited from lastmodified modified mtime start updated updatedmin update"
)
_NOT_SINCE: Final = vocabulary("before until end max lte lt to before_id")
_TOKENS: Final = {
    "odatadeltalink": ("url", 0.95),
    "deltalink": ("url", 0.93),
    "nextsynctoken": ("syncToken", 0.93),
    "synctoken": ("sync_token", 0.88),
    "nextdeltatoken": ("delta_token", 0.85),
    "deltatoken": ("delta_token", 0.85),
    "newstartpagetoken": ("pageToken", 0.85),
}
_IDS: Final = vocabulary("sinceid minid afterid lastid startid")
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:?\d\d.*")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_SECONDS: Final = range(946_684_800, 2_051_222_400)
_DESCENDING: Final = vocabulary("desc descending")
_ENOUGH: Final = 3
_LONGEST_SORT: Final = 100
_KNOWN: Final = (
    ("updated_at", "since", "GitHub, Gitea and others name it so"),
    ("modified_at", "modified_since", "Asana names it so"),
)


def find_changes(
    sample: Sample, timestamp: Time | None, id_path: str | None = None
) -> list[Candidate]:
    """Return ways to ask for changes only, the most likely first.

    `timestamp` is the time at which an item changed, where one is known.
    """
    if sample.failed:
        return []
    return ranked(
        [
            *_asked(sample),
            *_tokens(sample),
            *_since_id(sample, id_path),
            *_ordered(sample, timestamp),
            *_conventional(sample, timestamp),
        ]
    )


def _asked(sample: Sample) -> Iterator[Candidate]:
    """Yield the parameter by which the request itself asks for changes."""
    for asked in sample.asked:
        fmt = _format(asked)
        if fmt is None or not _is_since(asked):
            continue
        delta: dict[str, Json] = {
            "type": "timestamp_filter",
            "queryParam": asked.target,
            "format": fmt,
        }
        named = not _CHANGED.isdisjoint(_parts(asked)) or "since" in _parts(asked)
        reason = f"The request sends a time as `{asked.name}`."
        yield Candidate({"delta": delta}, 0.9 if named else 0.7, reason)


def _parts(asked: Asked) -> frozenset[str]:
    """Return the words of a parameter; in a body, those of its last three names."""
    names = asked.target.removeprefix("body:").split(".")[-3:]
    return frozenset(word for name in names for word in words(name))


def _is_since(asked: Asked) -> bool:
    told = _parts(asked)
    if not told.isdisjoint(_NOT_SINCE):
        return False
    return not told.isdisjoint(_SINCE) or not told.isdisjoint(_CHANGED)


def _format(asked: Asked) -> str | None:
    value = asked.value
    if isinstance(value, str) and _ISO.fullmatch(value):
        return "iso8601"
    if isinstance(value, str) and _DAY.fullmatch(value):
        return "date"
    text = str(value).partition(".")[0] if isinstance(value, str) else value
    number = whole(text)
    if number is not None and number in _SECONDS:
        return "unix"
    milliseconds = number is not None and number // 1000 in _SECONDS
    return "unix_ms" if milliseconds else None


def _tokens(sample: Sample) -> Iterator[Candidate]:
    """Yield a token that the service hands out for the next round."""
    for spot in sample.spots:
        param, score = _TOKENS.get(spot.squashed, ("", 0.0))
        if not score or not isinstance(spot.value, str) or not spot.value:
            continue
        target = _target(spot, param)
        if sample.posts and target != "url":
            target = f"body:{target}"
        delta: dict[str, Json] = {
            "type": "delta_token",
            "tokenPath": spot.path,
            "tokenParam": target,
        }
        reason = f"`{spot.path}` is handed out to ask for later changes."
        yield Candidate({"delta": delta}, score, reason)


def _target(spot: Spot, param: str) -> str:
    is_link = str(spot.value).startswith(("http://", "https://"))
    return "url" if is_link else "token" if param == "url" else param


def _since_id(sample: Sample, id_path: str | None) -> Iterator[Candidate]:
    for asked in sample.asked:
        if asked.squashed in _IDS and id_path is not None and _format(asked) is None:
            delta: dict[str, Json] = {
                "type": "since_id",
                "idPath": id_path,
                "idParam": asked.target,
            }
            reason = f"The request sends `{asked.name}`: the highest id it knows."
            yield Candidate({"delta": delta}, 0.75, reason)


def _ordered(sample: Sample, timestamp: Time | None) -> Iterator[Candidate]:
    """Yield comparing here, from the newest item on where they come in that order."""
    if timestamp is None:
        return
    falling = _falls([m for _, m in sorted(timestamp.moments.items())])
    asked = _asks_newest_first(sample, timestamp)
    newest: dict[str, Json] = {"type": "client_side", "order": "newest_first"}
    if falling and asked:
        reason = (
            f"The request sorts by it: `{timestamp.path[2:]}` falls from item to item."
        )
        yield Candidate({"delta": newest}, 0.72, reason)
    elif falling:
        reason = (
            f"`{timestamp.path[2:]}` falls from item to item: the newest come first."
        )
        yield Candidate({"delta": newest}, 0.5, reason)
    else:
        reason = f"`{timestamp.path[2:]}` can be compared here, after everything came."
        yield Candidate({"delta": {"type": "client_side"}}, 0.3, reason)


def _falls(moments: Sequence[datetime]) -> bool:
    falls = all(newer >= older for newer, older in pairwise(moments))
    return falls and len(set(moments)) >= _ENOUGH


def _asks_newest_first(sample: Sample, timestamp: Time) -> bool:
    texts = [str(a.value) for a in sample.asked if isinstance(a.value, str)]
    sorts = [text for text in texts if len(text) <= _LONGEST_SORT]
    told = {word for text in sorts for word in words(text)}
    name = frozenset(timestamp.leaf.words) - {"at", "on", "time", "date"}
    falling = bool(told & _DESCENDING) or any(text.startswith("-") for text in texts)
    return falling and bool(told & name)


def _conventional(sample: Sample, timestamp: Time | None) -> Iterator[Candidate]:
    """Yield the parameter that services with such a member usually know."""
    if timestamp is None or sample.posts:
        return
    name = timestamp.leaf.name
    for member, param, why in _KNOWN:
        if name == member:
            delta: dict[str, Json] = {
                "type": "timestamp_filter",
                "queryParam": param,
                "format": timestamp.fmt,
            }
            reason = f"Items have `{name}`; it may be asked by `{param}`: {why}."
            yield Candidate({"delta": delta}, 0.4, reason)
