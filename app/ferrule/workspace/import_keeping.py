"""What is installed, told and replaced: by one at a time, under a lock."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from ferrule.credentials.file_lock import locked
from ferrule.errors import NotFound, StoreError
from ferrule.workspace.catalogue import Card
from ferrule.workspace.import_facts import ImportedBundle, ImportedConnector
from ferrule.workspace.import_index import (
    ImportIndex,
    KeptBundle,
    KeptConnector,
    imports_folder,
    read_index,
)
from ferrule.workspace.workspace import Workspace

ALL: Final = "all"
WINDOW: Final = "the window"
Chosen = Sequence[str] | Literal["all"]


def imported(workspace: Workspace) -> list[ImportedBundle]:
    """Return the installed bundles by title, each with its connectors by id.

    Raises:
        StoreError: when the index is damaged.
    """
    index = index_of(workspace)
    latest = {one.bundle_id: one for one in index.bundles}  # the last one counts
    cards = {
        card.id: card
        for card in workspace.catalogue.cards(hidden=True)
        if card.origin == "imported"
    }
    return sorted(
        (
            ImportedBundle(
                bundle_id=one.bundle_id,
                title=one.title,
                provider=one.provider,
                version=one.version,
                signers=one.signers,
                taken_at=one.taken_at,
                payload_digest=f"sha256:{one.folder}",
                connectors=tuple(
                    _shown(kept, cards.get(kept.id))
                    for kept in sorted(of_bundle(index, one.bundle_id))
                ),
            )
            for one in latest.values()
        ),
        key=lambda one: (one.title.lower(), one.bundle_id),
    )


def index_of(workspace: Workspace) -> ImportIndex:
    return read_index(imports_folder(workspace.home, workspace.project.key))


@contextmanager
def held(workspace: Workspace) -> Iterator[Path]:
    """Let one at a time change what is installed; give the project's folder."""
    home = workspace.home.made()
    place = imports_folder(home, workspace.project.key)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{place} cannot be made: {error.strerror}.") from None
    with locked(home.imports / ".lock"):
        yield place


def replace_index(
    index: ImportIndex,
    bundles: Sequence[KeptBundle],
    connectors: tuple[KeptConnector, ...],
) -> None:
    """Make these the installed ones; bundles without a connector are not kept."""
    used = {one.folder for one in connectors}
    kept = tuple(one for one in bundles if one.folder in used)
    ImportIndex(index.place, kept, connectors).written()


def named(chosen: Chosen, known: Sequence[str]) -> Sequence[str]:
    """Return the ids that are chosen of those that are known."""
    if chosen == ALL:
        return known
    missing = [one for one in chosen if one not in known]
    if missing:
        raise NotFound(
            f"There is no imported connector “{missing[0]}”.",
            advice=f"There are: {', '.join(known) or 'none'}.",
        )
    return list(chosen)


def of_bundle(index: ImportIndex, bundle_id: str) -> list[KeptConnector]:
    folders = {one.folder for one in index.bundles if one.bundle_id == bundle_id}
    return [one for one in index.connectors if one.folder in folders]


def _shown(kept: KeptConnector, card: Card | None) -> ImportedConnector:
    hidden = card.hidden_by if card else None
    problem = card.problem if card and card.enabled else ""
    return ImportedConnector(kept.id, kept.version, kept.enabled, hidden, problem)
