"""Comparing descriptors: of files, of the catalogue, and of bundles.

A bundle is only read here: nothing of it is verified and nothing is installed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ferrule.bundle import MAX_BUNDLE, inspect, steps
from ferrule.descriptor.difference.compare import Change, difference
from ferrule.descriptor.document import read_document
from ferrule.descriptor.versions import Proposal, proposed
from ferrule.errors import BundleRejected, NotFound, StoreError, UsageError
from ferrule.exchange import Json
from ferrule.workspace.catalogue import Catalogue, read_whole
from ferrule.workspace.drafts import Document

BUNDLE: Final = ".ferrule"
_CONNECTORS: Final = "connectors/"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One connector on both sides; None where a side has none of that id."""

    connector_id: str
    old: Document | None
    new: Document | None
    changes: tuple[Change, ...]
    proposal: Proposal

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return self.old is not None and self.new is not None and not self.changes

    def wire(self) -> dict[str, Json]:
        """Return the comparison as a JSON object."""
        found = self.proposal
        return {
            "id": self.connector_id,
            "same": self.same,
            "in": "both" if self.old and self.new else "old" if self.old else "new",
            "breaking": any(change.breaking for change in self.changes),
            "changes": [change.wire() for change in self.changes],
            "version": {
                "old": str((self.old or {}).get("version") or ""),
                "new": str((self.new or {}).get("version") or ""),
                "proposed": found.version or None,
                "level": found.level,
                "reason": found.reason,
                "due": found.due,
            },
        }


def documents_of(catalogue: Catalogue, named: str) -> dict[str, Document]:
    """Return the connectors that a text names, by id.

    It names a file, a bundle, an id of the catalogue, or `shipped:ID` for the shipped
    one that the project's own hides.

    Raises:
        NotFound: when there is none of that name.
        DescriptorInvalid: for a file that is no JSON object.
        BundleRejected: for a bundle that cannot be read safely.
    """
    path = Path(named)
    if path.is_file():
        return bundle_documents(path) if path.suffix == BUNDLE else _single(path)
    if named.startswith("shipped:"):
        found = shipped_document(catalogue, named.removeprefix("shipped:"))
        if found is None:
            raise NotFound(f"No connector “{named[8:]}” is shipped.")
        return {str(found.get("id")): found}
    if path.suffix in {BUNDLE, ".json"} or path.parent != Path():
        raise StoreError(f"{path} is not a file.", advice="Check the path.")
    return {named: read_document(catalogue.read(catalogue.card(named)))}


def file_document(path: Path, connector_id: str) -> Document:
    """Return the connector of that id in a file or a bundle.

    Raises:
        NotFound: when a bundle has several and none of that id.
    """
    if path.suffix != BUNDLE:
        return read_document(read_whole(path))
    found = bundle_documents(path)
    if connector_id in found or len(found) == 1:
        return found.get(connector_id) or next(iter(found.values()))
    raise NotFound(
        f"{path.name} has no connector “{connector_id}”.",
        advice=f"It has: {', '.join(found) or 'none'}.",
    )


def shipped_document(catalogue: Catalogue, connector_id: str) -> Document | None:
    """Return the shipped connector of an id, also where the project's own hides it."""
    for card in catalogue.cards(hidden=True):
        if card.id == connector_id and card.origin == "shipped":
            return read_document(read_whole(card.path))
    return None


def bundle_documents(path: Path) -> dict[str, Document]:
    """Return the connectors of a bundle by id; nothing of it is verified.

    Raises:
        BundleRejected: when it cannot be read safely, or a file is not as signed.
        StoreError: when the file cannot be read.
    """
    try:
        with path.open("rb") as opened:
            raw = opened.read(MAX_BUNDLE + 1)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from None
    for one in inspect(raw).files:
        if not one.as_stated:
            raise BundleRejected(f"{one.name} in {path.name} is not as it was signed.")
    document, _ = steps.read_document(raw)
    archive, _ = steps.read_shape(document)
    found = {}
    for name, content in archive.files:
        if name.startswith(_CONNECTORS):
            connector = read_document(content.octets())
            found[str(connector.get("id"))] = connector
    return found


def compare(old: Document, new: Document) -> Comparison:
    """Return what differs between two documents, and the version it asks for."""
    changes = difference(old, new)
    named = str(new.get("id") or old.get("id") or "")
    return Comparison(named, old, new, tuple(changes), proposed(old, new, changes))


def compare_all(
    old: Mapping[str, Document], new: Mapping[str, Document]
) -> list[Comparison]:
    """Return the comparison of each connector; one on each side are compared anyway.

    Raises:
        UsageError: when a side has no connector at all.
    """
    if not old or not new:
        raise UsageError("There is no connector to compare.")
    if len(old) == len(new) == 1:
        return [compare(next(iter(old.values())), next(iter(new.values())))]
    return [_one(name, old, new) for name in dict.fromkeys((*new, *old))]


def _one(
    name: str, old: Mapping[str, Document], new: Mapping[str, Document]
) -> Comparison:
    if name in old and name in new:
        return compare(old[name], new[name])
    nothing = Proposal("none", "", "", "", due=False)
    return Comparison(name, old.get(name), new.get(name), (), nothing)


def _single(path: Path) -> dict[str, Document]:
    found = read_document(read_whole(path))
    return {str(found.get("id")): found}
