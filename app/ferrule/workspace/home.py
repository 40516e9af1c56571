"""The data directory: where the database, the sealed file and the projects are.

It is made on first use, for its owner only (0700); `FERRULE_HOME` names another one.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ferrule.errors import StoreError


class Home(NamedTuple):
    """The data directory of one person."""

    path: Path

    @staticmethod
    def default() -> "Home":
        """Return the directory that `FERRULE_HOME` or the system names."""
        named = os.environ.get("FERRULE_HOME")
        if named:
            return Home(Path(named).expanduser())
        import platformdirs  # 15 ms that a named directory need not pay

        return Home(Path(platformdirs.user_data_dir("ferrule", appauthor=False)))

    @property
    def database(self) -> Path:
        """Return where connections, runs and signals are."""
        return self.path / "ferrule.db"

    @property
    def projects(self) -> Path:
        """Return where projects are that were made without a place."""
        return self.path / "projects"

    @property
    def drafts(self) -> Path:
        """Return where unsaved descriptors are kept."""
        return self.path / "drafts"

    def made(self) -> "Home":
        """Create the directory for its owner only, and return it.

        Raises:
            StoreError: when it cannot be made.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.name == "posix" and self.path.stat().st_mode & 0o077:
                self.path.chmod(0o700)
        except OSError as error:
            raise StoreError(
                f"The data directory {self.path} cannot be used: {error.strerror}.",
                advice="Name another one in FERRULE_HOME.",
            ) from None
        return self


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file so that a reader sees the old or the new content, never a part.

    Raises:
        StoreError: when it cannot be written; the old content is kept.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC
        with os.fdopen(os.open(fresh, flags, mode), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise StoreError(
            f"{path} cannot be written: {error.strerror}.",
            advice="Check the disk's space and the folder's permissions.",
        ) from None
