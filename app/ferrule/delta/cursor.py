"""Keep a cursor that the response names for the next run."""

from collections.abc import Collection
from typing import ClassVar, Literal

from pydantic import Field

from ferrule.delta.kind import DeltaKind, Seen, handed_back, handed_out
from ferrule.exchange import Json, Request
from ferrule.expression import Source, Target


class CursorDelta(DeltaKind):
    """Send the last cursor that a complete run saw (seed 001, section 4.2)."""

    title: ClassVar[str] = "Cursor"
    unknown_statuses: ClassVar[Collection[int]] = frozenset({410})

    type: Literal["cursor"] = Field("cursor", title="Kind")
    cursor_path: Source = Field(title="Cursor at")
    cursor_param: Target = Field(title="Goes to")

    def apply(self, request: Request, checkpoint: Json) -> Request:
        """Return `request` with the cursor in its parameter."""
        return handed_back(request, self.cursor_param, checkpoint)

    def mark(self, mark: Json, seen: Seen) -> Json:
        """Return the page's cursor, or the mark where it names none."""
        return handed_out(mark, self.cursor_path, seen)
