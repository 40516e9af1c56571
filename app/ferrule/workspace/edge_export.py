"""Exporting an edge function: a folder of its own, written whole or not at all."""

from pathlib import Path
from typing import Final

from ferrule import __version__, shipped
from ferrule.bundle import MAX_BUNDLE, open_bundle, read_trust
from ferrule.clock import Clock, SystemClock
from ferrule.errors import NotFound, UsageError
from ferrule.interchange.edge import EDGE_FILES, EdgeParts, edge_files
from ferrule.interchange.kind import Report
from ferrule.workspace.new_files import write_folder
from ferrule.workspace.signing_keys import read_at_most
from ferrule.workspace.workspace import Workspace

_MARK: Final = "connector.ts"  # what every edge function holds


def export_edge(
    workspace: Workspace,
    connector_id: str,
    folder: Path,
    *,
    bundle: Path | None = None,
    trust: Path | None = None,
    force: bool = False,
    clock: Clock | None = None,
) -> Report:
    """Write the edge function of a connector into a new folder.

    With a signed bundle the function maps with what that holds, and verifies it against
    the trust list (the project's by default) at each start. With `force` an earlier
    export is replaced.

    Raises:
        BundleRejected: when the bundle does not pass the trust list.
        InterchangeError: when nothing of the connector can be carried over.
        NotFound: when there is no such connector.
        StoreError: when the folder is there already, or cannot be written.
        UsageError: when a trust list comes without a bundle.
    """
    parts = _parts(workspace, connector_id, bundle, trust, clock or SystemClock())
    files, report = edge_files(parts)
    write_folder(folder, files, force=force, mark=_MARK)
    return report


def _parts(
    workspace: Workspace,
    connector_id: str,
    bundle: Path | None,
    trust: Path | None,
    clock: Clock,
) -> EdgeParts:
    root = shipped.resources() / "edge"
    templates = {name: (root / name).read_bytes() for name in EDGE_FILES}
    if bundle is None:
        if trust is not None:
            raise UsageError("A trust list is carried with a bundle: give --bundle.")
        document = workspace.catalogue.document(connector_id)
        return EdgeParts(templates, document, __version__)
    raw = read_at_most(bundle, MAX_BUNDLE)
    listed = read_at_most(trust or workspace.project.trust, MAX_BUNDLE)
    held = open_bundle(raw, read_trust(listed).trust, now=clock.now())
    document = held.files.get(f"connectors/{connector_id}.json", b"")
    if not document:
        raise NotFound(f"{bundle} holds no connector “{connector_id}”.")
    return EdgeParts(templates, document, __version__, raw, listed)
