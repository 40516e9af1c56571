"""The policy entry of a connector's token bucket, in YAML (seed 000, section 6).

The default is 2 requests a second with a burst of 10, and backing off by 1, 2, 4, 8
seconds on 429 or what the vendor answers instead.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ferrule.descriptor.model import Connector
from ferrule.expression.dates import parse_duration
from ferrule.resilience.buckets import DEFAULT_BURST, DEFAULT_PER_SECOND
from ferrule.resilience.rates import RateLimit

_MINUTE: Final = 60
_STEPS: Final = (1, 2, 4, 8)
_TOO_MANY: Final = 429


def rate_limit_policy(connector: Connector) -> str:
    """Return the entry for `connector_config`, one bucket of the connector's rate."""
    lines = [
        f"# {connector.id}@v{connector.version}; a bucket each connection.",
        "connector_config:",
        f"  {json.dumps(connector.id)}:",
        "    rate_limit:",
        "      algorithm: token_bucket",
        f"      requests_per_second: {_rate(connector)}",
        f"      burst: {DEFAULT_BURST:g}",
        *_further(connector),
        "    backoff:",
        "      algorithm: exponential",
        f"      seconds: [{', '.join(map(str, _STEPS))}]",
        f"      statuses: [{', '.join(map(str, _statuses(connector)))}]",
        "      metric: connector_backoff_seconds_total",
    ]
    return "\n".join(lines) + "\n"


def _rate(connector: Connector) -> str:
    polling = connector.polling
    if polling is None:
        return f"{DEFAULT_PER_SECOND:g}"
    return _number(Decimal(str(polling.rate_limit_rpm)) / _MINUTE)


def _number(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.0001')).normalize():f}"


def _further(connector: Connector) -> Iterator[str]:
    if connector.rate_limits:
        yield "      further:"
    for limit in connector.rate_limits or ():
        yield from _limit(limit)


def _limit(limit: RateLimit) -> Iterator[str]:
    told = limit.limit
    count = json.dumps(told) if isinstance(told, str) else str(told)
    yield f"        - requests: {count}"
    yield f"          seconds: {parse_duration(limit.per).total_seconds():g}"
    if limit.burst is not None:
        yield f"          burst: {limit.burst}"
    for name in ("method", "path"):
        value = getattr(limit.match, name, None)
        if value:
            yield f"          {name}: {json.dumps(value)}"


def _statuses(connector: Connector) -> list[int]:
    """Return 429 and the statuses that rules of the connector take for throttling."""
    rules = connector.resilience.rules if connector.resilience else None
    found = {_TOO_MANY}
    for rule in rules or ():
        if rule.action in {"throttle", "retry"}:
            found |= {s for s in rule.status or () if isinstance(s, int)}
    return sorted(found)
