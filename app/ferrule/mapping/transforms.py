"""Changes to an item before it is mapped: what a descriptor says of them."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ferrule.expression import TemplateText
from ferrule.mapping.casts import Cast
from ferrule.mapping.members import MemberName, MemberNames
from ferrule.mapping.renaming import Case
from ferrule.mapping.rules import ItemPredicate
from ferrule.section import Flag, Section


class SetMember(Section):
    """Set a member to a value."""

    op: Literal["set"] = Field(title="Change")
    path: MemberName = Field(title="Member", description="Such as user.name")
    value: TemplateText = Field(title="Value", description="Text with {{field}} in it")
    as_: Cast | None = Field(None, alias="as", title="As", description="Its type")
    if_: ItemPredicate | None = Field(
        None, alias="if", title="If", description="Only where this holds"
    )


class RemoveMembers(Section):
    """Remove members."""

    op: Literal["remove"] = Field(title="Change")
    paths: tuple[MemberNames, ...] = Field(
        title="Members", description="Such as user.email or $..url"
    )
    if_: ItemPredicate | None = Field(
        None, alias="if", title="If", description="Only where this holds"
    )


class RenameMember(Section):
    """Give a member another name."""

    op: Literal["rename"] = Field(title="Change")
    from_: MemberName = Field(alias="from", title="From", description="Its name now")
    to: MemberName = Field(title="To", description="Its name then")


class FlattenMembers(Section):
    """Lift nested members up."""

    op: Literal["flatten"] = Field(title="Change")
    path: MemberName | None = Field(
        None, title="Member", description="Default: all objects in the item"
    )
    separator: str | None = Field(
        None, title="Separator", description="Between the names; default _"
    )


class RenameKeys(Section):
    """Write all names in one case."""

    op: Literal["keys"] = Field(title="Change")
    case: Case = Field(title="Case", description="createdAt is created_at in snake")


class ExpandMember(Section):
    """Make an item of each element of a member."""

    op: Literal["expand"] = Field(title="Change")
    path: MemberName = Field(title="Member", description="The list")
    keep_parent: Flag | None = Field(
        None,
        title="Keep the parent",
        description="Each item is the parent with one element instead of the list",
    )


class CastToSchema(Section):
    """Cast members to what the schema says."""

    op: Literal["cast"] = Field(title="Change")
    to_schema: Literal[True] = Field(
        title="To the schema", description="Texts become numbers, dates …"
    )


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
