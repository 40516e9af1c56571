"""A list of values, given or from the configuration."""

from typing import ClassVar

from pydantic import Field

from ferrule.expression import Target, TemplateText
from ferrule.section import Section


class ValuesPartition(Section):
    """Ask once for each value."""

    needs: ClassVar[str] = "partitions"

    name: str = Field(title="Name")
    param: Target | None = Field(None, title="Goes to")
    batch_size: int | None = Field(None, ge=1, title="Values a request")
    values: tuple[str, ...] | TemplateText = Field(title="Values")
