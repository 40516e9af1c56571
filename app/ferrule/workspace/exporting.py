"""A connector written for another engine: the file, and what it cannot say."""

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ferrule.errors import StoreError, UsageError
from ferrule.exchange import Json
from ferrule.workspace.home import write_whole
from ferrule.workspace.workspace import Workspace

if TYPE_CHECKING:  # formats are imported when one is asked for
    from ferrule.interchange import Format, Report

KINDS = ("kept", "changed", "dropped")


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file that was written: for which engine, how large, and the report."""

    path: Path
    engine: str
    connector: str
    size: int
    report: "Report"

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object, the report by its three kinds."""
        return {
            "engine": self.engine,
            "connector": self.connector,
            "file": str(self.path),
            "size": self.size,
            **{kind: list(map(_noted, getattr(self.report, kind))) for kind in KINDS},
        }


def engines() -> Mapping[str, "Format"]:
    """Return the formats that a connector can be written in, by their names."""
    from ferrule.interchange import EXPORTS

    return {known.name: known for known in EXPORTS}


def export_connector(
    workspace: Workspace, connector_id: str, engine: str, out: Path
) -> ExportedFile:
    """Write a connector of the catalogue for an engine, and say what became of it.

    Raises:
        UsageError: when there is no such engine, or `out` is a folder.
        NotFound: when the catalogue has no such connector.
        DescriptorInvalid: when its document is not valid.
        InterchangeError: when the engine could read none of its streams.
        StoreError: when the file cannot be written.
    """
    known = engines()
    if engine not in known:
        raise UsageError(
            f"There is no export for “{engine}”.",
            advice=f"There is one for {' and for '.join(known)}.",
        )
    document = workspace.catalogue.document(connector_id)
    raw, report = _written(known[engine], document)
    _store(out, raw)
    return ExportedFile(out, known[engine].title, connector_id, len(raw), report)


def _written(chosen: "Format", document: bytes) -> "tuple[bytes, Report]":
    from ferrule.descriptor.document import read_document

    if chosen.write is None:
        raise UsageError(f"{chosen.title} can be read, not written.")
    made = chosen.write(read_document(document))
    return made.raw, made.report


def _store(out: Path, raw: bytes) -> None:
    if out.is_dir():
        raise UsageError(f"{out} is a folder.", advice="Name a file in it.")
    if not out.parent.is_dir():
        raise StoreError(
            f"{out} cannot be written: {out.parent} is no folder.",
            advice="Make that folder first, or choose another.",
        )
    try:
        write_whole(out, raw, 0o644)
    except OSError as error:
        reason = error.strerror or errno.errorcode.get(error.errno or 0, "unknown")
        raise StoreError(f"{out} cannot be written: {reason}.") from None


def _noted(note: object) -> Json:
    return {
        "pointer": getattr(note, "place", ""),
        "reason": getattr(note, "reason", ""),
    }
