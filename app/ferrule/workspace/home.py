"""The data directory: where the database, the sealed file and the projects are.

It is made on first use, for its owner only (0700), and so are the files in it (0600):
both are looked at when it is opened. `FERRULE_HOME` names another one. What of it is
Ferrule's is told by name, for somebody may name a folder that holds other things.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from ferrule.errors import StoreError

_FILES: Final = (
    "ferrule.db",
    ".ferrule.db",
    "vault.ferrule",
    "window.ini",
    "icons.json",
    "pyside.bytecode",
    "projects.json",
)
_FOLDERS: Final = frozenset(
    {
        *("drafts", "history", "imports", "ledger", "projects", "shipped", "sign-ins"),
        *("trust", "verified"),
    }
)
_OTHERS: Final = 0o077


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
    def vault(self) -> Path:
        """Return where secrets are sealed."""
        return self.path / "vault.ferrule"

    @property
    def projects(self) -> Path:
        """Return where projects are that were made without a place."""
        return self.path / "projects"

    @property
    def imports(self) -> Path:
        """Return where connectors of signed bundles are, a folder a project."""
        return self.path / "imports"

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
            if os.name == "posix":
                _close(self.path, 0o700)
                for path in self.owned():
                    _close(path, 0o700 if path.is_dir() else 0o600)
        except OSError as error:
            raise StoreError(
                f"The data directory {self.path} cannot be used: {error.strerror}.",
                advice="Name another one in FERRULE_HOME.",
            ) from None
        return self

    def owned(self) -> list[Path]:
        """Return the files and folders right in it that are Ferrule's, sorted."""
        try:
            entries = list(os.scandir(self.path))
        except FileNotFoundError:
            return []
        return sorted(Path(one.path) for one in entries if _is_ours(one))


def _close(path: Path, mode: int) -> None:
    """Let nobody else read it, if others may; it may be gone by now."""
    with suppress(FileNotFoundError):
        if path.stat().st_mode & _OTHERS:
            path.chmod(mode)


def _is_ours(entry: "os.DirEntry[str]") -> bool:
    if entry.is_dir(follow_symlinks=False):
        return entry.name in _FOLDERS
    return entry.name.startswith(_FILES) and not entry.is_symlink()


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
