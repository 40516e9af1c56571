"""Fetch everything and keep what is newer than the checkpoint."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.delta.kind import DeltaKind


class ClientSide(DeltaKind):
    """Compare on this side; newest first may stop early."""

    title: ClassVar[str] = "Client side"
    needs: ClassVar[str] = "client_side"

    type: Literal["client_side"] = Field("client_side", title="Kind")
    order: Literal["newest_first", "unordered"] | None = Field(None, title="Order")
