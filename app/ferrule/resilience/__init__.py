"""How failures, throttling and rates are met: wire types and pure decisions."""

from ferrule.resilience.backoff import (
    AskedBackoff,
    Backoff,
    ConstantBackoff,
    ExponentialBackoff,
)
from ferrule.resilience.breaker import CircuitBreaker
from ferrule.resilience.buckets import Bucket, Limit, Quota, default_buckets
from ferrule.resilience.policy import Policy, Resilience, policy_of
from ferrule.resilience.rates import RateLimit, RateMatch, limits_of
from ferrule.resilience.rules import ErrorRule

__all__ = [
    "AskedBackoff",
    "Backoff",
    "Bucket",
    "CircuitBreaker",
    "ConstantBackoff",
    "ErrorRule",
    "ExponentialBackoff",
    "Limit",
    "Policy",
    "Quota",
    "RateLimit",
    "RateMatch",
    "Resilience",
    "default_buckets",
    "limits_of",
    "policy_of",
]
