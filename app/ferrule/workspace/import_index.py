"""What is installed from signed bundles: the index beside the files, and its reading.

`index.json` is the one truth of what is installed and what is enabled; it is replaced
whole, so that a reader sees the old or the new. The database keeps what must never be
forgotten, what was accepted, and decides nothing here. So the catalogue paints without
opening it. A file is compared with the digest that the index recorded when it was taken
out of a verified bundle, and is refused when it differs.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from ferrule.errors import StoreError
from ferrule.workspace.home import Home, write_whole

INDEX: Final = "index.json"
FORMAT: Final = 1
_HEX: Final = re.compile(r"[0-9a-f]{64}\Z")
_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_LONGEST: Final = 200


class KeptBundle(NamedTuple):
    """A bundle that was taken in; `folder` is the SHA-256 of its payload in hex.

    `files` are the SHA-256 of its files by the names that they were given here.
    """

    folder: str
    bundle_id: str
    title: str
    provider: str
    version: str
    signers: tuple[str, ...]
    taken_at: str
    files: Mapping[str, str]


class KeptConnector(NamedTuple):
    """A connector that is installed; `digest` identifies its content in the bundle."""

    id: str
    version: str
    digest: str
    folder: str
    enabled: bool

    @property
    def file(self) -> str:
        """Return the name of its document in the folder of its bundle."""
        return f"connectors/{self.id}.json"


class ImportIndex(NamedTuple):
    """The bundles and connectors that are installed in one project."""

    place: Path
    bundles: tuple[KeptBundle, ...] = ()
    connectors: tuple[KeptConnector, ...] = ()

    def connector(self, connector_id: str) -> KeptConnector | None:
        """Return what is installed under an id; None where nothing is."""
        return next((one for one in self.connectors if one.id == connector_id), None)

    def bundle(self, folder: str) -> KeptBundle:
        """Return the bundle of a folder, which an entry of the index names."""
        return next(one for one in self.bundles if one.folder == folder)

    def read(self, folder: str, name: str) -> bytes:
        """Return a file as it was taken in.

        Raises:
            StoreError: when it is gone, or was changed on the disk.
        """
        path = self.place / folder / name
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise _changed(path, f"cannot be read: {error.strerror}") from None
        found = hashlib.sha256(raw).hexdigest()
        if not hmac.compare_digest(found, self.bundle(folder).files.get(name, "")):
            raise _changed(path, "was changed after it was imported") from None
        return raw

    def check(self, folder: str) -> Path:
        """Return the path of a bundle's folder, after every file of it was compared.

        Raises:
            StoreError: when one is gone or changed, or there is one more.
        """
        place = self.place / folder
        known = self.bundle(folder).files
        for name in known:
            self.read(folder, name)
        for path in place.rglob("*"):
            name = path.relative_to(place).as_posix()
            if name not in known and (path.is_symlink() or not path.is_dir()):
                raise _changed(path, "is no part of the imported bundle")
        return place

    def written(self) -> None:
        """Replace the index by this one; from then on it is what is installed.

        Raises:
            StoreError: when it cannot be written; the one before is kept.
        """
        whole = {
            "format": FORMAT,
            "bundles": [one._asdict() for one in self.bundles],
            "connectors": [one._asdict() for one in self.connectors],
        }
        text = json.dumps(whole, indent=1, ensure_ascii=False)
        write_whole(self.place / INDEX, text.encode())


def imports_folder(home: Home, project_key: str) -> Path:
    """Return where a project's imported connectors are."""
    return home.imports / project_key


def read_index(place: Path) -> ImportIndex:
    """Return what is installed; nothing where there is no index.

    Raises:
        StoreError: when the index is damaged.
    """
    path = place / INDEX
    try:
        return _read(place, json.loads(path.read_bytes()))
    except (FileNotFoundError, NotADirectoryError):
        return ImportIndex(place)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise StoreError(
            f"{path} cannot be read: {str(error) or type(error).__name__}.",
            advice="Move it aside and import the bundles again.",
        ) from None


def _read(place: Path, found: Any) -> ImportIndex:  # noqa: ANN401  JSON
    if found["format"] != FORMAT:
        message = f"its format is {found['format']!r}, not {FORMAT}"
        raise ValueError(message)
    bundles = tuple(_bundles(found["bundles"]))
    folders = {one.folder for one in bundles}
    connectors = tuple(
        KeptConnector(
            _text(one["id"]),
            _text(one["version"]),
            _text(one["digest"]),
            _text(one["folder"]),
            enabled=one["enabled"] is True,
        )
        for one in found["connectors"]
    )
    for one in connectors:
        _matching(_FILE, one.file)
        if one.folder not in folders:
            message = f"the bundle of {one.id} is missing"
            raise ValueError(message)
    return ImportIndex(place, bundles, connectors)


def _bundles(found: Any) -> Iterator[KeptBundle]:  # noqa: ANN401  JSON
    for one in found:
        yield KeptBundle(
            _matching(_HEX, one["folder"]),
            _text(one["bundle_id"]),
            _text(one["title"]),
            _text(one["provider"]),
            _text(one["version"]),
            tuple(map(_text, one["signers"])),
            _text(one["taken_at"]),
            {_matching(_FILE, n): _text(sha) for n, sha in one["files"].items()},
        )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is missing")
    return value


def _matching(pattern: re.Pattern[str], value: object) -> str:
    text = _text(value)
    if not pattern.fullmatch(text) or len(text) > _LONGEST:
        message = f"{text[:80]!r} is no name"
        raise ValueError(message)
    return text


def _changed(path: Path, what: str) -> StoreError:
    return StoreError(
        f"{path} {what}.",
        advice="It is not used. Import the bundle again: ferrule import FILE",
    )
