"""Changes to an item before it is mapped."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from ferrule.expression import TemplateText
from ferrule.mapping.rules import ItemPredicate
from ferrule.section import Flag, Section

Cast = Literal["string", "integer", "number", "boolean", "datetime", "json"]


class _Transform(Section):
    """One change to an item."""

    needs: ClassVar[str] = "transforms"


class SetMember(_Transform):
    """Set a member to a value."""

    op: Literal["set"] = Field(title="Change")
    path: str = Field(title="Member")
    value: TemplateText = Field(title="Value")
    as_: Cast | None = Field(None, alias="as", title="As")
    if_: ItemPredicate | None = Field(None, alias="if", title="If")


class RemoveMembers(_Transform):
    """Remove members."""

    op: Literal["remove"] = Field(title="Change")
    paths: tuple[str, ...] = Field(title="Members")
    if_: ItemPredicate | None = Field(None, alias="if", title="If")


class RenameMember(_Transform):
    """Give a member another name."""

    op: Literal["rename"] = Field(title="Change")
    from_: str = Field(alias="from", title="From")
    to: str = Field(title="To")


class FlattenMembers(_Transform):
    """Lift nested members up."""

    op: Literal["flatten"] = Field(title="Change")
    path: str | None = Field(None, title="Member")
    separator: str | None = Field(None, title="Separator")


class RenameKeys(_Transform):
    """Write all names in one case."""

    op: Literal["keys"] = Field(title="Change")
    case: Literal["snake", "lower", "camel"] = Field(title="Case")


class ExpandMember(_Transform):
    """Make an item of each element of a member."""

    op: Literal["expand"] = Field(title="Change")
    path: str = Field(title="Member")
    keep_parent: Flag | None = Field(None, title="Keep the parent")


class CastToSchema(_Transform):
    """Cast members to what the schema says."""

    op: Literal["cast"] = Field(title="Change")
    to_schema: Literal[True] = Field(title="To the schema")


Transform: TypeAlias = Annotated[
    SetMember
    | RemoveMembers
    | RenameMember
    | FlattenMembers
    | RenameKeys
    | ExpandMember
    | CastToSchema,
    Field(discriminator="op"),
]
