"""How failures, throttling and rates are met: wire types and pure decisions."""

from ferrule.resilience.backoff import (
    AskedBackoff,
    Backoff,
    ConstantBackoff,
    ExponentialBackoff,
)
from ferrule.resilience.breaker import CircuitBreaker
from ferrule.resilience.buckets import Bucket, default_buckets
from ferrule.resilience.policy import Resilience
from ferrule.resilience.rates import RateLimit, RateMatch, buckets_for
from ferrule.resilience.rules import ErrorRule

__all__ = [
    "AskedBackoff",
    "Backoff",
    "Bucket",
    "CircuitBreaker",
    "ConstantBackoff",
    "ErrorRule",
    "ExponentialBackoff",
    "RateLimit",
    "RateMatch",
    "Resilience",
    "buckets_for",
    "default_buckets",
]
