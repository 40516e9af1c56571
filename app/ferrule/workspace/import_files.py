"""The files of an imported bundle on the disk, under names that are made here.

A bundle's own names decide nothing: descriptors are named by the ids that were
verified, everything else by a number or a name of ours. A folder appears whole, by a
rename; what nothing refers to is swept away later. Recorded exchanges and evidence stay
in the bundle's file, which is kept beside them.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from ferrule.bundle import Bundle
from ferrule.errors import StoreError
from ferrule.workspace.import_index import INDEX

BUNDLE: Final = "bundle.ferrule"
_README: Final = "docs/README.md"
_MIGRATION: Final = re.compile(r"migrations/[^/]+/([0-9]{3})_.*?(\.sqlite)?\.sql")
_GENERATED: Final = re.compile(r"[0-9]{3}_(?:views|indexes)(?:\.sqlite)?\.sql")
_SUFFIXES: Final = (".svg", ".png", ".md")


def kept_files(bundle: Bundle, raw: bytes) -> dict[str, bytes]:
    """Return what is kept of a verified bundle, by the names that it gets here.

    `raw` is the file itself.
    """
    files = bundle.files
    ids = sorted(one.id for one in bundle.statement.connectors)
    kept = {BUNDLE: raw, "bundle.json": files["bundle.json"]}
    kept |= {f"connectors/{one}.json": files[f"connectors/{one}.json"] for one in ids}
    if _README in files:
        kept[_README] = files[_README]
    for place in ("docs", "icons"):
        kept |= _numbered(files, place)
    for one in ids:
        kept |= dict(_migrations(files, one))
    return kept


def _numbered(files: Mapping[str, bytes], place: str) -> dict[str, bytes]:
    names = sorted(n for n in files if n.startswith(f"{place}/") and n != _README)
    return {
        f"{place}/{number:03}{_suffix(name)}": files[name]
        for number, name in enumerate(names, start=1)
    }


def _suffix(name: str) -> str:
    return next((one for one in _SUFFIXES if name.endswith(one)), ".txt")


def _migrations(
    files: Mapping[str, bytes], connector_id: str
) -> Iterator[tuple[str, bytes]]:
    """Yield a connector's migrations in order; those that we generate keep their name.

    Their number and whether they are for SQLite is all that is taken over.
    """
    folder = f"migrations/{connector_id}/"
    names = sorted(name for name in files if name.startswith(folder))
    for number, name in enumerate(names, start=1):
        plain = name.removeprefix(folder)
        found = _MIGRATION.fullmatch(name)
        if found and not _GENERATED.fullmatch(plain):
            plain = f"{found[1]}_{number:03}{found[2] or ''}.sql"
        yield f"{folder}{plain}", files[name]


def digests_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each file in hex."""
    return {name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()}


def write_files(place: Path, folder: str, files: Mapping[str, bytes]) -> None:
    """Write a bundle's folder whole; one that is there with these files stays.

    One that differs was changed after it was imported, and is replaced.

    Raises:
        StoreError: when it cannot be written; nothing of it is left then.
    """
    target = place / folder
    if _is_there(target, files):
        return
    fresh = place / f".{folder}.{os.getpid()}.new"
    try:
        for name, raw in files.items():
            _write(fresh / name, raw)
        if target.is_symlink() or target.exists():
            target.rename(place / f".{folder}.{os.getpid()}.old")
        fresh.rename(target)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise StoreError(
            f"{target} cannot be written: {error.strerror}.",
            advice="Check the disk's space and the folder's permissions.",
        ) from None


def sweep(place: Path, keep: Collection[str]) -> None:
    """Delete what a kill left behind, and the folders that nothing refers to."""
    for path in list(place.iterdir()) if place.is_dir() else ():
        if path.name == INDEX or path.name in keep:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def _is_there(target: Path, files: Mapping[str, bytes]) -> bool:
    if target.is_symlink() or not target.is_dir():
        return False
    found = {p.relative_to(target).as_posix() for p in target.rglob("*")}
    folders = {str(Path(name).parent.as_posix()) for name in files}
    parents = {str(p.as_posix()) for one in folders for p in Path(one).parents}
    if found - files.keys() - folders - parents:
        return False
    try:
        return all((target / name).read_bytes() == raw for name, raw in files.items())
    except OSError:
        return False


def _write(path: Path, raw: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    with os.fdopen(os.open(path, flags, 0o600), "wb") as out:
        out.write(raw)
        out.flush()
        os.fsync(out.fileno())
