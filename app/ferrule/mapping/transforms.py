"""Changes to an item before it is mapped."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from ferrule.expression import Predicate, TemplateText
from ferrule.section import Section

Cast = Literal["string", "integer", "number", "boolean", "datetime", "json"]


class _Transform(Section):
    needs: ClassVar[str] = "transforms"


class SetMember(_Transform):
    """Set a member to a value."""

    op: Literal["set"]
    path: str = Field(title="Member")
    value: TemplateText = Field(title="Value")
    as_: Cast | None = Field(None, alias="as", title="As")
    if_: Predicate | None = Field(None, alias="if", title="If")


class RemoveMembers(_Transform):
    """Remove members."""

    op: Literal["remove"]
    paths: tuple[str, ...] = Field(title="Members")
    if_: Predicate | None = Field(None, alias="if", title="If")


class RenameMember(_Transform):
    """Give a member another name."""

    op: Literal["rename"]
    from_: str = Field(alias="from", title="From")
    to: str = Field(title="To")


class FlattenMembers(_Transform):
    """Lift nested members up."""

    op: Literal["flatten"]
    path: str | None = Field(None, title="Member")
    separator: str | None = Field(None, title="Separator")


class RenameKeys(_Transform):
    """Write all names in one case."""

    op: Literal["keys"]
    case: Literal["snake", "lower", "camel"] = Field(title="Case")


class ExpandMember(_Transform):
    """Make an item of each element of a member."""

    op: Literal["expand"]
    path: str = Field(title="Member")
    keep_parent: bool | None = Field(None, title="Keep the parent")


class CastToSchema(_Transform):
    """Cast members to what the schema says."""

    op: Literal["cast"]
    to_schema: Literal[True]


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
