"""An edge function of a connector: its files, with a signed bundle or without."""

from dataclasses import dataclass
from pathlib import Path

from ferrule import __version__, shipped
from ferrule.bundle import MAX_BUNDLE, open_bundle, read_trust
from ferrule.clock import Clock, SystemClock
from ferrule.errors import NotFound, UsageError
from ferrule.interchange.edge import EDGE_FILES, EdgeParts, edge_files
from ferrule.interchange.kind import Report
from ferrule.workspace.signing_keys import read_at_most
from ferrule.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Carried:
    """A signed bundle, the trust list that it passed, and its connector's document."""

    bundle: bytes
    trust: bytes
    document: bytes


def carried(
    workspace: Workspace,
    connector_id: str,
    bundle: Path | None,
    trust: Path | None = None,
    clock: Clock | None = None,
) -> Carried | None:
    """Return what a function carries: a verified bundle, None where none is named.

    The trust list is the project's by default.

    Raises:
        BundleRejected: when the bundle does not pass the trust list.
        NotFound: when it holds no such connector.
        UsageError: when a trust list comes without a bundle.
    """
    if bundle is None:
        if trust is not None:
            raise UsageError("A trust list is carried with a bundle: give --bundle.")
        return None
    raw = read_at_most(bundle, MAX_BUNDLE)
    listed = read_at_most(trust or workspace.project.trust, MAX_BUNDLE)
    now = (clock or SystemClock()).now()
    held = open_bundle(raw, read_trust(listed).trust, now=now)
    document = held.files.get(f"connectors/{connector_id}.json", b"")
    if not document:
        raise NotFound(f"{bundle} holds no connector “{connector_id}”.")
    return Carried(raw, listed, document)


def edge_function(
    document: bytes, signed: Carried | None = None
) -> tuple[dict[str, bytes], Report]:
    """Return the files of a connector's edge function by name, and what they lack.

    With a signed bundle the function maps with what that holds, and verifies it against
    the trust list at each start.

    Raises:
        DescriptorInvalid: when the document is none.
        InterchangeError: when nothing of the connector can be carried over.
    """
    root = shipped.resources() / "edge"
    templates = {name: (root / name).read_bytes() for name in EDGE_FILES}
    if signed is None:
        return edge_files(EdgeParts(templates, document, __version__))
    parts = EdgeParts(
        templates, signed.document, __version__, signed.bundle, signed.trust
    )
    return edge_files(parts)
