"""Ask for one slice of time after another."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.delta.kind import DeltaKind
from ferrule.expression import DateFormat, Duration, Target, TemplateText


class Window(DeltaKind):
    """Step through time in slices, each with a start and an end."""

    title: ClassVar[str] = "Window"
    needs: ClassVar[str] = "window"

    type: Literal["window"] = Field("window", title="Kind")
    format: DateFormat = Field(title="Format")
    start_param: Target | None = Field(None, title="Start goes to")
    end_param: Target | None = Field(None, title="End goes to")
    end: TemplateText | None = Field(None, title="End")
    step: Duration | None = Field(None, title="Step")
    granularity: Duration | None = Field(None, title="Granularity")
