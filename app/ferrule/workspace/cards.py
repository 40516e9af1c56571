"""Cards: connectors as the catalogue shows them, whatever is wrong with them."""

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ferrule.errors import StoreError
from ferrule.workspace.import_index import ImportIndex, KeptConnector

Place = Literal["project", "imported", "shipped"]
DISABLED = "It was imported and is disabled until you enable it."
LARGEST = 4 * 1024 * 1024


class Card(NamedTuple):
    """A connector as the catalogue shows it; `problem` is why it cannot be used.

    `bundle` is the title of its provider's bundle where that has several connectors,
    `signers` are those of the bundle that an imported one came with.
    """

    id: str
    name: str
    description: str = ""
    category: str = "Custom"
    icon: str = "plug"
    version: str = ""
    provider: str = ""
    auth: str = "none"
    ingestion: str = "polling"
    signal_types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    status: str = ""
    hosts: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    docs_url: str = ""
    origin: Place = "shipped"
    path: Path = Path()
    hidden_by: Place | None = None
    problem: str = ""
    enabled: bool = True
    bundle: str = ""
    signers: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Return whether nothing but its being disabled stands against its use."""
        return not self.problem or self.problem == DISABLED


def is_on(card: Card, connections: Collection[bool]) -> bool | None:
    """Return whether a connector is on; None where there is nothing to switch.

    An imported one is while it is enabled and not all its connections are off, any
    other while one of its connections is on. `connections` tell which are enabled.
    """
    if card.origin == "imported":
        return card.enabled and (not connections or any(connections))
    return any(connections) if connections else None


def imported_card(index: ImportIndex, kept: KeptConnector) -> Card:
    """Return the card of an imported connector, with what stands against its use."""
    path = index.place / kept.folder / kept.file
    bundle = index.bundle(kept.folder)
    signers = tuple(map(printable, bundle.signers))
    bare = Card(id=kept.id, name=kept.id, origin="imported", path=path)
    bare = bare._replace(enabled=kept.enabled, version=kept.version, signers=signers)
    bare = bare._replace(provider=printable(bundle.provider))
    try:
        raw = index.read(kept.folder, kept.file)
    except StoreError as error:
        return bare._replace(problem=error.message)
    card = _plain(_read_card(raw, bare, bundle.provider))
    card = card._replace(enabled=kept.enabled, signers=signers)
    return card if card.enabled or card.problem else card._replace(problem=DISABLED)


def _plain(card: Card) -> Card:
    """Return a card without what could move a terminal's cursor or turn text round."""
    return card._replace(
        name=printable(card.name),
        description=printable(card.description),
        category=printable(card.category),
        provider=printable(card.provider),
        signal_types=tuple(map(printable, card.signal_types)),
        tags=tuple(map(printable, card.tags)),
        docs_url=printable(card.docs_url),
        problem=printable(card.problem),
    )


def printable(text: str) -> str:
    """Return a text of somebody else's as it can be shown in one line."""
    return "".join(one if one.isprintable() else "\ufffd" for one in text)


def read_card(path: Path, origin: Place) -> Card:
    """Return the card of a document, whatever is wrong with it."""
    bare = Card(id=path.stem, name=path.stem, origin=origin, path=path)
    try:
        if path.stat().st_size > LARGEST:
            return bare._replace(problem="The document is larger than 4 MB.")
        raw = path.read_bytes()
    except OSError as error:
        return bare._replace(problem=f"The document cannot be read: {error}.")
    return _read_card(raw, bare, path.parent.parent.name)


def _read_card(raw: bytes, bare: Card, provider: str) -> Card:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        return bare._replace(problem=f"The document cannot be read: {error}.")
    if not isinstance(found, dict) or not isinstance(found.get("id"), str):
        return bare._replace(problem="The document has no id.")
    try:
        return _card(found, bare.path, bare.origin, provider)
    except (AttributeError, TypeError):
        return bare._replace(problem="The document has not the form of a descriptor.")


def _card(found: Mapping[str, Any], path: Path, origin: Place, provider: str) -> Card:
    permissions = found.get("permissions") or {}
    return Card(
        id=found["id"],
        name=str(found.get("name") or found["id"]),
        description=str(found.get("description", "")),
        category=str(found.get("category", "Custom")),
        icon=str(found.get("icon", "plug")),
        version=str(found.get("version", "")),
        provider=str(found.get("provider") or provider),
        auth=str(found.get("auth", {}).get("method", "none")),
        ingestion=str(found.get("ingestion", {}).get("mode", "polling")),
        signal_types=tuple(dict.fromkeys(_signal_types(found))),
        tags=tuple(map(str, found.get("tags") or ())),
        status=str(found.get("status", "")),
        hosts=tuple(map(str, permissions.get("hosts") or ())),
        writes=tuple(map(str, permissions.get("writes") or ())),
        docs_url=str(found.get("docsUrl", "")),
        origin=origin,
        path=path,
    )


def _signal_types(found: Mapping[str, Any]) -> Iterator[str]:
    mappings = [found.get("fieldMapping")]
    mappings += [s.get("fieldMapping") for s in found.get("streams") or ()]
    for mapping in mappings:
        for rule in (mapping or {}).get("signalTypeRules") or ():
            yield str(rule.get("then", ""))
