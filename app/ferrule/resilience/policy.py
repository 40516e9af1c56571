"""How failures are met: the part of a descriptor that says so."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from ferrule.resilience.backoff import Backoff
from ferrule.resilience.breaker import CircuitBreaker
from ferrule.resilience.rules import ErrorRule
from ferrule.section import Section


class Resilience(Section):
    """What is done when a request fails; without it, 5 attempts at 1, 2, 4, 8 s."""

    member_needs: ClassVar[Mapping[str, str]] = {
        "backoff": "resilience",
        "rules": "resilience",
        "circuit_breaker": "resilience",
    }

    max_attempts: int | None = Field(
        None, title="Attempts", description="How often a request is sent", ge=1, le=20
    )
    backoff: tuple[Backoff, ...] | None = Field(
        None, title="Waits", description="The first that applies gives the wait"
    )
    rules: tuple[ErrorRule, ...] | None = Field(
        None, title="Rules", description="The first that fits an answer decides"
    )
    circuit_breaker: CircuitBreaker | None = Field(
        None, title="Circuit breaker", description="Pauses a service that keeps failing"
    )
