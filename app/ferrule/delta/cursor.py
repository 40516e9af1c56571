"""Keep a cursor that the response names for the next run."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.delta.kind import DeltaKind, Seen
from ferrule.exchange import MISSING, Json, Request
from ferrule.expression import Source, Target
from ferrule.expression.source import Place, compile_source
from ferrule.expression.target import compile_target


class CursorDelta(DeltaKind):
    """Send the last cursor that a complete run saw (seed 001, section 4.2)."""

    title: ClassVar[str] = "Cursor"

    type: Literal["cursor"] = Field("cursor", title="Kind")
    cursor_path: Source = Field(title="Cursor at")
    cursor_param: Target = Field(title="Goes to")

    def apply(self, request: Request, checkpoint: Json) -> Request:
        """Return `request` with the cursor in its parameter."""
        if checkpoint is None:
            return request
        return compile_target(self.cursor_param).put(request, checkpoint)

    def mark(self, mark: Json, seen: Seen) -> Json:
        """Return the page's cursor, or the mark where it names none."""
        response = seen.response
        place = Place(
            body=response.json,
            headers=response.lower_headers,
            status=response.status,
            item=seen.items[-1] if seen.items else MISSING,
        )
        value = compile_source(self.cursor_path).first(place)
        return mark if value in (MISSING, None, "") else value
