"""Provider folders: what could go into a bundle, read from the disk and checked.

A folder is read whole and small: only the places a bundle has, no links, nothing
hidden. The checks are those a person sees before signing, section by section.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ferrule import shipped
from ferrule.bundle import MAX_BUNDLE, Draft, Permissions, build
from ferrule.descriptor.bundle_manifest import read_manifest
from ferrule.descriptor.document import read_descriptor, read_document
from ferrule.descriptor.model import Connector
from ferrule.descriptor.problems import lint
from ferrule.errors import FerruleError, Problem, StoreError, UnreadableResponse
from ferrule.exchange import Json, decode
from ferrule.workspace.catalogue import Place, read_card
from ferrule.workspace.fixtures.look import look_over
from ferrule.workspace.fixtures.playing import replay as replay_any
from ferrule.workspace.shipping_facts import Finding, ProviderFolder
from ferrule.workspace.signing_keys import read_at_most
from ferrule.workspace.workspace import Workspace

# Replays a fixture through a connector and returns what did not come out as told.
Replay = Callable[[Connector, Mapping[str, Any]], list[str]]

_FILES: Final = ("bundle.json", "evidence.json")
_PLACES: Final = ("connectors", "icons", "docs", "migrations", "fixtures")
_MOST_FILES: Final = 2000
_LEAK_RULE: Final = "FD013"
_ANY_TIME: Final = datetime(2020, 1, 1, tzinfo=UTC)
_LATER: Final = datetime(2021, 1, 1, tzinfo=UTC)


def provider_folders(workspace: Workspace) -> list[ProviderFolder]:
    """Return the providers that could be bundled, the project's own first."""
    places: tuple[tuple[Place, Path], ...] = (
        ("project", workspace.project.descriptors),
        ("shipped", shipped.descriptors()),
    )
    return [
        _provider(path.parent, origin)
        for origin, folder in places
        for path in sorted(folder.glob("*/bundle.json"))
    ]


def find_folder(workspace: Workspace, named: str) -> Path:
    """Return the folder of a provider's id, or the folder of that path.

    Raises:
        StoreError: when it is neither.
    """
    for one in provider_folders(workspace):
        if named == one.provider:
            return one.path
    path = Path(named)
    if (path / "bundle.json").is_file():
        return path
    known = ", ".join(dict.fromkeys(p.provider for p in provider_folders(workspace)))
    raise StoreError(
        f"“{named}” is neither a provider nor a folder with a bundle.json.",
        advice=f"Providers: {known}.",
    )


def read_folder(path: Path) -> dict[str, bytes]:
    """Return the files of a provider folder that a bundle may hold, by name.

    Raises:
        StoreError: when there are too many, one is too large, or cannot be read.
    """
    found: dict[str, bytes] = {}
    for file in _candidates(path):
        name = file.relative_to(path).as_posix()
        found[name] = read_at_most(file, MAX_BUNDLE)
        if len(found) > _MOST_FILES:
            raise StoreError(f"{path} holds more than {_MOST_FILES} files.")
    return found


def check_provider(
    folder: Mapping[str, bytes],
    connector_ids: Collection[str],
    replay: Replay = replay_any,
) -> list[Finding]:
    """Return what stands between these connectors and a signature, in sections.

    Fixtures run through `replay`; every file is searched for secrets.
    """
    return [
        *_schema(folder, connector_ids),
        *_lint(folder, connector_ids),
        *_fixtures(folder, connector_ids, replay),
        *_secrets(folder),
    ]


def permissions_of(
    folder: Mapping[str, bytes], connector_ids: Collection[str]
) -> Permissions:
    """Return what these connectors of a folder ask for.

    Raises:
        BundleRejected: for files that a verifier would refuse.
    """
    return _built(folder, connector_ids).statement.permissions


def bundle_id_of(folder: Mapping[str, bytes]) -> str:
    """Return the id of the bundle that a folder makes."""
    return read_manifest(folder["bundle.json"]).id


def people_in(
    folder: Mapping[str, bytes], connector_ids: Collection[str]
) -> list[Finding]:
    """Return the fixtures of these connectors in which something looks like a person's.

    It stops nothing: what was looked over and kept is found again.
    """
    prefixes = tuple(f"fixtures/{one}/" for one in connector_ids)
    names = [name for name in folder if name.startswith(prefixes)]
    found = [one for name in names for one in _people(name, folder[name])]
    if found:
        return found
    told = f"{len(names)} fixtures searched, nobody found"
    return [Finding("people", ok=True, message=told)]


def _people(name: str, content: bytes) -> Iterator[Finding]:
    parts = {"the file": _as_document(name, content)}
    found = [one for one in look_over(parts) if not one.keep]
    if found:
        sorts = Counter(one.sort for one in found)
        told = ", ".join(f"{count} {sort}" for sort, count in sorts.items())
        message = f"Looks like somebody's: {told}"
        yield Finding("people", ok=None, message=message, pointer=name)


