"""The sealed file on its disk: read whole, replaced whole, or refused with a reason.

Writing is: a temporary file for its owner only, fsync, the old one kept as .bak, a
rename, fsync of the folder. The caller holds the lock.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

import msgspec

from ferrule.credentials.first_format import FirstContents
from ferrule.credentials.sealed_file import ASIDE, Contents
from ferrule.credentials.sealing import FIRST_FORMAT, FORMAT
from ferrule.errors import StoreError

_LARGEST: Final = 64 * 1024 * 1024


class _Head(msgspec.Struct):
    format: str = ""


def read(path: Path) -> Contents | FirstContents | None:
    """Return what the file holds, unverified; None when there is no file.

    Raises:
        StoreError: when it is unreadable, empty, damaged or of a newer format.
    """
    raw = _bytes(path)
    if raw is None:
        return None
    if not raw.strip():
        raise StoreError(f"{path} is empty: its writing was cut short.", advice=ASIDE)
    try:
        format_ = msgspec.json.decode(raw, type=_Head).format
        if format_ == FORMAT:
            return msgspec.json.decode(raw, type=Contents)
        if format_ == FIRST_FORMAT:
            return msgspec.json.decode(raw, type=FirstContents)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        format_ = ""
    if not format_.startswith("ferrule-vault/"):
        raise StoreError(f"{path} is damaged.", advice=ASIDE)
    raise StoreError(
        f"{path} has the format {format_[:40]!r}; this Ferrule knows {FORMAT}.",
        advice="Use a newer Ferrule, or another data directory (FERRULE_HOME).",
    )


def write(path: Path, contents: Contents, *, keep_old: bool = True) -> None:
    """Replace the file as a whole.

    Without `keep_old` no .bak stays, so that what was deleted is gone.

    Raises:
        StoreError: when the disk refuses; the old file stands then.
    """
    raw = msgspec.json.format(msgspec.json.encode(contents))
    replace_whole(path, raw, "keep" if keep_old else "drop")


def replace_whole(
    path: Path, raw: bytes, old: Literal["keep", "drop", "leave"]
) -> None:
    """Replace the file by these bytes; say what becomes of the .bak copy.

    Raises:
        StoreError: when the disk refuses; the old file stands then.
    """
    made = path.with_name(f"{path.name}.tmp")
    try:
        _write_durably(made, raw)
        if old == "keep":
            _keep_old(path)
        made.replace(path)
        if old == "drop":
            old_of(path).unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            made.unlink(missing_ok=True)
        raise StoreError(
            f"{path} cannot be written: {error.strerror}.",
            advice="The secrets kept so far are untouched. Check the room on the disk "
            "and who may write in the folder.",
        ) from error


def destroy(path: Path) -> None:
    """Delete the file, the copy before it and what a killed writer left.

    Raises:
        StoreError: when one cannot be deleted.
    """
    for name in ("", ".bak", ".tmp", ".bak.tmp"):
        try:
            path.with_name(f"{path.name}{name}").unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"{path}{name} cannot be deleted: {error.strerror}.",
                advice="Check who may write in the folder.",
            ) from error


def is_of_today(path: Path) -> bool:
    """Tell whether the file is in the format that this Ferrule writes."""
    return isinstance(read(path), Contents)


def old_of(path: Path) -> Path:
    """Return where the file before the last writing is kept."""
    return path.with_name(f"{path.name}.bak")


def _bytes(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(
            f"{path} cannot be read: {error.strerror}.",
            advice="Check who may read it, and the disk.",
        ) from error
    if len(raw) > _LARGEST:
        raise StoreError(f"{path} is larger than 64 MiB: no vault is.", advice=ASIDE)
    return raw


def _write_durably(path: Path, raw: bytes) -> None:
    path.unlink(missing_ok=True)  # what a killed writer left
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _keep_old(path: Path) -> None:
    if path.exists():
        spare = path.with_name(f"{path.name}.bak.tmp")
        _write_durably(spare, path.read_bytes())
        spare.replace(old_of(path))


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
