"""The catalogue: the project's own connectors, then the shipped ones.

The first that holds an id wins; the others are hidden and listed as such. A card is
read from the document without checking it, so that the catalogue shows at once; a
document with problems is a card that says so.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ferrule import shipped
from ferrule.errors import (
    DescriptorInvalid,
    NotFound,
    Problem,
    StoreError,
    UsageError,
)
from ferrule.workspace.home import write_whole
from ferrule.workspace.project import Project, make_folder

Place = Literal["project", "shipped"]
LARGEST = 4 * 1024 * 1024
_FOLDER = re.compile(r"[^./\\\x00-\x1f][^/\\\x00-\x1f]*")


class Card(NamedTuple):
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
                cards.append(card._replace(hidden_by=seen[card.id]))
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
        """Return the bytes of a connector's document.

        Raises:
            NotFound: when the catalogue has none of that id.
            DescriptorInvalid: when its file is too large.
            StoreError: when its file cannot be read.
        """
        return read_whole(self.card(connector_id).path)

    def folder(self, connector_id: str) -> Path:
        """Return the provider folder that a connector stands in."""
        return self.card(connector_id).path.parent.parent

    def save(self, provider: str, connector_id: str, document: bytes) -> Path:
        """Write a connector of the project's own and list it in its `bundle.json`.

        One of that id that stands elsewhere in the project (another provider, another
        file name) is replaced.

        Raises:
            UsageError: when the provider's name cannot be that of a folder.
            StoreError: when it cannot be written, or a `bundle.json` is damaged.
        """
        if not _FOLDER.fullmatch(provider):
            raise UsageError(
                f"The provider {provider[:80]!r} cannot name a folder.",
                advice="Use a name without slashes that begins with no dot.",
            )
        folder = self.project.descriptors / provider
        path = folder / "connectors" / f"{connector_id}.json"
        older = [p for p in self._own_files(connector_id) if p != path]
        for place in {folder, *(p.parent.parent for p in older)}:
            _read_manifest(place / "bundle.json", place.name)
        make_folder(self.project)
        write_whole(path, document, 0o644)
        for other in older:
            _removed(other)
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
        _read_manifest(card.path.parent.parent / "bundle.json", card.provider)
        _removed(card.path)

    def _own_files(self, connector_id: str) -> list[Path]:
        cards = (card for card in self._all() if card.origin == "project")
        return [card.path for card in cards if card.id == connector_id]

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
            return bare._replace(problem="The document is larger than 4 MB.")
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        return bare._replace(problem=f"The document cannot be read: {error}.")
    if not isinstance(found, dict) or not isinstance(found.get("id"), str):
        return bare._replace(problem="The document has no id.")
    try:
        return _card(found, path, origin)
    except (AttributeError, TypeError):
        return bare._replace(problem="The document has not the form of a descriptor.")


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


def read_whole(path: Path) -> bytes:
    """Return a descriptor's bytes, never more than one may have.

    Raises:
        DescriptorInvalid: when the file is larger.
        StoreError: when it cannot be read.
    """
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise StoreError(
            f"{path} cannot be read: {error.strerror}.",
            advice="Check that it is there, is a file, and may be read.",
        ) from None
    if size > LARGEST:
        raise DescriptorInvalid([too_large(size)])
    return raw


def too_large(size: int) -> Problem:
    """Return the problem of a document of so many bytes."""
    return Problem(
        "FD000",
        "error",
        "",
        f"The document is {size / 1_000_000:.0f} MB long.",
        f"A descriptor has at most {LARGEST // 2**20} MB; samples belong into "
        "fixtures.",
    )


def _removed(path: Path) -> None:
    """Delete a connector's file and take it off its provider's list."""
    try:
        path.unlink()
    except OSError as error:
        raise StoreError(f"{path} cannot be deleted: {error.strerror}.") from None
    folder = path.parent.parent
    _list_in_manifest(folder, folder.name)


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
    """Return a provider's manifest, a new one where there is none.

    Raises:
        StoreError: when there is one that is not a JSON object: it stays as it is.
    """
    if path.exists():
        try:
            found = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise _damaged(path, str(error)) from None
        if not isinstance(found, dict):
            raise _damaged(path, "it is not a JSON object")
        return found
    title = provider.replace("-", " ").replace("_", " ").title()
    return {
        "id": provider,
        "title": title,
        "description": f"Connectors for {title}.",
        "provider": provider,
        "version": "1.0.0",
    }


def _damaged(path: Path, why: str) -> StoreError:
    return StoreError(
        f"{path} cannot be read: {why}.",
        advice="Correct it or move it aside; nothing was changed.",
    )
