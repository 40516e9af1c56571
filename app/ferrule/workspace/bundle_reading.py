"""Reading the files of a bundle as plain text; nothing of it is verified or run.

Looking is safe: the same limits hold as for verifying. A file that is not as the
statement has it says so.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ferrule.bundle import inspect, steps
from ferrule.errors import UnreadableResponse
from ferrule.exchange import decode
from ferrule.workspace.authoring import pretty
from ferrule.workspace.shipping import read_bundle

_TEXTS: Final = (".json", ".md", ".sql", ".svg", ".txt")


@dataclass(frozen=True, slots=True)
class BundledFile:
    """A file of a bundle; `text` is empty for one that is not text.

    `as_stated` is whether it is what the statement of the bundle says.
    """

    name: str
    size: int
    as_stated: bool
    text: str


def bundled_files(path: Path) -> tuple[BundledFile, ...]:
    """Return the files of a bundle in their order.

    Raises:
        BundleRejected: when it cannot be read safely.
        StoreError: when there is no such file.
    """
    raw = read_bundle(path)
    stated = {one.name: one for one in inspect(raw).files}
    document, _ = steps.read_document(raw)
    archive, _ = steps.read_shape(document)
    found = []
    for name, part in archive.files:
        one = stated[name]
        text = _text(name, part.octets())
        found.append(BundledFile(name, one.size, one.as_stated, text))
    return tuple(found)


def _text(name: str, octets: bytes) -> str:
    if not name.lower().endswith(_TEXTS):
        return ""
    if name.endswith(".json"):
        try:
            return pretty(decode(octets))
        except UnreadableResponse:
            pass
    plain = octets.decode(errors="replace")
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in plain)
