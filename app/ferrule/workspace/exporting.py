"""A connector written for another engine: first what would be lost, then the files.

`prepare_export` writes nothing: its report is read before anything is saved. What is
saved then is there whole, or not at all.
"""

import errno
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ferrule.clock import Clock
from ferrule.errors import StoreError, UsageError
from ferrule.exchange import Json
from ferrule.workspace.home import write_whole
from ferrule.workspace.new_files import write_folder, write_together
from ferrule.workspace.operations.recording import operation
from ferrule.workspace.workspace import Workspace

if TYPE_CHECKING:  # formats are imported when one is asked for
    from ferrule.interchange import Format, Report

KINDS = ("kept", "changed", "dropped")
EDGE: Final = "edge"
EDGE_MARK: Final = "connector.ts"
"""What every edge function holds: by it an earlier export is known."""


@dataclass(frozen=True, slots=True)
class PreparedExport:
    """What an export would write, and what became of each part of the connector.

    `files` are by name: one file, or those of a folder (`is_folder`). `engine` is its
    title, `kind` what it is asked for by; `name` what the file or folder is called
    where nobody says.
    """

    kind: str
    engine: str
    connector: str
    name: str
    files: Mapping[str, bytes]
    report: "Report"

    @property
    def is_folder(self) -> bool:
        """Return whether it is written as a folder of its own."""
        return self.kind == EDGE

    @property
    def size(self) -> int:
        """Return how many bytes its files are together."""
        return sum(map(len, self.files.values()))


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file or folder that was written: for which engine, how large, the report."""

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
    """Return the formats of one file that a connector can be written in, by name."""
    from ferrule.interchange import EXPORTS

    return {known.name: known for known in EXPORTS}


def prepare_export(
    workspace: Workspace,
    connector_id: str,
    engine: str,
    *,
    document: bytes | None = None,
    bundle: Path | None = None,
    trust: Path | None = None,
    clock: Clock | None = None,
) -> PreparedExport:
    """Return what a connector is for an engine; write nothing.

    It is the catalogue's, unless its `document` is given. An edge function may carry a
    signed `bundle`: it then maps with what that holds.

    Raises:
        UsageError: when there is no such engine, or it carries no bundle.
        NotFound: when there is no such connector.
        BundleRejected: when the bundle does not pass the trust list.
        DescriptorInvalid: when the connector's document is not valid.
        InterchangeError: when the engine could read none of its streams.
    """
    if engine == EDGE:
        from ferrule.workspace.edge_export import carried, edge_function

        signed = carried(workspace, connector_id, bundle, trust, clock)
        raw = signed.document if signed else _read(workspace, connector_id, document)
        files, report = edge_function(raw, signed)
        told = "an edge function"
        return PreparedExport(EDGE, told, connector_id, connector_id, files, report)
    known = engines()
    if engine not in known:
        raise UsageError(
            f"There is no export for “{engine}”.",
            advice=f"There is one for {' and for '.join((*known, EDGE))}.",
        )
    if bundle is not None or trust is not None:
        raise UsageError("Only an edge function carries a bundle and a trust list.")
    raw = _read(workspace, connector_id, document)
    return _of_format(known[engine], connector_id, raw)


def write_export(
    workspace: Workspace, made: PreparedExport, out: Path, *, force: bool = False
) -> ExportedFile:
    """Write an export to `out`, whole or not at all.

    A file is replaced; a folder that is an earlier export only with `force`.

    Raises:
        UsageError: when `out` is a folder and the export is a file.
        StoreError: when it cannot be written, or must not be replaced.
    """
    with _noted_export(workspace, [made], out):
        if made.is_folder:
            write_folder(out, made.files, force=force, mark=EDGE_MARK)
        else:
            _store(out, *made.files.values())
    return _exported(made, out)


def standing(made: Sequence[PreparedExport], folder: Path) -> list[Path]:
    """Return what exports into a folder would replace."""
    return [path for one in made if (path := folder / one.name).exists()]


def write_exports(
    workspace: Workspace,
    made: Sequence[PreparedExport],
    folder: Path,
    *,
    replace: Collection[Path] = (),
) -> list[ExportedFile]:
    """Write exports into a folder by their names, all of them or none.

    What is there already stays, unless it is among `replace`.

    Raises:
        StoreError: when something cannot be written, or must not be replaced.
    """
    parts = {one.name: one.files if one.is_folder else _only(one) for one in made}
    with _noted_export(workspace, made, folder):
        write_together(folder, parts, replace=replace, mark=EDGE_MARK)
    return [_exported(one, folder / one.name) for one in made]


def _noted_export(
    workspace: Workspace, made: Sequence[PreparedExport], out: Path
) -> AbstractContextManager[object]:
    """Leave a line in the log that tells what was written, for what and where."""
    named = ", ".join(one.connector for one in made)
    engine = made[0].engine if made else ""
    told = f"{named} for {engine} was written: {out}."
    connector = named if len(made) == 1 else ""
    return operation(workspace, "export", told, connector=connector, entity=str(out))


def _read(workspace: Workspace, connector_id: str, document: bytes | None) -> bytes:
    return workspace.catalogue.document(connector_id) if document is None else document


def _of_format(chosen: "Format", connector_id: str, raw: bytes) -> PreparedExport:
    from ferrule.descriptor.document import read_document

    if chosen.write is None:
        raise UsageError(f"{chosen.title} can be read, not written.")
    made = chosen.write(read_document(raw))
    plain = re.sub(r"\W", "_", connector_id) if made.ending == ".py" else connector_id
    name = plain + made.ending
    files = {name: made.raw}
    return PreparedExport(
        chosen.name, chosen.title, connector_id, name, files, made.report
    )


def _exported(made: PreparedExport, path: Path) -> ExportedFile:
    return ExportedFile(path, made.engine, made.connector, made.size, made.report)


def _only(made: PreparedExport) -> bytes:
    (raw,) = made.files.values()
    return raw


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
