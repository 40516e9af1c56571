"""Fetch everything and keep what is newer than the checkpoint."""

from collections.abc import Collection
from typing import ClassVar, Literal

from pydantic import Field

from ferrule.delta.kind import Seen
from ferrule.delta.timed import TimedDelta
from ferrule.exchange import MISSING, Json, Missing


class ClientSide(TimedDelta):
    """Compare on this side; newest first stops at the first item that is too old.

    An item as old as the boundary itself is kept: the store knows it already. One
    whose time cannot be read is kept too.
    """

    title: ClassVar[str] = "Client side"
    compares: ClassVar[bool] = True

    type: Literal["client_side"] = Field("client_side", title="Kind")
    order: Literal["newest_first", "unordered"] | None = Field(
        None, title="Order", description="Newest first may stop early"
    )

    def sent(self, checkpoint: Json) -> Json | Missing:
        """Return MISSING: the service is not asked for changes."""
        self.boundary(checkpoint)
        return MISSING

    def old(self, origin: Json, seen: Seen) -> Collection[int]:
        """Return the places of the items that are older than the boundary."""
        boundary = self.boundary(origin)
        if boundary is None:
            return ()
        times = self.times(seen)
        return {n for n, moment in enumerate(times) if moment and moment < boundary}

    @property
    def ends_at_old(self) -> bool:
        """Whether nothing new follows an old item: where the newest come first."""
        return self.order == "newest_first"
