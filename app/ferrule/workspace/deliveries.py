"""Deliveries as a person looks at them: lists, and one with all that is known of it.

All but `accept_former` reads alone. The calls block: ask off the window's thread.
"""

import difflib
import importlib
from collections.abc import Collection, Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

import msgspec

from ferrule.clock import Clock, SystemClock
from ferrule.errors import FerruleError, NotFound
from ferrule.exchange import Json, canonical, decode
from ferrule.store import signals
from ferrule.store.delivery_records import (
    Delivery,
    DeliveryContent,
    DeliveryCounts,
    DeliveryStatus,
)
from ferrule.store.records import StoredSignal
from ferrule.workspace.delivery_facts import Address, Arrivals, Opened, Touched
from ferrule.workspace.workspace import Workspace

AT_ONCE: Final = 200


def arrivals(
    workspace: Workspace,
    *,
    connection: str | None = None,
    statuses: Collection[DeliveryStatus] = (),
    before: int | None = None,
    limit: int = AT_ONCE,
) -> Arrivals:
    """Return what came, newest first: a page of those before a number."""
    project = workspace.project.key
    found = workspace.deliveries.list(
        project,
        connection=connection,
        statuses=statuses,
        before=before,
        limit=limit + 1,
    )
    names = connector_names(workspace)
    return Arrivals(
        found[:limit],
        workspace.deliveries.counts(project, connection),
        len(found) <= limit,
        addresses(workspace, names),
        names,
    )


def addresses(
    workspace: Workspace, names: Mapping[str, str] | None = None
) -> tuple[Address, ...]:
    """Return where the connections of the project are called."""
    from ferrule.workspace.receiving import (
        routes,
    )

    names = connector_names(workspace) if names is None else names
    return tuple(
        Address(
            one.connection,
            one.connector_id,
            names.get(one.connector_id, one.connector_id),
            one.path,
            one.verification,
            one.accepted,
        )
        for one in routes(workspace)
    )


def connector_names(workspace: Workspace) -> dict[str, str]:
    """Return what connectors are called, by id."""
    return {card.id: card.name for card in workspace.catalogue.cards()}


def came(
    workspace: Workspace, numbers: Iterable[int]
) -> tuple[tuple[Delivery, ...], DeliveryCounts]:
    """Return those of the numbered deliveries that are there, and the counts."""
    project = workspace.project.key
    found = workspace.deliveries.named(project, numbers)
    return found, workspace.deliveries.counts(project)


def came_after(
    workspace: Workspace, number: int, waiting: Collection[int] = ()
) -> tuple[tuple[Delivery, ...], DeliveryCounts]:
    """Return deliveries after a number, whoever received them, and the counts.

    With them come the numbered ones that waited, as they stand now.
    """
    project = workspace.project.key
    found = workspace.deliveries.after(project, number)
    if waiting:
        found += workspace.deliveries.named(project, waiting)
    return found, workspace.deliveries.counts(project)


def found(workspace: Workspace, correlation: str) -> Delivery | None:
    """Return the delivery of a correlation id, None where it is not kept any more."""
    return workspace.deliveries.correlated(workspace.project.key, correlation)


def received_today(workspace: Workspace, clock: Clock | None = None) -> int:
    """Return how many calls were accepted since midnight, where this machine is."""
    now = (clock or SystemClock()).now().astimezone()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return workspace.deliveries.received_since(workspace.project.key, midnight)


def prepare() -> None:
    """Import what opening a delivery takes, so that the first is no slower."""
    importlib.import_module("ferrule.workspace.delivery_signature")


def opened(workspace: Workspace, number: int) -> Opened:
    """Return one delivery with its content, its signature and what came of it.

    Raises:
        NotFound: when it is not there any more.
    """
    from ferrule.workspace.delivery_signature import (
        signature_facts,
    )

    project = workspace.project.key
    delivery = workspace.deliveries.get(project, number)
    content = workspace.deliveries.content(project, number)
    names = connector_names(workspace)
    return Opened(
        delivery,
        content,
        names.get(delivery.connector_id, delivery.connector_id),
        signature_facts(workspace, delivery, content),
        touched(workspace, delivery),
        workspace.deliveries.previous(project, number) is not None,
    )


