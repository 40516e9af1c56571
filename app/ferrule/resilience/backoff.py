"""How long to wait between attempts, as a descriptor may say it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

import msgspec
from pydantic import Field

from ferrule.exchange import MISSING, Response, scalar_text
from ferrule.expression import PatternText, Source
from ferrule.expression.pattern import compile_pattern
from ferrule.expression.source import compile_source
from ferrule.resilience.moments import Unit, wait_in
from ferrule.resilience.rules import place_of
from ferrule.section import Flag, Section, Whole

LONGEST_GROWN_MS = 60_000
_JITTER = 0.25


class Wait(msgspec.Struct, frozen=True):
    """Wait so many seconds, or give up because that is `too_long`.

    `asked` is true where the service named the time itself.
    """

    seconds: float
    asked: bool = False
    too_long: bool = False


class Failed(msgspec.Struct, frozen=True):
    """An attempt that failed: its number from 1, the answer if one came, and when."""

    attempt: int
    answer: Response | None
    now: datetime


class ExponentialBackoff(Section):
    """Wait twice as long after each failed attempt, at most a minute unless told."""

    type: Literal["exponential"] = Field(
        "exponential", title="Kind", description="Doubles from attempt to attempt"
    )
    base_ms: Whole = Field(
        title="First wait (ms)", description="Before the second attempt", gt=0
    )
    max_ms: Whole | None = Field(
        None, title="Longest wait (ms)", description="No wait grows beyond it", gt=0
    )
    jitter: Flag | None = Field(
        None,
        title="Jitter",
        description="Up to a quarter longer at random, unless false, so that clients"
        " do not come in step",
    )

    def wait(self, failed: Failed, jitter: Callable[[], float]) -> Wait | None:
        """Return the doubled wait; `jitter` gives numbers from 0 up to 1."""
        most = (
            max(LONGEST_GROWN_MS, self.base_ms) if self.max_ms is None else self.max_ms
        )
        seconds = min(self.base_ms * 2.0 ** (failed.attempt - 1), most) / 1000
        if self.jitter is not False:
            seconds *= 1 + jitter() * _JITTER
        return Wait(seconds)


class ConstantBackoff(Section):
    """Wait the same time after each failed attempt."""

    type: Literal["constant"] = Field(
        "constant", title="Kind", description="The same wait each time"
    )
    delay_ms: Whole = Field(
        title="Wait (ms)", description="Before every further attempt", ge=0
    )

    def wait(self, failed: Failed, jitter: Callable[[], float]) -> Wait | None:
        """Return the wait, whatever failed."""
        del failed, jitter
        return Wait(self.delay_ms / 1000)


class AskedBackoff(Section):
    """Wait as long as the answer itself asks for."""

    type: Literal["from"] = Field(
        "from", title="Kind", description="Read from the answer"
    )
    source: Source = Field(
        title="Source", description="Where the answer says it: header:X or a path"
    )
    as_: Unit = Field(
        alias="as", title="Unit", description="What the value there means"
    )
    regex: PatternText | None = Field(
        None, title="Pattern", description="Its first group is the value (RE2)"
    )
    min_ms: Whole | None = Field(
        None, title="Shortest wait (ms)", description="Never wait less", ge=0
    )
    give_up_after_ms: Whole | None = Field(
        None,
        title="Give up beyond (ms)",
        description="A longer wait fails the request instead",
        gt=0,
    )

    def wait(self, failed: Failed, jitter: Callable[[], float]) -> Wait | None:
        """Return what the answer asks for; None when it says nothing readable."""
        del jitter
        if failed.answer is None:
            return None
        found = self._found(failed.answer, failed.now)
        if found is None:
            return None
        seconds = max(found, (self.min_ms or 0) / 1000)
        most = self.give_up_after_ms
        return Wait(
            seconds, asked=True, too_long=most is not None and seconds * 1000 > most
        )

    def _found(self, answer: Response, now: datetime) -> float | None:
        value = compile_source(self.source).first(place_of(answer))
        if value is MISSING or isinstance(value, bool | list | dict):
            return None
        text: str | None = scalar_text(value)
        if self.regex is not None and text is not None:
            text = compile_pattern(self.regex).first_group(text)
        if text is None:
            return None
        return wait_in(text, self.as_, answer.lower_headers, now)


Backoff: TypeAlias = Annotated[
    ExponentialBackoff | ConstantBackoff | AskedBackoff, Field(discriminator="type")
]
USUAL = ExponentialBackoff(base_ms=1000)
"""Where nobody says anything: 1, 2, 4, 8 … s with jitter (seed 000, section 6)."""
