"""A token that the service hands out for the next round."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.delta.kind import DeltaKind
from ferrule.expression import Source, Target


class DeltaToken(DeltaKind):
    """Send the token of the last round (seed 001, section 4.2)."""

    title: ClassVar[str] = "Delta token"
    needs: ClassVar[str] = "delta_token"

    type: Literal["delta_token"] = Field("delta_token", title="Kind")
    token_path: Source = Field(title="Token at")
    token_param: Target = Field(title="Goes to")
