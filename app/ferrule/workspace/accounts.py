"""What a connection has spent of its hours and days, whoever asks its service.

A run, dry or not, goes on from it and waits for it. A check and a request of the
Builder do not wait, because a person does; but they count.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Self

import msgspec

from ferrule import store
from ferrule.errors import StoreError
from ferrule.resilience import RateLimit
from ferrule.transport.client import Client, Meter


class Account(msgspec.Struct, frozen=True):
    """The limits that are a connection's own, and what it has spent of all."""

    limits: Sequence[RateLimit]
    spending: "store.Spending"
    meter: Meter | None = None

    @classmethod
    def of(
        cls,
        connection: "store.Connection",
        runs: "store.Runs",
        meter: Meter | None = None,
    ) -> Self:
        """Return the account of a stored connection; `meter` counts its requests."""
        place = connection.project, connection.key
        return cls(own_limits(connection), runs.spending(*place), meter)

    def begin(self, client: Client) -> None:
        """Have a client go on from what was spent."""
        client.resume(self.spending.kept())

    def keep(self, client: Client) -> None:
        """Keep what a client has spent that went on from what was kept."""
        spent = client.spent()
        if spent:
            with suppress(StoreError):  # it cannot be written now: nothing is kept
                self.spending.keep(spent)

    def count(self, client: Client) -> None:
        """Add what a client has sent that did not go on from what was kept.

        What a run keeps at the same time wins.
        """
        if client.spent():
            with suppress(StoreError):
                kept = self.spending.kept()
                client.resume(kept)
                self.spending.keep({**kept, **client.spent()})


def own_limits(connection: "store.Connection") -> list[RateLimit]:
    """Return the limits that a person gave a connection."""
    return [RateLimit.model_validate(limit) for limit in connection.rate_limits or ()]
