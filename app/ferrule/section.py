"""The base of every part of a descriptor: frozen, closed, camelCase on the wire."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


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
    )

    needs: ClassVar[str] = ""
    member_needs: ClassVar[Mapping[str, str]] = {}
