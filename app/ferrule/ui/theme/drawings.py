"""Small pictures that were drawn once, kept in a file for the next start."""

import json
import os
from base64 import b64decode, b64encode
from contextlib import suppress
from pathlib import Path
from typing import Final

from PySide6 import QtGui

MOST: Final = 500
_FORMAT: Final = QtGui.QImage.Format.Format_ARGB32_Premultiplied


class Drawings:
    """Pictures by name, as width and pixels, of one edition of their sources.

    A file that is damaged or of another edition is as good as none.
    """

    def __init__(self) -> None:
        self._file: Path | None = None
        self._edition = ""
        self._kept: dict[str, str] = {}
        self._new: dict[str, QtGui.QPixmap] = {}

    def open(self, file: Path | None, edition: str) -> None:
        """Read what was kept in `file`, and keep there from now on; None: nowhere."""
        self._file, self._edition = file, edition
        self._kept, self._new = {}, {}
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            told = json.loads(file.read_bytes()) if file else {}
            if told["edition"] == edition:
                self._kept = dict(told["pictures"])

    def find(self, name: str) -> QtGui.QPixmap | None:
        """Return a kept picture, or None."""
        with suppress(ValueError, TypeError):
            width, _, raw = self._kept.get(name, "").partition(" ")
            return _picture(b64decode(raw), int(width))
        return None

    def note(self, name: str, pixmap: QtGui.QPixmap) -> None:
        """Keep a picture, where there is a file and room."""
        room = len(self._kept) + len(self._new) < MOST
        if self._file is not None and room and name not in self._kept:
            self._new[name] = pixmap

    def close(self) -> None:
        """Write down what is new; a disk that refuses costs the next start 5 ms."""
        if self._file is None or not self._new:
            return
        pictures = self._kept | {n: _text(p) for n, p in self._new.items()}
        told = {"edition": self._edition, "pictures": pictures}
        self._new = {}
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            fresh.write_text(json.dumps(told), "utf-8")
            fresh.replace(self._file)


def _picture(raw: bytes, width: int) -> QtGui.QPixmap | None:
    height, rest = divmod(len(raw), 4 * width) if width > 0 else (0, 1)
    if rest or not height:
        return None
    return QtGui.QPixmap.fromImage(QtGui.QImage(raw, width, height, _FORMAT))


def _text(pixmap: QtGui.QPixmap) -> str:
    image = pixmap.toImage().convertToFormat(_FORMAT)
    return f"{image.width()} {b64encode(bytes(image.constBits())).decode()}"
