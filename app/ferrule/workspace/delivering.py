"""What maps the deliveries of a project: each connection's connector, as it is now.

A connector that is changed counts a quarter of a second later at most, so that a dead
letter is mapped by the mapping that a person has just mended.
"""

import threading
from sqlite3 import Connection as Db
from typing import Final, NamedTuple

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.descriptor.config import read_config
from ferrule.descriptor.signing import signing_of, webhook_of
from ferrule.errors import UsageError
from ferrule.store import Connection, dead_rows
from ferrule.store.delivery_records import Delivery, Settled, Taken, WriteSettled
from ferrule.webhook.mapping import Changed, DeliveryMapping
from ferrule.webhook.meaning import Meaning
from ferrule.workspace.effective import effective
from ferrule.workspace.operations.acting import correlation as under_way
from ferrule.workspace.outbound import Outbox
from ferrule.workspace.workspace import Workspace

BELIEVED_S: Final = 0.25


class _Known(NamedTuple):
    """What a connection's deliveries are mapped by, made of what, looked at when."""

    mapping: DeliveryMapping
    connection: Connection
    document: bytes
    looked_at: float


class Delivering:
    """Maps the deliveries of every connection of a project; a `MapDelivery`.

    `outbox` gets an event of each change, in the transaction that writes it. It is safe
    to use from several threads.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        outbox: Outbox | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._workspace = workspace
        self._outbox = outbox
        self._clock = clock or SystemClock()
        self._known: dict[tuple[str, str], _Known] = {}
        self._looking = threading.Lock()

    def __call__(self, taken: Taken) -> WriteSettled:
        """Read a delivery; what is returned writes its effect.

        A dead letter whose replay has its effect is none any more.

        Raises:
            FerruleError: when the connection or its connector cannot be read.
        """
        this = taken.delivery
        write = self.mapping_of(this.project, this.connection)(taken)
        first = this.replay_of
        whole = write if first is None else self._superseding(write, this, first)
        return _known_by(whole, this.correlation_id)

    def _superseding(
        self, write: WriteSettled, this: Delivery, first: int
    ) -> WriteSettled:
        def writing(db: Db) -> Settled:
            settled = write(db)
            if settled.status != "dead":
                why = f"It was replayed as delivery {this.id}."
                at = rfc3339(self._clock.now())
                dead_rows.discard(db, this.project, [first], why, at)
            return settled

        return writing

    def weigh(self, taken: Taken) -> Settled:
        """Return what mapping a delivery would do; nothing is written.

        Raises:
            FerruleError: as above.
        """
        one = self.mapping_of(taken.delivery.project, taken.delivery.connection)
        with self._workspace.database.reading() as db:
            return one.weighed(db, taken)

    def mapping_of(self, project: str, key: str) -> DeliveryMapping:
        """Return what maps the deliveries of a connection.

        Raises:
            NotFound: when there is no such connection, or its connector is gone.
            UsageError: for a connector that is never called.
            DescriptorInvalid: when its document has problems.
        """
        with self._looking:
            now = self._clock.monotonic()
            known = self._known.get((project, key))
            if known is not None and now - known.looked_at <= BELIEVED_S:
                return known.mapping
            connection = self._workspace.connections.get(project, key)
            document = self._workspace.catalogue.document(connection.connector_id)
            if known is not None and (known.document, known.connection.updated_at) == (
                document,
                connection.updated_at,
            ):
                mapping = known.mapping
            else:
                mapping = self._made(connection, document)
            self._known[project, key] = _Known(mapping, connection, document, now)
            return mapping

    def _made(self, connection: Connection, document: bytes) -> DeliveryMapping:
        connector = effective(connection, document)
        webhook = webhook_of(connector)
        if webhook is None:
            raise UsageError(f"{connector.id} is not called any more.")
        meaning = Meaning(
            connector,
            (connection.project, connection.key),
            read_config(connector, connection.config),
            connection.mapping_overrides,
        )
        return DeliveryMapping(
            meaning,
            webhook,
            signing_of(connector),
            changed=self._changed(connection),
            clock=self._clock,
        )

    def _changed(self, connection: Connection) -> Changed:
        outbox, place = self._outbox, (connection.project, connection.key)
        if outbox is None:
            return lambda _db, _changes: None
        return lambda db, changes: outbox.add(db, *place, changes)


def _known_by(write: WriteSettled, correlation: str) -> WriteSettled:
    """Return what writes the same, where events that follow know what they are of."""

    def writing(db: Db) -> Settled:
        token = under_way.set(correlation)
        try:
            return write(db)
        finally:
            under_way.reset(token)

    return writing
