"""What is told of a delivery: plain values for whoever shows one.

None of them holds a secret, nor a signature that our secrets make: what would be
accepted is shown after a fresh unlock alone.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from ferrule.signals import NormalisedSignal
from ferrule.store.delivery_records import (
    Delivery,
    DeliveryContent,
    DeliveryCounts,
    DeliveryStatus,
    VerdictState,
)

__all__ = [
    "Address",
    "Arrivals",
    "Delivery",
    "DeliveryContent",
    "DeliveryCounts",
    "DeliveryStatus",
    "Judged",
    "Opened",
    "SampleEvent",
    "SignatureFacts",
    "Touched",
    "Which",
]

Which = Literal["current", "next", "previous", "replaced"]
"""One of the secrets of an exchange; all count but the one that was `replaced`."""


class Address(msgspec.Struct, frozen=True):
    """Where a connection is called; `path` begins with a slash.

    `accepted` is the status that its service wants in place of ours, 0 for none.
    """

    connection: str
    connector_id: str
    connector: str
    path: str
    verification: str
    accepted: int = 0


class SampleEvent(msgspec.Struct, frozen=True):
    """An event that can be sent to a connection; `path` is the fixture that it is."""

    address: Address
    title: str
    path: Path


class Arrivals(msgspec.Struct, frozen=True):
    """What came, newest first; `whole` where nothing older is left out.

    `names` are those of connectors by id.
    """

    deliveries: tuple[Delivery, ...]
    counts: DeliveryCounts
    whole: bool
    addresses: tuple[Address, ...] = ()
    names: Mapping[str, str] = msgspec.field(default_factory=dict)


class Judged(msgspec.Struct, frozen=True):
    """A verdict without what was computed: its state, its code and its sentence."""

    state: VerdictState
    reason: str
    message: str


class SignatureFacts(msgspec.Struct, frozen=True):
    """How a call was verified when it came, and what comes of it with today's secrets.

    `form` is where the signature stands and in what shape, `covered` the template of
    the signed text, `field` what the secret is called. `came` is what was found when it
    came. `again` is what today's secrets say as of that time; None where that cannot be
    told, and `unable` says why. `fits` is the secret that made the signature, of those
    that `there` are, or one that was `replaced` and does not count. `replaced_at` is
    when the current one took its place, `former_until` until when the former counts.
    """

    came: Judged
    algorithm: str = ""
    form: str = ""
    covered: str = ""
    field: str = ""
    tolerance: int | None = None
    received: tuple[str, ...] = ()
    again: Judged | None = None
    unable: str = ""
    fits: Which | None = None
    there: tuple[Which, ...] = ()
    has_computed: bool = False
    replaced_at: str = ""
    former_until: str = ""


class Touched(msgspec.Struct, frozen=True):
    """A signal that a delivery touched, as it is stored now; None where it is gone."""

    what: str
    collection_key: str
    external_id: str
    summary: str
    signal: NormalisedSignal | None = None


class Opened(msgspec.Struct, frozen=True):
    """One delivery with all that is known of it; `accepted` as in `Address`."""

    delivery: Delivery
    content: DeliveryContent
    connector: str
    signature: SignatureFacts
    touched: tuple[Touched, ...] = ()
    has_previous: bool = False
    accepted: int = 0
