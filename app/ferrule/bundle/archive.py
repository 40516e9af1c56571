"""The bundle file itself: one JSON object with an envelope and files beside it.

One JSON file and no ZIP: nothing in it has a path on a disk, an entry cannot stand
twice, nothing can trail behind, nothing is compressed, and every language reads it the
same way. Nothing outside the envelope is signed; files are bound to it by digest.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ferrule.bundle.dsse import Sealed, read_envelope
from ferrule.bundle.jcs import canonical_json
from ferrule.bundle.names import MAX_FILES
from ferrule.bundle.statement import newer
from ferrule.bundle.strict import Part, shown
from ferrule.errors import MalformedBundle
from ferrule.exchange import Json

MEDIA_TYPE_FAMILY: Final = "application/vnd.ferrule.bundle."
MEDIA_TYPE: Final = MEDIA_TYPE_FAMILY + "v1+json"
MAX_BUNDLE: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Archive:
    """A bundle file of the right shape; `files` are (name, base64), as they stand."""

    envelope: Sealed
    files: tuple[tuple[str, Part], ...]


def write_archive(envelope: dict[str, Json], files: Mapping[str, bytes]) -> bytes:
    """Return the bundle file as canonical JSON, its files by name.

    Raises:
        MalformedBundle: when it is larger than any reader takes.
    """
    entries: list[Json] = [
        {"content": base64.b64encode(files[name]).decode(), "name": name}
        for name in sorted(files)
    ]
    raw = canonical_json(
        {"mediaType": MEDIA_TYPE, "dsseEnvelope": envelope, "files": entries},
        what="The bundle",
    )
    if len(raw) > MAX_BUNDLE:
        raise MalformedBundle(
            f"The bundle would have {len(raw)} bytes; the limit is {MAX_BUNDLE}.",
            advice="Leave out fixtures or pictures, or choose fewer connectors.",
        )
    return raw


def read_archive(value: Json, *, step: int = 2) -> Archive:
    """Return the archive in a strictly read document.

    `verificationMaterial` may be there for other tools; it is not looked at, and
    above all no key is ever taken from it.

    Raises:
        NewerSchema: when the media type is a later version's.
        MalformedBundle: when a member is missing, unknown or of another type.
    """
    whole = Part(value, "The bundle", step)
    kind = whole.open_members(("mediaType",))["mediaType"]
    _check_kind(kind)
    members = whole.members(
        ("mediaType", "dsseEnvelope", "files"), ("verificationMaterial",)
    )
    if "verificationMaterial" in members:
        members["verificationMaterial"].open_members(())
    entries = members["files"].elements()
    if len(entries) > MAX_FILES:
        members["files"].refuse(f"has {len(entries)} files; the limit is {MAX_FILES}")
    files = tuple(map(_read_file, entries))
    return Archive(read_envelope(members["dsseEnvelope"]), files)


def _check_kind(part: Part) -> None:
    found = part.text()
    if found == MEDIA_TYPE:
        return
    if found.startswith(MEDIA_TYPE_FAMILY):
        raise newer(f"The bundle is of a later kind: {shown(found)}.", part.step)
    part.refuse(f"is {shown(found)}, not a bundle's", "Choose a .ferrule file.")


def _read_file(part: Part) -> tuple[str, Part]:
    members = part.members(("name", "content"))
    members["content"].text()
    return members["name"].text(), members["content"]
