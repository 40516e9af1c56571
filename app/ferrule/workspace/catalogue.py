"""The catalogue: the project's own connectors, then the shipped ones.

The first that holds an id wins; the others are hidden and listed as such. A card is
read from the document without checking it, so that the catalogue shows at once; a
document with problems is a card that says so.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ferrule import shipped
from ferrule.errors import NotFound, UsageError
from ferrule.workspace.home import write_whole
from ferrule.workspace.project import Project

Place = Literal["project", "shipped"]
LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Card:
    """A connector as the catalogue shows it; `problem` is why it cannot be used."""

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


class Catalogue:
    """The connectors of a project and the shipped ones."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def cards(self, *, hidden: bool = False) -> list[Card]:
        """Return the cards by name; with `hidden` also those that another hides."""
        seen: dict[str, Place] = {}
        cards = []
        for card in self._all():
            if card.id not in seen:
                seen[card.id] = card.origin
                cards.append(card)
            elif hidden:
                cards.append(replace(card, hidden_by=seen[card.id]))
        return sorted(cards, key=lambda card: (card.name.lower(), card.origin))

    def card(self, connector_id: str) -> Card:
        """Return the card of a connector.

        Raises:
            NotFound: with the ids that are close to it.
        """
        cards = {card.id: card for card in self.cards()}
        if connector_id in cards:
            return cards[connector_id]
        raise NotFound(
            f"There is no connector “{connector_id}” in the catalogue.",
            advice=_close(connector_id, list(cards)),
        )

    def document(self, connector_id: str) -> bytes:
        """Return the bytes of a connector's document."""
        return self.card(connector_id).path.read_bytes()

    def folder(self, connector_id: str) -> Path:
        """Return the provider folder that a connector stands in."""
        return self.card(connector_id).path.parent.parent

    def save(self, provider: str, connector_id: str, document: bytes) -> Path:
        """Write a connector of the project's own and list it in its `bundle.json`."""
        folder = self.project.descriptors / provider
        path = folder / "connectors" / f"{connector_id}.json"
        write_whole(path, document, 0o644)
        _list_in_manifest(folder, provider)
        return path

    def remove(self, connector_id: str) -> None:
        """Delete a connector of the project's own.

        Raises:
            UsageError: for a shipped one.
        """
        card = self.card(connector_id)
        if card.origin != "project":
            raise UsageError(
                f"{connector_id} is shipped and cannot be deleted.",
                advice="Only the project's own connectors can.",
            )
        card.path.unlink()
        _list_in_manifest(card.path.parent.parent, card.provider)

    def _all(self) -> Iterator[Card]:
        places: tuple[tuple[Place, Path], ...] = (
            ("project", self.project.descriptors),
            ("shipped", shipped.descriptors()),
        )
        for origin, folder in places:
            for path in sorted(folder.glob("*/connectors/*.json")):
                yield read_card(path, origin)


def read_card(path: Path, origin: Place) -> Card:
    """Return the card of a document, whatever is wrong with it."""
    bare = Card(id=path.stem, name=path.stem, origin=origin, path=path)
    try:
        if path.stat().st_size > LARGEST:
            return replace(bare, problem="The document is larger than 4 MB.")
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        return replace(bare, problem=f"The document cannot be read: {error}.")
    if not isinstance(found, dict) or not isinstance(found.get("id"), str):
        return replace(bare, problem="The document has no id.")
    try:
        return _card(found, path, origin)
    except (AttributeError, TypeError):
        return replace(bare, problem="The document has not the form of a descriptor.")


def _card(found: Mapping[str, Any], path: Path, origin: Place) -> Card:
    permissions = found.get("permissions") or {}
    return Card(
        id=found["id"],
        name=str(found.get("name") or found["id"]),
        description=str(found.get("description", "")),
        category=str(found.get("category", "Custom")),
        icon=str(found.get("icon", "plug")),
        version=str(found.get("version", "")),
        provider=str(found.get("provider") or path.parent.parent.name),
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


def _close(name: str, known: list[str]) -> str:
    from difflib import get_close_matches  # rarely needed

    close = get_close_matches(name, known, n=3, cutoff=0.4)
    return f"Did you mean {', '.join(close)}?" if close else "See: ferrule catalogue."


def _list_in_manifest(folder: Path, provider: str) -> None:
    """Bring the connectors of `bundle.json` in line with the folder."""
    path = folder / "bundle.json"
    manifest = _read_manifest(path, provider)
    cards = [read_card(p, "project") for p in sorted(folder.glob("connectors/*.json"))]
    manifest["connectors"] = [
        {"id": c.id, "version": c.version, "file": f"connectors/{c.path.name}"}
        for c in cards
    ]
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    write_whole(path, text.encode(), 0o644)


def _read_manifest(path: Path, provider: str) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        found = None
    if isinstance(found, dict):
        return found
    title = provider.replace("-", " ").replace("_", " ").title()
    return {
        "id": provider,
        "title": title,
        "description": f"Connectors for {title}.",
        "provider": provider,
        "version": "1.0.0",
    }
