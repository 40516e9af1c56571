"""What the window remembers between starts: an INI file, or memory before it is open.

Looks and layout live here (theme, zoom, splitters, columns), and whether this window
checks connections regularly; never a secret and never anything a descriptor or a
connection needs.
"""

from pathlib import Path
from typing import Final

from PySide6 import QtCore

VERSION: Final = "1"


class Preferences:
    """Values by key, kept in an INI file once `open` has named one."""

    def __init__(self) -> None:
        self._memory: dict[str, object] = {}
        self._file: QtCore.QSettings | None = None

    def open(self, path: Path) -> None:
        """Keep values in `path` from now on; a file of another version is ignored."""
        form = QtCore.QSettings.Format.IniFormat
        settings = QtCore.QSettings(str(path), form)
        if str(settings.value("version", VERSION)) != VERSION:
            settings.clear()
        settings.setValue("version", VERSION)
        self._file = settings

    def close(self) -> None:
        """Write what is pending and go back to memory."""
        if self._file is not None:
            self._file.sync()
        self._file = None
        self._memory.clear()

    def text(self, key: str, default: str = "") -> str:
        """Return a value as text."""
        value = self._value(key)
        return value if isinstance(value, str) else default

    def number(self, key: str, default: float) -> float:
        """Return a value as a number; text that is none counts as the default."""
        try:
            return float(self.text(key, str(default)))
        except ValueError:
            return default

    def state(self, key: str) -> QtCore.QByteArray | None:
        """Return what `saveState` or `saveGeometry` gave, or None."""
        value = self._value(key)
        return value if isinstance(value, QtCore.QByteArray) else None

    def put(self, key: str, value: str | float | QtCore.QByteArray) -> None:
        """Remember a value."""
        kept = value if isinstance(value, QtCore.QByteArray) else str(value)
        if self._file is None:
            self._memory[key] = kept
        else:
            self._file.setValue(key, kept)

    def _value(self, key: str) -> object:
        if self._file is None:
            return self._memory.get(key)
        return self._file.value(key)


preferences = Preferences()
