"""A file whose text is a value: a key in PEM, the JSON of a service account.

It is read whole or refused, with what to do: 64 kB is many times the largest key, and
what is no text is another kind of file.
"""

import hashlib
import stat
from pathlib import Path
from typing import NamedTuple

from ferrule.errors import UsageError
from ferrule.fields.reading import LARGEST

_KIB = 1024


class FileText(NamedTuple):
    """The text of a file, and what may be shown of it: never the text itself.

    `fingerprint` is the SHA-256 of its bytes, as `sha256sum` prints it.
    """

    text: str
    name: str
    size: int
    fingerprint: str

    @property
    def size_words(self) -> str:
        """Return its size for a person."""
        if self.size < _KIB:
            return f"{self.size} bytes"
        return f"{self.size / _KIB:.1f} kB"


def read_file(path: Path, *, regular: bool = True) -> FileText:
    """Return the text of a file.

    With `regular` a pipe or a device is refused: reading one might never end.

    Raises:
        UsageError: for a folder, what is too large, no text, empty or not readable.
    """
    raw = _bytes(path, regular=regular)
    if len(raw) > LARGEST:
        raise UsageError(
            f"{path.name} is larger than 64 kB.",
            advice="No key file is; choose the one that holds the key.",
        )
    if not raw.strip():
        raise UsageError(f"{path.name} is empty.", advice="Choose another file.")
    return FileText(
        _decoded(raw, path.name), path.name, len(raw), hashlib.sha256(raw).hexdigest()
    )


def _bytes(path: Path, *, regular: bool) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UsageError(
                f"{path.name or path} is a folder.",
                advice="Choose the file with the key in it.",
            )
        if regular and not stat.S_ISREG(mode):
            raise UsageError(f"{path.name} is no file.", advice="Choose a file.")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is none"
        raise UsageError(f"{path.name} cannot be read: {why}.") from None


def _decoded(raw: bytes, name: str) -> str:
    """Return the text in bytes, without a byte order mark."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UsageError(
            f"{name} cannot be read as text.",
            advice="A key in PEM or JSON is text; PKCS #12 (.p12, .pfx) and DER are "
            "not: turn it into PEM first.",
        )
    return text
