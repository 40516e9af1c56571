"""How often requests may go, as a descriptor or a connection says it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from ferrule.errors import DescriptorError
from ferrule.exchange import Json
from ferrule.expression import Duration, TemplateText
from ferrule.expression.dates import parse_duration
from ferrule.expression.template import Scope, compile_template
from ferrule.resilience.buckets import (
    Bucket,
    default_buckets,
    limit_bucket,
    rpm_bucket,
)
from ferrule.section import Section

Count: TypeAlias = Annotated[int | float, Field(gt=0)]


class RateMatch(Section):
    """Which requests a rate limit is about."""

    method: str | None = Field(
        None, title="Method", description="GET, POST …; every method when absent"
    )
    path: str | None = Field(
        None, title="Path", description="Beginning of the path; every path when absent"
    )


class RateLimit(Section):
    """At most so many requests in a time."""

    member_needs: ClassVar[Mapping[str, str]] = {"match": "per-path rate limits"}

    limit: Count | TemplateText = Field(
        title="Requests", description="How many, or a template that gives the number"
    )
    per: Duration = Field(
        title="Per", description="In which time, as ISO 8601: PT1S, PT1H, P1D"
    )
    burst: int | None = Field(
        None, title="At once", description="How many may go without a gap", gt=0
    )
    match: RateMatch | None = Field(
        None, title="Only for", description="Limits these requests only"
    )

    @field_validator("limit", mode="before")
    @classmethod
    def _no_boolean(cls, value: object) -> object:
        if isinstance(value, bool):
            raise PydanticCustomError("number", "A number or a template is needed.")
        return value

    def bucket(self, scope: Scope) -> Bucket:
        """Return the token bucket of this limit, its template filled from `scope`.

        Raises:
            DescriptorError: when the limit or the time is not above 0.
        """
        seconds = parse_duration(self.per).total_seconds()
        number = _number(self._limit(scope))
        if number is None or number <= 0 or seconds <= 0:
            raise DescriptorError(
                f"The rate limit {self.limit} per {self.per} gives no rate.",
                pointer="/rateLimits",
                advice="It needs a number above 0 and a time such as PT1M.",
            )
        return limit_bucket(number, seconds, self.burst)

    def _limit(self, scope: Scope) -> object:
        if isinstance(self.limit, str):
            return compile_template(self.limit).render(scope)
        return self.limit


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return float(number) if number.is_finite() else None


def buckets_for(
    limits: Sequence[RateLimit],
    rpm: float | None = None,
    names: Mapping[str, Json] | None = None,
) -> tuple[Bucket, ...]:
    """Return the buckets of one connection: all must grant (semantics 11).

    `names` fill the templates. Where neither `rpm` nor a limit is given, the default
    of 2 a second holds.

    Raises:
        DescriptorError: when a limit's template does not give a number above 0.
    """
    scope = Scope(names or {})
    found = [limit.bucket(scope) for limit in limits if limit.match is None]
    if rpm is not None:
        found.insert(0, rpm_bucket(rpm))
    return tuple(found) or default_buckets()
