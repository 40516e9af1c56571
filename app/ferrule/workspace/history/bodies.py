"""Bodies of kept exchanges: one file each, named by its content, opened when asked for.

A file is written whole before anything points at it; what nothing points at is swept
once it is an hour old, because another process may be about to.
"""

import hashlib
import os
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from ferrule.errors import NotFound, StoreError
from ferrule.workspace.home import write_whole

_YOUNG_S: Final = 3600
_NAME_LENGTH: Final = 64


class Bodies:
    """A folder of bodies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def name_of(body: bytes) -> str:
        """Return the name of a body: its SHA-256 in hex."""
        return hashlib.sha256(body).hexdigest()

    def write(self, body: bytes) -> str:
        """Keep a body and return its name.

        Raises:
            StoreError: when it cannot be written.
        """
        name = self.name_of(body)
        path = self._path(name)
        if not path.exists():
            made_private(self._folder)
            made_private(path.parent)
            write_whole(path, body)
        return name

    def has(self, name: str) -> bool:
        """Tell whether a body is there."""
        return self._path(name).exists()

    def read(self, name: str) -> bytes:
        """Return a body.

        Raises:
            NotFound: when its file is gone.
            StoreError: when it cannot be read, or is not what was written.
        """
        path = self._path(name)
        try:
            body = path.read_bytes()
        except FileNotFoundError:
            raise NotFound(
                "The body of this exchange is gone.",
                advice="It was deleted or evicted; send the request again.",
            ) from None
        except OSError as error:
            raise StoreError(f"{path} cannot be read: {error.strerror}.") from None
        if self.name_of(body) != name:
            raise StoreError(
                "The body of this exchange was damaged on the disk.",
                advice="Delete it from the history and send the request again.",
            )
        return body

    def drop(self, names: Collection[str]) -> None:
        """Delete bodies; what is gone already is no error."""
        for name in names:
            with suppress(OSError):
                self._path(name).unlink()

    def sweep(self, known: Collection[str], *, young_s: float = _YOUNG_S) -> int:
        """Delete what nothing points at; return how many files that were."""
        border = time.time() - young_s
        swept = 0
        for path in self._files():
            with suppress(OSError):
                if path.name not in known and path.stat().st_mtime <= border:
                    path.unlink()
                    swept += 1
        return swept

    def _files(self) -> Iterator[Path]:
        with suppress(OSError):
            for folder in self._folder.iterdir():
                if folder.is_dir() and not folder.is_symlink():
                    yield from folder.iterdir()

    def _path(self, name: str) -> Path:
        if len(name) != _NAME_LENGTH or not name.isalnum():
            raise NotFound("The history names a body that cannot be.")
        return self._folder / name[:2] / name


def made_private(folder: Path) -> None:
    """Make a folder for its owner only.

    Raises:
        StoreError: when it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise StoreError(f"{folder} cannot be used: {error.strerror}.") from None
