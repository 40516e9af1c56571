"""When to stop asking a service that keeps failing, as a descriptor may say it."""

from typing import ClassVar

from pydantic import Field

from ferrule.section import Section


class CircuitBreaker(Section):
    """Send nothing for a while after too many failures in a row."""

    needs: ClassVar[str] = "resilience"

    failure_threshold: int = Field(
        title="Failures", description="Failures in a row that open the breaker", gt=0
    )
    reset_timeout_ms: int = Field(
        title="Open for (ms)", description="How long nothing is sent", gt=0
    )
    half_open_max: int = Field(
        title="Probes", description="Requests that may try afterwards", gt=0
    )
