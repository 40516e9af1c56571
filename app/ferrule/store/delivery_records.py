"""The values that go into the tables of deliveries and come out of them.

A delivery is one call of a service: received, verified, stored, then mapped. Plain
frozen values: nothing here knows SQL. Times are RFC 3339 text in UTC.
"""

from collections.abc import Callable, Mapping
from sqlite3 import Connection as Db
from typing import Literal, TypeAlias

import msgspec

from ferrule.exchange import Json

VerdictState = Literal["valid", "invalid", "malformed", "unsigned"]
DeliveryStatus = Literal[
    "pending", "mapped", "ignored", "skipped", "duplicate", "dead", "refused"
]
SettledStatus = Literal["mapped", "ignored", "skipped", "dead"]


class NewDelivery(msgspec.Struct, frozen=True):
    """A call as it is written down, with no secret in `url`, `headers`, `canonical`.

    `key` is what it is told from others by, already hashed; None where it is not to be
    compared with any (a refused one, one that is replayed). Another of the connection
    with that key is a duplicate until `key_until` (seconds since 1970), and a conflict
    where its body differs. `reason` is the verdict's short code. `canonical` is the
    text that was signed. `replay_of` is the delivery that it repeats.
    """

    project: str
    connection: str
    connector_id: str
    received_at: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    verdict: VerdictState
    correlation_id: str
    reason: str = ""
    status: Literal["pending", "ignored", "refused"] = "pending"
    event_type: str | None = None
    delivery_id: str | None = None
    canonical: bytes | None = None
    key: str | None = None
    key_until: float = 0.0
    error: str | None = None
    replay_of: int | None = None


class Kept(msgspec.Struct, frozen=True):
    """What became of a call that was written down: its number and its standing.

    `duplicate_of` is the one that was first; a `conflict` came with its id and another
    body.
    """

    id: int
    status: DeliveryStatus
    duplicate_of: int | None = None
    conflict: bool = False


class Delivery(msgspec.Struct, frozen=True):
    """One delivery as it stands in the database, without its content.

    `size` is that of the body in bytes. `delivery_id` is the service's own name for it.
    `attempts` counts how often its mapping was begun; `outcome` is what came of it (how
    many were created, updated, …), and `settled_at` when. A duplicate names the first
    in `duplicate_of`; one with another body is a `conflict`.
    """

    id: int
    project: str
    connection: str
    connector_id: str
    received_at: str
    method: str
    url: str
    size: int
    event_type: str | None
    delivery_id: str | None
    verdict: VerdictState
    reason: str
    status: DeliveryStatus
    attempts: int
    error: str | None
    correlation_id: str
    outcome: Mapping[str, Json]
    settled_at: str | None
    duplicate_of: int | None
    conflict: bool
    replay_of: int | None


class DeliveryCounts(msgspec.Struct, frozen=True):
    """How many deliveries there are by standing, and how many ever came.

    `received` were accepted as new; of the `refused` not all are kept.
    """

    by_status: Mapping[DeliveryStatus, int]
    received: int = 0
    duplicates: int = 0
    conflicts: int = 0
    refused: int = 0


class DeliveryContent(msgspec.Struct, frozen=True):
    """What a call brought: headers as they came, secrets masked, and the raw body.

    `canonical` is the text that was signed, where one could be made. A plain duplicate
    has the body of the first; `shortened` says that of a refused one only the beginning
    of the body was kept.
    """

    headers: tuple[tuple[str, str], ...]
    body: bytes
    canonical: bytes | None
    shortened: bool = False


class Taken(msgspec.Struct, frozen=True):
    """A delivery that one worker has taken to map it."""

    delivery: Delivery
    content: DeliveryContent


class Settled(msgspec.Struct, frozen=True):
    """What mapping made of a delivery.

    `error` says why it is skipped or dead. `outcome` is shown to a person: counts by
    name (`created`, `updated`, `unchanged`, `deleted`, `archived`, `failed`), and more.
    `event_type` replaces what was read when the call came, where it is given.
    """

    status: SettledStatus
    error: str | None = None
    outcome: Mapping[str, Json] = msgspec.field(default_factory=dict)
    event_type: str | None = None


WriteSettled: TypeAlias = Callable[[Db], Settled]
"""The second half of mapping: writes signals and the like in the transaction that
settles the delivery, and says what it is then. Whatever depends on what is stored is
decided here. It is called once for a delivery that counts; what it raises undoes what
it wrote."""

MapDelivery: TypeAlias = Callable[[Taken], WriteSettled]
"""The first half of mapping: reads and computes, outside of any transaction."""
