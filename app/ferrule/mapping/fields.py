"""The mapping of a descriptor: where each part of a signal comes from."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from pydantic import Field

from ferrule.exchange import Json
from ferrule.expression import DateFormat, JsonPath, TemplateText
from ferrule.mapping.rules import ItemPredicate, PriorityRule, SignalTypeRule
from ferrule.mapping.transforms import Cast, Transform
from ferrule.section import Section


class MappedField(Section):
    """One further field of a signal."""

    path: JsonPath = Field(title="Path")
    as_: Cast | None = Field(None, alias="as", title="As")


class FieldMapping(Section):
    """How an item becomes a signal (seed 001, section 4.4)."""

    member_needs: ClassVar[Mapping[str, str]] = {
        "columns": "item shapes",
        "archived_at_path": "archiving",
        "archived_when": "archiving",
        "deleted_when": "deletion rules",
        "primary_key": "composite keys",
        "fields": "mapped fields",
        "schema_": "item schema",
    }

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
    filter: ItemPredicate | None = Field(None, title="Only items where")
    items_shape: Literal["list", "object", "entries", "columns"] | None = Field(
        None, title="Shape of the items"
    )
    columns: dict[str, str] | None = Field(None, title="Columns")
    archived_at_path: JsonPath | None = Field(None, title="Archived at")
    archived_when: ItemPredicate | None = Field(None, title="Archived when")
    deleted_when: ItemPredicate | None = Field(None, title="Deleted when")
    primary_key: tuple[JsonPath, ...] | None = Field(None, title="Key parts")
    fields: dict[str, MappedField] | None = Field(None, title="Further fields")
    transforms: tuple[Transform, ...] | None = Field(None, title="Transforms")
    schema_: dict[str, Json] | None = Field(None, alias="schema", title="Item schema")

    def lacks(self) -> Iterator[tuple[str, str]]:
        """Yield what cannot run yet; a plain list of items can."""
        yield from super().lacks()
        if self.items_shape not in {None, "list"}:
            yield "itemsShape", "item shapes"
