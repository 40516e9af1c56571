"""The base of every part of a descriptor: frozen, closed, camelCase on the wire.

Scalars are read as JSON has them: "3" is no number and 1 is not true.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Strict
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("number", "A number is needed here.")
    return value


Flag: TypeAlias = Annotated[bool, Strict()]
Whole: TypeAlias = Annotated[int, Strict()]
Amount: TypeAlias = Annotated[int | float, BeforeValidator(_number)]


class Section(BaseModel):
    """One part of a descriptor: its members, and what it does with plain values.

    A part that the engine cannot run yet names what it `needs`; a member that cannot
    run yet is named in `member_needs` (Python name to need). Both load and lint.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=False,
        defer_build=True,  # what a process never reads is never compiled
    )

    needs: ClassVar[str] = ""
    member_needs: ClassVar[Mapping[str, str]] = {}

    def lacks(self) -> Iterator[tuple[str, str]]:
        """Yield what of this part cannot run yet: the member ("" for all) and why.

        Parts inside are not looked at. A part whose need depends on a value says so by
        extending this.
        """
        if self.needs:
            yield "", self.needs
        for name, need in self.member_needs.items():
            if name in self.model_fields_set and getattr(self, name) is not None:
                yield wire_name(type(self), name), need


def wire_name(model: type[BaseModel], name: str) -> str:
    """Return the name that a member has in a document."""
    return model.model_fields[name].alias or name
