"""Rate limits as Airbyte's call budget.

The first policy that fits a request decides there, so the policy of a path holds the
limits of every request as well.
"""

import re
from collections.abc import Iterable

from ferrule.exchange import Json
from ferrule.interchange.airbyte.component import Component
from ferrule.interchange.outgoing import Outgoing, plain, seconds
from ferrule.resilience import RateLimit

_MINUTE = 60.0


def budget(out: Outgoing) -> Component | None:
    """Return the budget of a connector; None where nothing is said."""
    general = list(_general(out))
    policies: list[Json] = []
    for index, limit in enumerate(out.connector.rate_limits or ()):
        if limit.match is not None and _known(out, index, limit):
            policies.append(_policy([_pair(limit), *general], [_matcher(limit)]))
    if general:
        policies.append(_policy(general, []))
    return {"type": "HTTPAPIBudget", "policies": policies} if policies else None


def _general(out: Outgoing) -> Iterable[tuple[float, float]]:
    """Yield number and seconds of each limit that is about every request."""
    ledger = out.ledger
    rates = []
    for leaving in out.streams:
        rates.append(float(leaving.polling.rate_limit_rpm))
        reason = "A moving window of a minute, for all streams together."
        ledger.changed(leaving.asked, ("rateLimitRpm",), reason)
    yield min(rates), _MINUTE
    for index, limit in enumerate(out.connector.rate_limits or ()):
        if limit.match is None and _known(out, index, limit):
            yield _pair(limit)


def _known(out: Outgoing, index: int, limit: RateLimit) -> bool:
    place = f"/rateLimits/{index}"
    if isinstance(limit.limit, str) or float(limit.limit) < 1:
        out.ledger.drop(place, "Airbyte's limits are whole numbers above 0.")
        return False
    out.ledger.keep(place, "A moving window.")
    if limit.burst is not None:
        reason = "A moving window has no burst: the whole limit may go at once."
        out.ledger.change(f"{place}/burst", reason)
    return True


def _pair(limit: RateLimit) -> tuple[float, float]:
    return float(str(limit.limit)), seconds(limit.per)


def _matcher(limit: RateLimit) -> Component:
    match = limit.match
    found: Component = {"type": "HttpRequestRegexMatcher"}
    if match is not None and match.method:
        found["method"] = match.method
    if match is not None and match.path:
        found["url_path_pattern"] = f"{re.escape(match.path)}"
    return found


def _policy(rates: list[tuple[float, float]], matchers: list[Json]) -> Component:
    return {
        "type": "MovingWindowCallRatePolicy",
        "rates": [
            {
                "type": "Rate",
                "limit": plain(int(number)),
                "interval": f"PT{_whole(per)}S",
            }
            for number, per in _binding(rates)
        ],
        "matchers": matchers,
    }


def _binding(rates: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the rates that bind, shortest time first.

    Airbyte takes them only so: each longer time allows more calls, but fewer a second.
    """
    found: list[tuple[float, float]] = []
    for number, per in sorted(rates, key=lambda rate: (rate[1], rate[0])):
        while found and number <= found[-1][0] and per > found[-1][1]:
            found.pop()
        if not found or (
            per > found[-1][1] and number / per < found[-1][0] / found[-1][1]
        ):
            found.append((number, per))
    return found


def _whole(value: float) -> str:
    return f"{value:g}" if value != int(value) else str(int(value))
