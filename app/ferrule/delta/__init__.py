"""Delta strategies: one module each, joined here into the union of the descriptor."""

from typing import Annotated, TypeAlias

from pydantic import Field

from ferrule.delta.client_side import ClientSide
from ferrule.delta.cursor import CursorDelta
from ferrule.delta.delta_token import DeltaToken
from ferrule.delta.kind import DeltaKind, Seen, Span, Stretch, heard
from ferrule.delta.none import NoDelta
from ferrule.delta.since_id import SinceId
from ferrule.delta.timestamp_filter import TimestampFilter
from ferrule.delta.window import Window

Delta: TypeAlias = Annotated[
    NoDelta
    | TimestampFilter
    | CursorDelta
    | SinceId
    | DeltaToken
    | Window
    | ClientSide,
    Field(discriminator="type"),
]

__all__ = [
    "Delta",
    "DeltaKind",
    "NoDelta",
    "Seen",
    "Span",
    "Stretch",
    "Window",
    "heard",
]
