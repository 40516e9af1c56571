"""The items of another stream, one request for each."""

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ferrule.exchange import MISSING, Json
from ferrule.expression import JsonPath, Predicate
from ferrule.expression.condition import compile_item_predicate
from ferrule.expression.jsonpath import compile_path
from ferrule.partition.kind import PartitionKind
from ferrule.section import Flag


class ParentPartition(PartitionKind):
    """Ask once for each item of the parent stream."""

    parent: str = Field(title="Parent stream")
    path: JsonPath = Field(title="Value of a parent item")
    where: Predicate | None = Field(None, title="Only where")
    include: dict[str, JsonPath] | None = Field(
        None, title="Copy into the items", description="Member of the item, and path"
    )
    incremental: Flag | None = Field(None, title="Only changed parents")

    @model_validator(mode="after")
    def _one_parent_an_item(self) -> Self:
        if self.include and self.size > 1:
            raise PydanticCustomError(
                "include",
                "An item of a request for several parents has no one parent.",
                {"member": "include", "advice": "Leave out batchSize or include."},
            )
        return self

    def value(self, item: Json) -> Json:
        """Return the value of a parent item, None where it is left out."""
        if self.where is not None and not compile_item_predicate(self.where)(item):
            return None
        found = compile_path(self.path).first(item)
        if found is MISSING or isinstance(found, dict | list) or found == "":
            return None
        return found

    def included(self, item: Json) -> dict[str, Json]:
        """Return what is copied from a parent item into the items of its request."""
        paths = (self.include or {}).items()
        found = ((name, compile_path(path).first(item)) for name, path in paths)
        return {name: value for name, value in found if value is not MISSING}
