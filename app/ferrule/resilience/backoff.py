"""How long to wait between attempts, as a descriptor may say it."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from ferrule.expression import PatternText, Source
from ferrule.section import Section


class ExponentialBackoff(Section):
    """Wait twice as long after each failed attempt."""

    needs: ClassVar[str] = "resilience"

    type: Literal["exponential"] = Field(
        "exponential", title="Kind", description="Doubles from attempt to attempt"
    )
    base_ms: int = Field(
        title="First wait (ms)", description="Before the second attempt", gt=0
    )
    max_ms: int | None = Field(
        None, title="Longest wait (ms)", description="No wait grows beyond it", gt=0
    )
    jitter: bool | None = Field(
        None,
        title="Jitter",
        description="Vary each wait at random, so that clients do not come in step",
    )


class ConstantBackoff(Section):
    """Wait the same time after each failed attempt."""

    needs: ClassVar[str] = "resilience"

    type: Literal["constant"] = Field(
        "constant", title="Kind", description="The same wait each time"
    )
    delay_ms: int = Field(
        title="Wait (ms)", description="Before every further attempt", ge=0
    )


class AskedBackoff(Section):
    """Wait as long as the answer itself asks for."""

    needs: ClassVar[str] = "resilience"

    type: Literal["from"] = Field(
        "from", title="Kind", description="Read from the answer"
    )
    source: Source = Field(
        title="Source", description="Where the answer says it: header:X or a path"
    )
    as_: Literal["seconds", "ms", "http_date", "epoch_s", "epoch_ms"] = Field(
        alias="as", title="Unit", description="What the value there means"
    )
    regex: PatternText | None = Field(
        None, title="Pattern", description="Its first group is the value (RE2)"
    )
    min_ms: int | None = Field(
        None, title="Shortest wait (ms)", description="Never wait less", ge=0
    )
    give_up_after_ms: int | None = Field(
        None,
        title="Give up beyond (ms)",
        description="A longer wait fails the request instead",
        gt=0,
    )


Backoff: TypeAlias = Annotated[
    ExponentialBackoff | ConstantBackoff | AskedBackoff, Field(discriminator="type")
]