def touched(workspace: Workspace, delivery: Delivery) -> tuple[Touched, ...]:
    """Return the signals that a delivery touched, as they are stored now."""
    told = delivery.outcome.get("signals")
    listed = told if isinstance(told, list) else []
    lines = [one for one in listed if isinstance(one, dict)]
    found: dict[tuple[str, str], StoredSignal] = {}
    place = delivery.project, delivery.connection
    with workspace.database.reading() as db:
        for key in {str(one.get("collectionKey")) for one in lines}:
            source = signals.find_source(db, *place, key)
            ids = [_id(one) for one in lines if one.get("collectionKey") == key]
            if source is not None:
                rows = signals.named(db, source, ids)
                found |= {(key, row.signal.external_id): row for row in rows}
    return tuple(_touched(one, found) for one in lines)


def _touched(
    line: dict[str, Json], found: Mapping[tuple[str, str], StoredSignal]
) -> Touched:
    key = str(line.get("collectionKey"))
    stored = found.get((key, _id(line)))
    return Touched(
        str(line.get("what", "")),
        key,
        _id(line),
        str(line.get("summary", "")),
        stored.signal if stored is not None else None,
    )


def _id(line: dict[str, Json]) -> str:
    return str(line.get("externalId"))


def difference(workspace: Workspace, number: int) -> tuple[Delivery, str]:
    """Return the delivery before of the same kind, and what differs, line by line.

    The bodies are compared as JSON in lines, with sorted names; as text where one of
    them is none. Nothing differs where the text is empty.

    Raises:
        NotFound: when it is not there, or there is none before it.
    """
    project = workspace.project.key
    before = workspace.deliveries.previous(project, number)
    if before is None:
        workspace.deliveries.get(project, number)
        raise _first_of_its_kind(number)
    old = _lines(workspace.deliveries.content(project, before.id))
    new = _lines(workspace.deliveries.content(project, number))
    changes = difflib.unified_diff(old, new, lineterm="", n=2)
    return before, "\n".join(list(changes)[2:])  # without the names of files


def _first_of_its_kind(number: int) -> NotFound:
    return NotFound(
        f"There is none of its kind before delivery {number}.",
        advice="Compare the next one that comes.",
    )


def _lines(content: DeliveryContent) -> list[str]:
    try:
        value = decode(content.body)
    except FerruleError:
        return content.body.decode(errors="replace").splitlines()
    return msgspec.json.format(canonical(value), indent=2).decode().splitlines()


def curl(workspace: Workspace, number: int, origin: str = "") -> str:
    """Return a delivery as a cURL line; what is secret stands as a variable.

    With `origin`, where a receiver of this machine listens now, a call that came to
    this machine goes there: it may have come to another port.

    Raises:
        NotFound: when it is not there any more.
    """
    from ferrule.workspace import replaying

    project = workspace.project.key
    delivery = workspace.deliveries.get(project, number)
    url = _moved(delivery.url, origin) if origin else delivery.url
    content = workspace.deliveries.content(project, number)
    return replaying.curl(msgspec.structs.replace(delivery, url=url), content)


def _moved(url: str, origin: str) -> str:
    """Return the address of a call at another port of this machine."""
    parts, there = urlsplit(url), urlsplit(origin)
    if parts.hostname != there.hostname:
        return url  # it came through a tunnel, and its address may be signed
    return parts._replace(scheme=there.scheme, netloc=there.netloc).geturl()


def computed(workspace: Workspace, number: int, passphrase: str | None = None) -> str:
    """Return the signature that our current secret makes, after a fresh unlock.

    Raises:
        FerruleError: as `delivery_signature.computed` tells.
    """
    from ferrule.workspace import delivery_signature

    found = delivery_signature.computed(workspace, number, passphrase)
    return found.get_secret_value()


def new_secret(workspace: Workspace, number: int, passphrase: str | None = None) -> str:
    """Return the secret of now of a delivery's connection, after a fresh unlock.

    Raises:
        FerruleError: as `former_secret.signing_secret` tells.
    """
    from ferrule.workspace import former_secret

    delivery = workspace.deliveries.get(workspace.project.key, number)
    found = former_secret.signing_secret(workspace, delivery.connection, passphrase)
    return found.get_secret_value()


def accept_former(workspace: Workspace, number: int) -> None:
    """Let the secret before this one count for a day, of a delivery's connection.

    Raises:
        FerruleError: as `former_secret.accept_former` tells.
    """
    from ferrule.workspace import former_secret

    delivery = workspace.deliveries.get(workspace.project.key, number)
    former_secret.accept_former(workspace, delivery.connection)
