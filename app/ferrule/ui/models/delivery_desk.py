"""What the Webhooks page works with: deliveries, where they come in, what is in one.

Everything that touches disk, database or vault runs off the window's thread.
"""

from msgspec import structs
from PySide6 import QtCore

from ferrule.exchange import Response
from ferrule.ui.models.delivery_rows import DeliveryRow, rows_of
from ferrule.ui.models.messages import OpenDescriptor
from ferrule.ui.tasks import in_thread
from ferrule.workspace import deliveries
from ferrule.workspace.delivery_facts import (
    Address,
    Delivery,
    DeliveryCounts,
    DeliveryStatus,
    Opened,
)
from ferrule.workspace.workspace import Workspace


class DeliveryDesk(QtCore.QObject):
    """Deliveries of the project, the newest known number, and who is called where."""

    def __init__(
        self, workspace: Workspace, parent: QtCore.QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.names: dict[str, str] = {}
        self.addresses: tuple[Address, ...] = ()
        self.counts = DeliveryCounts({})
        self.latest = 0
        self.today = 0

    async def read(
        self,
        connection: str | None = None,
        status: DeliveryStatus | None = None,
        before: int | None = None,
    ) -> tuple[list[DeliveryRow], bool]:
        """Return deliveries newest first, and whether these are all."""
        statuses: tuple[DeliveryStatus, ...] = (status,) if status else ()
        found = await in_thread(
            lambda: deliveries.arrivals(
                self.workspace, connection=connection, statuses=statuses, before=before
            )
        )
        self.names, self.addresses = dict(found.names), found.addresses
        self._note(found.deliveries)
        if connection is None:
            self.counts = found.counts
        self.today = await in_thread(lambda: deliveries.received_today(self.workspace))
        return self._rows(found.deliveries), found.whole

    async def came(self, numbers: list[int]) -> list[DeliveryRow]:
        """Return the numbered deliveries as they stand now."""
        found, self.counts = await in_thread(
            lambda: deliveries.came(self.workspace, numbers)
        )
        self._count(found)
        return self._rows(found)

    async def came_since(self, waiting: list[int]) -> list[DeliveryRow]:
        """Return what came after the newest that is known, whoever received it.

        With it come those that waited, as they stand now.
        """
        found, self.counts = await in_thread(
            lambda: deliveries.came_after(self.workspace, self.latest, waiting)
        )
        self._count(found)
        return self._rows(found)

    async def find(self, correlation: str) -> DeliveryRow | None:
        """Return the delivery of a correlation id, None where it is not kept."""
        found = await in_thread(lambda: deliveries.found(self.workspace, correlation))
        return None if found is None else self._rows((found,))[0]

    async def prepare(self) -> None:
        """Be ready to open a delivery without delay."""
        await in_thread(deliveries.prepare)

    async def open(self, number: int) -> Opened:
        """Return one delivery with all that is known of it.

        Raises:
            NotFound: when it is not there any more.
        """
        found = await in_thread(lambda: deliveries.opened(self.workspace, number))
        accepted = self._accepted().get(found.delivery.connection, 0)
        return structs.replace(found, accepted=accepted)

    async def difference(self, number: int) -> tuple[Delivery, str]:
        """Return the delivery before of the same kind, and what differs.

        Raises:
            NotFound: when there is none.
        """
        return await in_thread(lambda: deliveries.difference(self.workspace, number))

    async def curl(self, number: int, origin: str) -> str:
        """Return a delivery as a cURL line without its secrets, for who listens now."""
        return await in_thread(lambda: deliveries.curl(self.workspace, number, origin))

    async def needs_passphrase(self) -> bool:
        """Return whether a passphrase is asked for before a secret is shown."""
        status = await in_thread(self.workspace.vault.status)
        return status.needs_passphrase

    async def computed(self, number: int, passphrase: str | None) -> str:
        """Return the signature that our secret makes, after a fresh unlock.

        Raises:
            VaultLocked: when the passphrase is missing or wrong.
        """
        return await in_thread(
            lambda: deliveries.computed(self.workspace, number, passphrase)
        )

    async def new_secret(self, number: int, passphrase: str | None) -> str:
        """Return the secret of now that a delivery's service is to sign by.

        Raises:
            VaultLocked: when the passphrase is missing or wrong.
        """
        return await in_thread(
            lambda: deliveries.new_secret(self.workspace, number, passphrase)
        )

    async def accept_former(self, number: int) -> None:
        """Let the secret before this one count for a day, for a delivery's service.

        Raises:
            UsageError: when it is not kept any more.
        """
        await in_thread(lambda: deliveries.accept_former(self.workspace, number))

    def _rows(self, found: tuple[Delivery, ...]) -> list[DeliveryRow]:
        return rows_of(found, self.names, self._accepted())

    def _accepted(self) -> dict[str, int]:
        return {one.connection: one.accepted for one in self.addresses}

    def _count(self, found: tuple[Delivery, ...]) -> None:
        """Count what came as a call since the last look."""
        self.today += sum(
            one.id > self.latest and one.status != "refused" and one.replay_of is None
            for one in found
        )
        self._note(found)

    def _note(self, found: tuple[Delivery, ...]) -> None:
        self.latest = max([self.latest, *(one.id for one in found)])


def sample_of(opened: Opened) -> OpenDescriptor:
    """Return the message that opens a delivery's body as the Builder's sample."""
    kind = next(
        (pair for pair in opened.content.headers if pair[0].lower() == "content-type"),
        ("content-type", "application/json"),
    )
    response = Response(200, (kind,), opened.content.body)
    return OpenDescriptor(opened.delivery.connector_id, response=response)
