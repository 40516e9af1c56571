"""The mapping of a descriptor: where each part of a signal comes from."""

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ferrule.expression import DateFormat, JsonPath, TemplateText
from ferrule.mapping.casts import Cast
from ferrule.mapping.item_schema import ItemSchema
from ferrule.mapping.rules import ItemPredicate, PriorityRule, SignalTypeRule
from ferrule.mapping.shapes import ItemsShape
from ferrule.mapping.transforms import CastToSchema, Transform
from ferrule.section import Section


class MappedField(Section):
    """One further field of a signal."""

    path: JsonPath = Field(
        title="Path", description="In the item; one that may match many gives a list"
    )
    as_: Cast | None = Field(
        None, alias="as", title="As", description="Its type; default as it comes"
    )


class FieldMapping(Section):
    """How an item becomes a signal (seed 001, section 4.4)."""

    items_path: JsonPath = Field(
        title="Items", description="The list of items in the response"
    )
    id_path: JsonPath = Field(title="Id", description="Unique in an item")
    timestamp_path: JsonPath = Field(title="Time", description="When it last changed")
    timestamp_format: DateFormat | None = Field(None, title="Time format")
    created_path: JsonPath | None = Field(None, title="Created")
    summary_template: TemplateText = Field(
        title="Summary", description="Text with {{field}} in it"
    )
    signal_type_rules: tuple[SignalTypeRule, ...] = Field(
        title="Type rules", description="The first that holds names the signal type"
    )
    priority_mapping: tuple[PriorityRule, ...] | None = Field(
        None, title="Priority rules"
    )
    participants_path: JsonPath | None = Field(None, title="People")
    tags_path: JsonPath | None = Field(None, title="Tags")
    related_items_path: JsonPath | None = Field(None, title="Related")
    raw_fields: tuple[str, ...] | None = Field(
        None, title="Raw fields", description="Kept in the signal; default all"
    )
    filter: ItemPredicate | None = Field(
        None, title="Only items where", description="The others are left out"
    )
    items_shape: ItemsShape | None = Field(
        None,
        title="Shape of the items",
        description="A list, an object of items by key, [key, item] pairs, or a table",
    )
    columns: dict[str, JsonPath] | None = Field(
        None,
        title="Columns",
        description="Of a table: each member, and where a row or the table has it",
    )
    archived_at_path: JsonPath | None = Field(
        None, title="Archived at", description="When it was archived"
    )
    archived_when: ItemPredicate | None = Field(
        None, title="Archived when", description="Default: when there is such a time"
    )
    deleted_when: ItemPredicate | None = Field(
        None, title="Deleted when", description="Such an item is removed from the store"
    )
    primary_key: tuple[JsonPath, ...] | None = Field(
        None,
        min_length=1,
        title="Key parts",
        description="Instead of the id where one member does not tell items apart",
    )
    fields: dict[str, MappedField] | None = Field(
        None, title="Further fields", description="What else a signal holds"
    )
    transforms: tuple[Transform, ...] | None = Field(
        None, title="Transforms", description="Changes to an item before all the rest"
    )
    schema_: ItemSchema | None = Field(
        None,
        alias="schema",
        title="Item schema",
        description="JSON Schema; an item that does not fit is an error",
    )

    @model_validator(mode="after")
    def _has_schema_to_cast_to(self) -> "FieldMapping":
        for index, transform in enumerate(self.transforms or ()):
            if isinstance(transform, CastToSchema) and self.schema_ is None:
                message = "There is no schema to cast to."
                context = {"message": message, "member": f"transforms/{index}"}
                raise PydanticCustomError("expression", "{message}", context)
        return self