def secret_lint(name: str, content: bytes) -> list[Problem]:
    """Return what looks like a secret in a file, by the rule that descriptors have."""
    document = _as_document(name, content)
    return [problem for problem in lint(document) if problem.rule == _LEAK_RULE]


def _provider(path: Path, origin: Place) -> ProviderFolder:
    try:
        manifest = json.loads(path.joinpath("bundle.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        manifest = None
    told = manifest if isinstance(manifest, dict) else {}
    cards = [read_card(one, origin) for one in sorted(path.glob("connectors/*.json"))]
    return ProviderFolder(
        provider=path.name,
        title=str(told.get("title") or path.name),
        version=str(told.get("version", "")),
        origin=origin,
        path=path,
        connectors=tuple(cards),
    )


def _candidates(path: Path) -> Iterator[Path]:
    for name in _FILES:
        if (path / name).is_file():
            yield path / name
    for place in _PLACES:
        for file in sorted((path / place).rglob("*")):
            parts = file.relative_to(path).parts
            if any(part.startswith(".") for part in parts) or file.is_symlink():
                continue
            if file.is_file():
                yield file


def _schema(
    folder: Mapping[str, bytes], connector_ids: Collection[str]
) -> Iterator[Finding]:
    """Read every document as a verifier will, and say so where nothing is wrong."""
    try:
        _built(folder, connector_ids)
        manifest = read_manifest(folder["bundle.json"])
    except FerruleError as error:
        yield Finding("schema", ok=False, message=str(error), pointer="bundle.json")
        return
    count = len(connector_ids)
    said = f"{manifest.title} {manifest.version}"
    told = f"{count} descriptors of {said} read, 0 problems"
    if count == 1:
        told = f"1 descriptor of {said} read, 0 problems"
    yield Finding("schema", ok=True, message=told)


def _built(folder: Mapping[str, bytes], connector_ids: Collection[str]) -> Draft:
    return build(
        folder, created_at=_ANY_TIME, expires_at=_LATER, connectors=connector_ids
    )


def _lint(
    folder: Mapping[str, bytes], connector_ids: Collection[str]
) -> Iterator[Finding]:
    problems = 0
    for one in connector_ids:
        name = f"connectors/{one}.json"
        try:
            found = lint(read_document(folder[name]))
        except (KeyError, FerruleError):
            continue  # told by the schema
        for problem in found:
            if problem.rule == _LEAK_RULE:
                continue
            problems += 1
            ok = False if problem.severity == "error" else None
            told = f"{problem.rule} {problem.message} {problem.advice}".strip()
            yield Finding("lint", ok, told, f"{name}#{problem.pointer}")
    if not problems:
        yield Finding("lint", ok=True, message="No problems found")


def _fixtures(
    folder: Mapping[str, bytes], connector_ids: Collection[str], replay: Replay
) -> Iterator[Finding]:
    for one in connector_ids:
        prefix = f"fixtures/{one}/"
        names = [name for name in folder if name.startswith(prefix)]
        connector = _connector(folder, one)
        if connector is None:
            continue  # told by the schema
        if not names:
            told = f"{one} has no fixtures: nothing was replayed"
            yield Finding("fixtures", ok=None, message=told)
        for name in names:
            yield _replayed(connector, name, folder[name], replay)


def _replayed(
    connector: Connector, name: str, content: bytes, replay: Replay
) -> Finding:
    try:
        fixture = read_document(content)
        problems = replay(connector, fixture)
    except FerruleError as error:
        return Finding("fixtures", ok=False, message=str(error), pointer=name)
    if problems:
        return Finding(
            "fixtures", ok=False, message="; ".join(problems[:3]), pointer=name
        )
    told = str(fixture.get("name") or name)
    return Finding("fixtures", ok=True, message=told, pointer=name)


def _secrets(folder: Mapping[str, bytes]) -> Iterator[Finding]:
    found = 0
    for name, content in folder.items():
        for problem in secret_lint(name, content):
            found += 1
            told = f"{problem.message} {problem.advice}".strip()
            pointer = f"{name}#{problem.pointer}"
            yield Finding("secrets", ok=False, message=told, pointer=pointer)
    if not found:
        told = f"{len(folder)} files searched, none found"
        yield Finding("secrets", ok=True, message=told)


def _connector(folder: Mapping[str, bytes], connector_id: str) -> Connector | None:
    try:
        return read_descriptor(folder[f"connectors/{connector_id}.json"])
    except (KeyError, FerruleError):
        return None


def _as_document(name: str, content: bytes) -> dict[str, Json]:
    """Return a file as an object to lint: JSON as it is, text line by line."""
    if name.endswith(".json"):
        try:
            value = decode(content)
        except UnreadableResponse:
            value = None
        if value is not None:
            return value if isinstance(value, dict) else {"items": value}
    lines = content.decode(errors="replace").splitlines()
    return {f"line {number}": line for number, line in enumerate(lines, start=1)}
