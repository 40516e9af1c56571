"""What an answer means for the run, where a vendor's API needs its own reading."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from ferrule.expression.condition import Predicate
from ferrule.section import Section

StatusCode: TypeAlias = Annotated[int, Field(ge=100, le=599)]
Action: TypeAlias = Literal[
    "retry",
    "rate_limited",
    "ignore",
    "fail",
    "refresh_auth",
    "split_window",
    "shrink_page",
    "success",
]


class ErrorRule(Section):
    """When an answer looks like this, do that; the first rule that fits decides."""

    needs: ClassVar[str] = "resilience"

    status: tuple[StatusCode | Literal["4xx", "5xx"], ...] | None = Field(
        None, title="Status", description="Codes such as 404, or 4xx and 5xx for all"
    )
    when: Predicate | None = Field(
        None, title="When", description="A condition on the answer"
    )
    message_contains: str | None = Field(
        None, title="Body contains", description="Text that stands in the body"
    )
    action: Action = Field(title="Action", description="What the run does then")
    message: str | None = Field(
        None, title="Message", description="What the person is told"
    )
    cause: Literal["config", "transient", "system"] | None = Field(
        None, title="Cause", description="Whose fault it usually is"
    )
