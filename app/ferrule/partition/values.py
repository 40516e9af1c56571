"""A list of values, given or from the configuration."""

from typing import Annotated, ClassVar

from pydantic import Discriminator, Field, Tag

from ferrule.expression import Target, TemplateText
from ferrule.section import Section, Whole


def _form(values: object) -> str:
    return "(list)" if isinstance(values, list | tuple) else "(template)"


class ValuesPartition(Section):
    """Ask once for each value."""

    needs: ClassVar[str] = "partitions"

    name: str = Field(title="Name")
    param: Target | None = Field(None, title="Goes to")
    batch_size: Whole | None = Field(None, ge=1, title="Values a request")
    values: Annotated[
        Annotated[TemplateText, Tag("(template)")]
        | Annotated[tuple[str, ...], Tag("(list)")],
        Discriminator(_form),
    ] = Field(title="Values")
