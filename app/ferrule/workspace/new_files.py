"""New files and folders: whole or not at all, and never over what is there unasked."""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ferrule.errors import StoreError
from ferrule.workspace.home import write_whole


def write_new(path: Path, content: bytes, *, force: bool) -> None:
    """Write one file; one that is there is replaced only with `force`.

    Raises:
        StoreError: when it is there already, or cannot be written.
    """
    if path.exists() and not force:
        raise _there(path)
    write_whole(path, content, 0o644)


def write_folder(
    folder: Path, files: Mapping[str, bytes], *, force: bool, mark: str = ""
) -> None:
    """Write a folder of files that is there whole, or not at all.

    With `force` one that is there is replaced: where it holds the file `mark`, or none
    but the files that are written.

    Raises:
        StoreError: when it is there, holds something else, or cannot be written.
    """
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        _check_replaceable(folder, files, force=force, mark=mark)
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    try:
        for name, content in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _swap(folder, fresh)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}.") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(folder: Path, fresh: Path) -> None:
    """Put `fresh` where `folder` is; what was there is removed last."""
    if not folder.exists():
        fresh.rename(folder)
        return
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        with suppress(OSError):
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _check_replaceable(
    folder: Path, files: Mapping[str, bytes], *, force: bool, mark: str
) -> None:
    if not force:
        raise _there(folder)
    if not folder.is_dir():
        raise StoreError(f"{folder} is no folder, and is not replaced.")
    if mark and (folder / mark).is_file():
        return
    held = (one for one in folder.rglob("*") if not one.is_dir())
    other = [name for one in held if (name := _inside(one, folder)) not in files]
    if other:
        raise StoreError(
            f"{folder} holds {other[0]} as well, and is not replaced.",
            advice="Name a new folder.",
        )


def _inside(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _there(path: Path) -> StoreError:
    return StoreError(
        f"{path} is there already.",
        advice="Name another place, or replace that with --force.",
    )
