"""One parameter of a tool that a connector offers."""

from typing import Literal

from pydantic import Field

from ferrule.exchange import Json
from ferrule.expression import Target
from ferrule.section import Flag, Section


class ToolParam(Section):
    """A named, typed argument and the place in the request where it goes."""

    name: str = Field(title="Name")
    in_: Target | None = Field(None, alias="in", title="Goes to")
    type: Literal["string", "integer", "number", "boolean", "array", "object"] = Field(
        title="Type"
    )
    required: Flag = Field(False, title="Required")
    default: Json = Field(None, title="Default")
    description: str | None = Field(None, title="Description")
    enum: tuple[Json, ...] | None = Field(None, title="Allowed values")
