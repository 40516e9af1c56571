"""Every run reads everything."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.delta.kind import DeltaKind


class NoDelta(DeltaKind):
    """Keep no checkpoint."""

    title: ClassVar[str] = "None"

    type: Literal["none"] = Field("none", title="Kind")
