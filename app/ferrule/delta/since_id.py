"""Ask for items with a higher id than the highest one seen."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from ferrule.delta.kind import DeltaKind, Seen
from ferrule.exchange import MISSING, Json, Request
from ferrule.expression import JsonPath, Target
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.target import compile_target


class SinceId(DeltaKind):
    """Send the highest id; ids of digits compare as numbers, others as text."""

    title: ClassVar[str] = "Since id"

    type: Literal["since_id"] = Field("since_id", title="Kind")
    id_path: JsonPath = Field(title="Id of an item")
    id_param: Target = Field(title="Goes to")

    def apply(self, request: Request, checkpoint: Json) -> Request:
        """Return `request` with the id in its parameter."""
        if checkpoint is None:
            return request
        return compile_target(self.id_param).put(request, checkpoint)

    def mark(self, mark: Json, seen: Seen) -> Json:
        """Return the highest id among the mark and the page's items."""
        path = compile_path(self.id_path)
        ids = [mark, *(path.first(item) for item in seen.items)]
        known = [i for i in ids if i is not MISSING and _is_id(i)]
        return max(known, key=_rank, default=None)

    def joined(self, marks: Sequence[tuple[Json, str | None]]) -> Json:
        """Return the lowest of the ids: every slice was seen up to it."""
        known = [mark for mark, _ in marks if _is_id(mark)]
        return min(known, key=_rank, default=None)


_WHOLE = re.compile(r"-?[0-9]+")


def _is_id(value: Json) -> bool:
    return isinstance(value, int | str | Decimal) and not isinstance(value, bool)


def _rank(value: Json) -> tuple[int, Decimal, str]:
    if isinstance(value, int):
        return 0, Decimal(value), ""
    text = str(value)
    if _WHOLE.fullmatch(text):
        return 0, Decimal(text), ""
    return 1, Decimal(0), text
