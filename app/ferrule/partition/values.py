"""A list of values, given or from the configuration."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from ferrule.exchange import MISSING, Json, scalar_text
from ferrule.expression import TemplateText
from ferrule.expression.template import Scope, compile_template
from ferrule.partition.kind import PartitionKind

_BETWEEN = re.compile(r"[,\n]")


def _form(values: object) -> str:
    return "(list)" if isinstance(values, list | tuple) else "(template)"


class ValuesPartition(PartitionKind):
    """Ask once for each value; a text holds several between commas or line breaks."""

    values: Annotated[
        Annotated[TemplateText, Tag("(template)")]
        | Annotated[tuple[str, ...], Tag("(list)")],
        Discriminator(_form),
    ] = Field(title="Values")

    def listed(self, scope: Scope) -> list[Json]:
        """Return the values in their order, each once and none empty."""
        if isinstance(self.values, str):
            found = compile_template(self.values).render(scope)
            several = list(_several(None if found is MISSING else found))
        else:
            several = list(self.values)
        return list({scalar_text(value): value for value in several}.values())


def _several(found: Json) -> Iterator[Json]:
    if isinstance(found, str):
        yield from filter(None, (part.strip() for part in _BETWEEN.split(found)))
    elif isinstance(found, list):
        for element in found:
            yield from _several(element)
    elif found is not None:
        yield found
