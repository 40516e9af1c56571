"""How often requests may go, as a descriptor or a connection says it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Annotated, TypeAlias

from pydantic import Discriminator, Field, Tag

from ferrule.errors import DescriptorError
from ferrule.exchange import Json
from ferrule.expression import Duration, TemplateText
from ferrule.expression.dates import parse_duration
from ferrule.expression.template import Scope, compile_template
from ferrule.resilience.buckets import (
    Limit,
    default_buckets,
    limit_of,
    rpm_bucket,
)
from ferrule.section import Amount, Section, Whole


def _number_or_template(value: object) -> str:
    return "(template)" if isinstance(value, str) else "(number)"


Count: TypeAlias = Annotated[
    Annotated[Amount, Field(gt=0), Tag("(number)")]
    | Annotated[TemplateText, Tag("(template)")],
    Discriminator(_number_or_template),
]


class RateMatch(Section):
    """Which requests a rate limit is about."""

    method: str | None = Field(
        None, title="Method", description="GET, POST …; every method when absent"
    )
    path: str | None = Field(
        None,
        title="Path",
        description="Beginning of the path, also after the base URL's own path; every"
        " path when absent",
    )

    def fits(self, method: str, path: str, base_path: str = "") -> bool:
        """Tell whether a request of this method to this path is meant."""
        if self.method is not None and self.method.upper() != method.upper():
            return False
        if self.path is None or path.startswith(self.path):
            return True
        return path.removeprefix(base_path).startswith(self.path)


class RateLimit(Section):
    """At most so many requests in a time."""

    limit: Count = Field(
        title="Requests", description="How many, or a template that gives the number"
    )
    per: Duration = Field(
        title="Per", description="In which time, as ISO 8601: PT1S, PT1H, P1D"
    )
    burst: Whole | None = Field(
        None,
        title="At once",
        description="How many may go without a gap; from an hour on all, unless given",
        gt=0,
    )
    match: RateMatch | None = Field(
        None, title="Only for", description="Limits these requests only"
    )

    def made(self, scope: Scope, base_path: str = "") -> Limit:
        """Return the bucket or quota of this limit, its template filled from `scope`.

        `base_path` is the path of the base URL.

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
        match = self.match
        only = None if match is None else partial(match.fits, base_path=base_path)
        return limit_of(number, seconds, self.burst, only=only, key=self._key(number))

    def _key(self, number: float) -> str:
        """Return what a limit is kept under: another number or place is another."""
        match = self.match or RateMatch()
        return f"{number:g}/{self.per} {match.method or ''} {match.path or ''}".strip()

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


def limits_of(
    limits: Sequence[RateLimit],
    rpm: float | None = None,
    names: Mapping[str, Json] | None = None,
    base_path: str = "",
) -> tuple[Limit, ...]:
    """Return the limits of one connection: all must grant (semantics 11).

    `names` fill the templates. Where neither `rpm` nor a limit for every request is
    given, the default of 2 a second holds.

    Raises:
        DescriptorError: when a limit's template does not give a number above 0.
    """
    scope = Scope(names or {})
    found = [limit.made(scope, base_path) for limit in limits]
    if rpm is not None:
        found.insert(0, rpm_bucket(rpm))
    if all(limit.only is not None for limit in found):
        found = [*default_buckets(), *found]
    return tuple(found)


def whole_number(
    value: int | str | None, names: Mapping[str, Json], pointer: str
) -> int | None:
    """Return a whole number of at least 1 that stands there or that a template gives.

    Raises:
        DescriptorError: when the template gives something else.
    """
    if value is None:
        return None
    given = (
        compile_template(value).render(Scope(names))
        if isinstance(value, str)
        else value
    )
    number = _number(given)
    if number is None or number < 1 or number != int(number):
        raise DescriptorError(
            f"{value} gives no whole number of at least 1.",
            pointer=pointer,
            advice="Check the configuration value that it names.",
        )
    return int(number)
