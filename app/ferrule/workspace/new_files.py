"""New files and folders: whole or not at all, and never over what is there unasked."""

import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from ferrule.errors import StoreError
from ferrule.workspace.home import write_whole

_BEFORE: Final = ".before"  # what is replaced stands there until all is put


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


def write_together(
    folder: Path,
    parts: Mapping[str, bytes | Mapping[str, bytes]],
    *,
    replace: Collection[Path] = (),
    mark: str = "",
) -> None:
    """Write files (bytes) and folders of files into a folder: all of them, or none.

    What is there already must be among `replace`; of a folder there, only one that
    holds the file `mark`, or none but the files that are written, is replaced.

    Raises:
        StoreError: when something is there, holds something else, or cannot be written.
    """
    for name, part in parts.items():
        _check_place(folder / name, part, replace, mark)
    fresh = folder / f".ferrule.{os.getpid()}.new"
    try:
        for name, part in parts.items():
            _write_part(fresh / name, part)
        _put_all(folder, fresh, tuple(parts))
    except OSError as error:
        raise StoreError(
            f"Nothing can be written into {folder}: {error.strerror}.",
            advice="Choose another folder.",
        ) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _check_place(
    path: Path,
    part: bytes | Mapping[str, bytes],
    replace: Collection[Path],
    mark: str,
) -> None:
    if not path.exists():
        return
    if path not in replace:
        raise StoreError(f"{path} is there already.", advice="Choose another folder.")
    if not isinstance(part, bytes):
        _check_replaceable(path, part, force=True, mark=mark)
    elif path.is_dir():
        raise StoreError(f"{path} is a folder, and is not replaced.")


def _write_part(path: Path, part: bytes | Mapping[str, bytes]) -> None:
    for name, content in (
        {"": part}.items() if isinstance(part, bytes) else part.items()
    ):
        place = path / name if name else path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def _put_all(folder: Path, fresh: Path, names: Sequence[str]) -> None:
    """Put what was written where it belongs; where one fails, put all back."""
    before = fresh / _BEFORE
    before.mkdir()
    done: list[str] = []
    try:
        for name in names:
            done.append(name)
            _put(folder / name, fresh / name, before / name)
    except OSError:
        for name in reversed(done):
            _put_back(folder / name, fresh / name, before / name)
        raise


def _put(path: Path, fresh: Path, before: Path) -> None:
    """Put one in place of what is there; a file is there at every moment."""
    if fresh.is_dir():
        if path.exists():
            path.rename(before)
        fresh.rename(path)
        return
    if path.exists():
        shutil.copy2(path, before)
    fresh.replace(path)


def _put_back(path: Path, fresh: Path, before: Path) -> None:
    with suppress(OSError):
        if not fresh.exists():  # it was put
            path.rename(fresh)
        if before.exists() and not path.exists():
            before.rename(path)


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
