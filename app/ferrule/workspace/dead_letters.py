"""Dead letters: deliveries that could not be mapped, with their reasons, and a way out.

Each is looked at, given to the Builder as its sample, and replayed when the mapping is
mended; or it is put aside. More than a hundred are an alarm (seed 000, section 10).
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.descriptor.signing import signing_of
from ferrule.errors import FerruleError
from ferrule.exchange import Json, decode, encode
from ferrule.redaction import MASK
from ferrule.store import Delivery, Taken, dead_rows
from ferrule.store.outbound import Outbound
from ferrule.workspace.fixtures.delivery_case import play_delivery
from ferrule.workspace.fixtures.files import fixture_folder, save_fixture
from ferrule.workspace.fixtures.making import Made
from ferrule.workspace.operations.delivery_lines import delivery_lines, numbered
from ferrule.workspace.replaying import HOP, Weighed, taken_of, weigh
from ferrule.workspace.workspace import Workspace

MANY: Final = 100
"""More dead letters than these are an alarm."""
_PAGE: Final = 500


class CallSample(msgspec.Struct, frozen=True):
    """A call as the Builder takes it for a sample: which connector, and its answer.

    `stream` is the first that its items are of, empty where none was found.
    """

    connector_id: str
    connection: str
    stream: str
    event_type: str | None
    headers: tuple[tuple[str, str], ...]
    body: bytes


def dead_letters(
    workspace: Workspace,
    *,
    connection: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> tuple[Delivery, ...]:
    """Return dead letters, newest first; `error` is the reason of each.

    `outcome["failures"]` lists the items that failed: `item`, `id`, `path`, `reason`.
    """
    return workspace.deliveries.list(
        workspace.project.key,
        connection=connection,
        statuses={"dead"},
        before=before,
        limit=limit,
    )


def count(workspace: Workspace, connection: str | None = None) -> int:
    """Return how many dead letters there are."""
    counts = workspace.deliveries.counts(workspace.project.key, connection)
    return counts.by_status["dead"]


def unsent(workspace: Workspace) -> int:
    """Return how many events no sink took (`ferrule outbound`)."""
    counts = Outbound(workspace.database).counts(workspace.project.key)
    return counts.get("dead", 0)


def are_many(workspace: Workspace) -> bool:
    """Tell whether there are so many of both that somebody has to look."""
    return count(workspace) + unsent(workspace) > MANY


def sample_of(workspace: Workspace, number: int) -> CallSample:
    """Return a delivery as a sample for the Builder.

    Raises:
        NotFound: when the project has none of that number.
        StoreError: when only the beginning of its body was kept.
    """
    taken = taken_of(workspace, number)
    this = taken.delivery
    streams = this.outcome.get("streams")
    first = streams[0] if isinstance(streams, list) and streams else ""
    return CallSample(
        this.connector_id,
        this.connection,
        str(first),
        this.event_type,
        taken.content.headers,
        taken.content.body,
    )


def numbers(workspace: Workspace, connection: str | None = None) -> list[int]:
    """Return the numbers of all dead letters, oldest first."""
    found: list[int] = []
    before = None
    while page := dead_letters(
        workspace, connection=connection, before=before, limit=_PAGE
    ):
        found += [one.id for one in page]
        before = page[-1].id
    return sorted(found)


def try_all(workspace: Workspace, wanted: Iterable[int]) -> Weighed:
    """Return what replaying dead letters would do; nothing is written."""
    return weigh(workspace, tuple(wanted))


def replay_all(workspace: Workspace, wanted: Iterable[int]) -> Sequence[int]:
    """Let dead letters be mapped once more as they came; return which wait now.

    A gateway that runs maps them, or `replaying.map_waiting`.
    """
    again = workspace.deliveries.reopen(workspace.project.key, wanted)
    said = "is mapped once more as it came."
    found = numbered(workspace, again)
    delivery_lines(workspace).done(found, "replay", "done", said)
    return again


def discard(
    workspace: Workspace,
    wanted: Iterable[int],
    why: str = "A person put it aside.",
    clock: Clock | None = None,
) -> Sequence[int]:
    """Put dead letters aside; return which were dead letters."""
    at = rfc3339((clock or SystemClock()).now())
    project = workspace.project.key
    with workspace.database.writing() as db:
        gone = dead_rows.discard(db, project, tuple(wanted), why, at)
    lines, found = delivery_lines(workspace), numbered(workspace, gone)
    lines.done(found, "deadletter", "skipped", f"was put aside: {why}")
    return gone


def pin(workspace: Workspace, number: int, name: str = "") -> str:
    """Keep a delivery as a test of its connector, and return the file's path.

    Its signature, its secrets and what its client added are left out: whoever plays it
    signs it anew. What comes of it now is what it expects.

    Raises:
        NotFound: when the project has none of that number.
        UsageError: when the connector is not the project's own.
    """
    taken = taken_of(workspace, number)
    this = taken.delivery
    connection = workspace.connections.get(this.project, this.connection)
    connector = workspace.registry.connector_of(connection)
    signing = signing_of(connector)
    signed = {one.lower() for one in signing.header_names} if signing else set()
    fixture: dict[str, Json] = {
        "format": 1,
        "name": name or f"{this.event_type or 'call'} {number}",
        "kind": "delivery",
        "config": dict(connection.config),
        "received": this.received_at,
        "call": _call(taken, signed),
        "expect": {},
    }
    played = play_delivery(connector, fixture, connection.mapping_overrides)
    if played.found is not None:
        fixture["expect"] = dict(played.found)
    folder = fixture_folder(workspace.catalogue, connector.id)
    content = msgspec.json.format(encode(fixture), indent=2) + b"\n"
    return str(save_fixture(folder, Made(fixture, content)))


def _call(taken: Taken, signed: Collection[str]) -> Json:
    """Return a call as fixtures have it: without signature, secrets, hops."""
    headers: dict[str, Json] = {
        name: value
        for name, value in taken.content.headers
        if name.lower() not in {*signed, *HOP} and MASK not in value
    }
    body = taken.content.body
    try:
        value = decode(body)
    except FerruleError:
        value = body.decode("utf-8", "replace")
    query = dict(parse_qsl(urlsplit(taken.delivery.url).query))
    shown = {k: v for k, v in query.items() if MASK not in v}
    told: dict[str, Json] = {"method": taken.delivery.method, "headers": headers}
    return told | ({"query": dict(shown)} if shown else {}) | {"body": value}
