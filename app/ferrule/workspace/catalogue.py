"""The catalogue: the project's own connectors, then imported, then shipped ones.

The first that holds an id wins; the others are hidden and listed as such. An imported
one that is not enabled hides nothing and is used by nothing. A card is read from the
document without checking it, so that the catalogue shows at once; a document with
problems is a card that says so.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ferrule import shipped
from ferrule.errors import (
    DescriptorInvalid,
    NotFound,
    Problem,
    StoreError,
    UsageError,
)
from ferrule.workspace.cards import (
    LARGEST,
    Card,
    Place,
    imported_card,
    printable,
    read_card,
)
from ferrule.workspace.home import Home, write_whole
from ferrule.workspace.import_index import (
    ImportIndex,
    KeptConnector,
    imports_folder,
    read_index,
)
from ferrule.workspace.project import Project, make_folder
from ferrule.workspace.provider_titles import provider_title

__all__ = [
    "LARGEST",
    "Card",
    "Catalogue",
    "Place",
    "printable",
    "read_card",
    "read_whole",
    "too_large",
]

_FOLDER = re.compile(r"[^./\\\x00-\x1f][^/\\\x00-\x1f]*")


class Catalogue:
    """The connectors of a project, those imported into it, and the shipped ones."""

    def __init__(self, project: Project, home: Home | None = None) -> None:
        self.project = project
        self._imports = imports_folder(home, project.key) if home else None

    def cards(self, *, hidden: bool = False) -> list[Card]:
        """Return the cards by name; with `hidden` also those that another hides."""
        seen: dict[str, Place] = {}
        cards, others = [], []
        for card in self._all():
            if card.id not in seen:
                seen[card.id] = card.origin
                cards.append(card)
            elif hidden:
                others.append(card._replace(hidden_by=seen[card.id]))
        found = [*self._titled(cards), *others]
        return sorted(found, key=lambda card: (card.name.lower(), card.origin))

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
        """Return the bytes of a connector's document, to be used.

        Raises:
            NotFound: when the catalogue has none of that id.
            UsageError: when it was imported and is not enabled.
            DescriptorInvalid: when its file is too large.
            StoreError: when its file cannot be read, or is not as it was imported.
        """
        card = self.card(connector_id)
        if not card.enabled:
            raise UsageError(
                f"{connector_id} was imported and is disabled until you enable it.",
                advice=f"Enable it: ferrule imports enable {connector_id}",
            )
        return self.read(card)

    def read(self, card: Card) -> bytes:
        """Return the bytes of a card's document, enabled or not, to be looked at.

        Raises:
            DescriptorInvalid: when its file is too large.
            StoreError: when its file cannot be read, or is not as it was imported.
        """
        if card.origin != "imported":
            if card.origin == "shipped":
                self._index()  # damaged, it may hide one of that id
            return read_whole(card.path)
        index, kept = self._kept(card)
        return index.read(kept.folder, kept.file)

    def folder(self, connector_id: str) -> Path:
        """Return the provider folder that a connector stands in.

        Raises:
            StoreError: when a file of an imported one is not as it was imported.
        """
        card = self.card(connector_id)
        if card.origin == "imported":
            index, kept = self._kept(card)
            return index.check(kept.folder)
        return card.path.parent.parent

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
            UsageError: for a shipped or an imported one.
        """
        card = self.card(connector_id)
        if card.origin == "imported":
            raise UsageError(
                f"{connector_id} was imported and cannot be deleted alone.",
                advice="Drop its bundle: ferrule imports drop BUNDLE",
            )
        if card.origin != "project":
            raise UsageError(
                f"{connector_id} is shipped and cannot be deleted.",
                advice="Only the project's own connectors can.",
            )
        _read_manifest(card.path.parent.parent / "bundle.json", card.provider)
        _removed(card.path)

    def _titled(self, cards: Sequence[Card]) -> Iterator[Card]:
        """Yield cards, with their bundle's title where a provider has several."""
        many = Counter(card.provider for card in cards)
        index: ImportIndex | None = None
        with suppress(StoreError):  # a card says that it is damaged
            index = self._index()
        folder = self.project.descriptors
        titles = {
            provider: printable(provider_title(provider, folder, index))
            for provider, number in many.items()
            if provider and number > 1
        }
        for card in cards:
            title = titles.get(card.provider)
            yield card if title is None else card._replace(bundle=title)

    def _own_files(self, connector_id: str) -> list[Path]:
        cards = (card for card in self._all() if card.origin == "project")
        return [card.path for card in cards if card.id == connector_id]

    def _all(self) -> Iterator[Card]:
        yield from _cards(self.project.descriptors, "project")
        imported = self._imported()
        yield from (card for card in imported if card.enabled)
        yield from _cards(shipped.descriptors(), "shipped")
        yield from (card for card in imported if not card.enabled)

    def _imported(self) -> list[Card]:
        try:
            index = self._index()
        except StoreError as error:
            told = Card(id=_IMPORTS, name="Imported connectors", origin="imported")
            return [told._replace(problem=error.message)]
        return [imported_card(index, one) for one in index.connectors]

    def _index(self) -> ImportIndex:
        if self._imports is None:
            return ImportIndex(Path())
        return read_index(self._imports)

    def _kept(self, card: Card) -> tuple[ImportIndex, KeptConnector]:
        index = self._index()
        kept = index.connector(card.id)
        if kept is None:
            raise NotFound(f"{card.id} is not imported any more.")
        return index, kept


_IMPORTS = "imports"


def _cards(folder: Path, origin: Place) -> Iterator[Card]:
    for path in sorted(folder.glob("*/connectors/*.json")):
        yield read_card(path, origin)


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
