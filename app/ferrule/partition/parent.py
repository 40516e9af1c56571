"""The items of another stream, one request for each."""

from typing import ClassVar

from pydantic import Field

from ferrule.expression import JsonPath, Predicate, Target
from ferrule.section import Flag, Section, Whole


class ParentPartition(Section):
    """Ask once for each item of the parent stream."""

    needs: ClassVar[str] = "partitions"

    name: str = Field(title="Name")
    param: Target | None = Field(None, title="Goes to")
    batch_size: Whole | None = Field(None, ge=1, title="Values a request")
    parent: str = Field(title="Parent stream")
    path: JsonPath = Field(title="Value of a parent item")
    where: Predicate | None = Field(None, title="Only where")
    include: dict[str, str] | None = Field(None, title="Copy into the items")
    incremental: Flag | None = Field(None, title="Only changed parents")
