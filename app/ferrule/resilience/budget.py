"""What a service says is left of its rate, in its headers.

Read are `X-RateLimit-Limit`, `-Remaining`, `-Reset` and their kin (reset as an epoch,
as seconds from now, or as a date), and the IETF's `RateLimit` and `RateLimit-Policy`:
as a list of policies (draft-ietf-httpapi-ratelimit-headers-10) and as the dictionary
of earlier drafts. Of several policies the one with the least left counts.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from ferrule.resilience.moments import moment, number, retry_after, seconds_to

_PREFIXES = ("x-ratelimit-", "ratelimit-", "x-rate-limit-")
_REMAINING = tuple(f"{prefix}remaining" for prefix in _PREFIXES)
_EPOCH_FROM = 1_000_000_000.0
_EPOCH_MS_FROM = 1_000_000_000_000.0


class Left(msgspec.Struct, frozen=True):
    """`remaining` requests of `limit`, until it is full again in `resets_in` seconds.

    `limit` and `resets_in` are None where the service does not say.
    """

    remaining: int
    limit: int | None = None
    resets_in: float | None = None


def read_budget(headers: Mapping[str, str], now: datetime) -> Left | None:
    """Return what the headers (lower-case names) say is left; None when nothing."""
    for prefix in _PREFIXES:
        remaining = headers.get(f"{prefix}remaining")
        if remaining is not None:
            return _by_prefix(prefix, remaining, headers, now)
    told = headers.get("ratelimit")
    return None if told is None else _structured(told, headers)


def asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that `Retry-After` or a spent rate asks for, if any."""
    seconds = retry_after(headers, now)
    if seconds is not None:
        return seconds
    left = read_budget(headers, now)
    return left.resets_in if left is not None and left.remaining == 0 else None


def remaining(headers: Mapping[str, str]) -> int | None:
    """Return how many requests the headers say are left, at little cost."""
    for name in _REMAINING:
        if name in headers:
            return _whole(headers[name])
    told = headers.get("ratelimit")
    left = None if told is None else _structured(told, headers)
    return None if left is None else left.remaining


def _by_prefix(
    prefix: str, remaining: str, headers: Mapping[str, str], now: datetime
) -> Left | None:
    left = _whole(remaining)
    if left is None:
        return None
    limit = _whole(headers.get(f"{prefix}limit", "").partition(",")[0])
    reset = headers.get(f"{prefix}reset", "").strip()
    return Left(left, limit, _reset(reset, headers, now))


def _reset(text: str, headers: Mapping[str, str], now: datetime) -> float | None:
    found = number(text)
    if found is None:
        return seconds_to(moment(text), headers, now) if text else None
    if found < _EPOCH_FROM:
        return found
    seconds = found / 1000 if found >= _EPOCH_MS_FROM else found
    return seconds_to(seconds, headers, now)


def _structured(told: str, headers: Mapping[str, str]) -> Left | None:
    limits = _limits(headers.get("ratelimit-policy", ""))
    found = list(_dictionary(told)) or list(_policies(told, limits))
    return min(found, key=lambda left: left.remaining, default=None)


def _policies(told: str, limits: Mapping[str, int | None]) -> Iterator[Left]:
    """Yield what `"default";r=50;t=30, …` says, a policy after another."""
    for name, params in _items(told):
        remaining = _whole(params.get("r", ""))
        if remaining is not None:
            yield Left(remaining, limits.get(name), number(params.get("t", "")))


def _dictionary(told: str) -> Iterator[Left]:
    """Yield what `limit=100, remaining=50, reset=5` says, where it is written so."""
    pairs = (part.partition("=") for part in told.split(","))
    members = {name.strip(): value.partition(";")[0] for name, _, value in pairs}
    remaining = _whole(members.get("remaining", ""))
    if remaining is not None:
        reset = number(members.get("reset", "").strip())
        yield Left(remaining, _whole(members.get("limit", "")), reset)


def _limits(told: str) -> Mapping[str, int | None]:
    return {name: _whole(params.get("q", "")) for name, params in _items(told)}


def _items(told: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the items of a structured list (RFC 9651) with their parameters.

    A comma or semicolon inside a quoted name is taken for an end; such an item then
    lacks its parameters and says nothing.
    """
    for item in told.split(","):
        name, *params = (part.strip() for part in item.split(";"))
        pairs = (param.partition("=") for param in params)
        yield name.strip('"'), {key: value for key, _, value in pairs}


def _whole(text: str) -> int | None:
    found = number(text.strip())
    return None if found is None else int(found)
