"""Keychains that behave as real ones do, good and bad."""

import os
import threading
from pathlib import Path
from urllib.parse import quote


class DictKeychain:
    """A working keychain."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.reads = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.reads += 1
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class FolderKeychain:
    """A working keychain that several processes share: a file for each name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def get_password(self, service: str, username: str) -> str | None:
        try:
            return self._file(username).read_text("utf-8")
        except FileNotFoundError:
            return None

    def set_password(self, service: str, username: str, password: str) -> None:
        made = self._folder / f"made by {os.getpid()}"
        made.write_text(password, "utf-8")
        made.replace(self._file(username))

    def delete_password(self, service: str, username: str) -> None:
        self._file(username).unlink()

    def _file(self, name: str) -> Path:
        return self._folder / quote(name, safe=" ")


class NullKeychain(DictKeychain):
    """Takes everything, keeps nothing: keyring's null backend."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class LockedKeychain(DictKeychain):
    """Looks healthy until something is to be kept."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError("Failed to create the collection: Prompt dismissed")


class StickyKeychain(DictKeychain):
    """Does not delete."""

    def delete_password(self, service: str, username: str) -> None:
        pass


class FrozenKeychain(DictKeychain):
    """Never answers, until the test is over."""

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()

    def set_password(self, service: str, username: str, password: str) -> None:
        self.released.wait(60)

    def get_password(self, service: str, username: str) -> str | None:
        self.released.wait(60)
        return None
