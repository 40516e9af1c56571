"""Raising the versions that are due, in a folder of the project's own.

All files of it are written or none, and what was raised can be taken back as long as
nobody changed the files since. What is shipped or imported is never touched.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ferrule.descriptor.document import read_document
from ferrule.errors import StoreError, UsageError
from ferrule.exchange import Json
from ferrule.workspace.authoring import pretty
from ferrule.workspace.catalogue import read_whole
from ferrule.workspace.home import write_whole
from ferrule.workspace.workspace import Workspace

_MANIFEST = "bundle.json"


@dataclass(frozen=True, slots=True)
class Raised:
    """Versions that were raised: each file with its content before and after."""

    files: tuple[tuple[Path, bytes, bytes], ...]


def raise_versions(
    workspace: Workspace, folder: Path, due: Mapping[str, str], bundle: str = ""
) -> Raised:
    """Give connectors of a folder the versions in `due`, by id, and its bundle one too.

    `bundle.json` lists the connectors as they are then. Without `bundle` it keeps its
    own version.

    Raises:
        UsageError: for a folder that is not the project's own.
        StoreError: when a file cannot be read or written; nothing is changed then.
    """
    _check_own(workspace, folder)
    manifest = folder / _MANIFEST
    paths = {one: folder / "connectors" / f"{one}.json" for one in due}
    before = {path: read_whole(path) for path in (*paths.values(), manifest)}
    after = {p: _versioned(before[p], due[one]) for one, p in paths.items()}
    after[manifest] = _listed(before[manifest], due, bundle)
    raised = Raised(tuple((path, before[path], after[path]) for path in before))
    _write(raised)
    return raised


def take_back(raised: Raised) -> None:
    """Write every file as it was before.

    Raises:
        UsageError: when one was changed since; nothing is written then.
        StoreError: when one cannot be read or written.
    """
    for path, _, after in raised.files:
        if read_whole(path) != after:
            raise UsageError(
                f"{path.name} was changed since: its version stays as it is.",
                advice="Change it in the Builder.",
            )
    _write(Raised(tuple((path, after, old) for path, old, after in raised.files)))


def _check_own(workspace: Workspace, folder: Path) -> None:
    own = workspace.project.descriptors.resolve()
    if folder.resolve().parent != own:
        raise UsageError(
            f"{folder.name} is not a folder of the project's own.",
            advice="Copy its connectors into the project first.",
        )


def _versioned(raw: bytes, version: str) -> bytes:
    document = read_document(raw)
    document["version"] = version
    return pretty(document).encode()


def _listed(raw: bytes, due: Mapping[str, str], bundle: str) -> bytes:
    manifest = read_document(raw)
    entries = manifest.get("connectors")
    for entry in entries if isinstance(entries, list) else []:
        _raise_entry(entry, due)
    if bundle:
        manifest["version"] = bundle
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def _raise_entry(entry: Json, due: Mapping[str, str]) -> None:
    if isinstance(entry, dict) and str(entry.get("id")) in due:
        entry["version"] = due[str(entry["id"])]


def _write(raised: Raised) -> None:
    """Write all files; put back those that were written when one cannot be."""
    done: list[tuple[Path, bytes]] = []
    try:
        for path, before, after in raised.files:
            write_whole(path, after, 0o644)
            done.append((path, before))
    except StoreError:
        for path, before in done:
            write_whole(path, before, 0o644)
        raise
