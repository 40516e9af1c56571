"""Migrations of a project: generated beside its connectors, assembled into one file.

Which connectors are configured stands in `ferrule.toml`, `[migrations] connectors`;
without that they are those of the project's connections on this computer. Files that
stand in a connector's folder are taken as they are, also where the mapping would make
others by now, which is said; what is not there comes from the mapping. A file is
written whole or not at all.
"""

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.model import Connector
from ferrule.errors import FerruleError, StoreError, UsageError
from ferrule.migrations import (
    GENERATED,
    Dialect,
    MigrationFile,
    assembled,
    check_name,
    collections_of,
    generated,
    in_order,
    is_for,
)
from ferrule.workspace.home import write_whole
from ferrule.workspace.project import FILE
from ferrule.workspace.shipping_facts import Finding
from ferrule.workspace.signing_keys import read_at_most
from ferrule.workspace.workspace import Workspace

# The last of all: Supabase applies migrations in the order of their numbers.
OUTPUT: Final = "99999999999999_connector_migrations.sql"
_SUPABASE: Final = ("supabase", "migrations")
_LARGEST: Final = 4 * 1024 * 1024
_SECTION: Final = "migrations"


class Assembly(NamedTuple):
    """The one file: its text, which files are in it, and what is to be known of it.

    `configured` says where the connectors are named: `ferrule.toml` or `connections`.
    """

    text: str
    files: tuple[MigrationFile, ...]
    notes: tuple[str, ...]
    configured: str


def generated_files(workspace: Workspace, connector_id: str) -> dict[str, str]:
    """Return the files that follow from a connector's mapping, by name.

    Raises:
        NotFound: when the catalogue has no such connector.
        DescriptorInvalid: when it is not valid.
    """
    return generated(_connector(workspace, connector_id))


def write_generated(
    workspace: Workspace, connector_id: str, into: Path | None = None
) -> list[Path]:
    """Write a connector's generated files beside it; further files stay as they are.

    `into` is another provider folder than its own. Each file is written whole.

    Raises:
        UsageError: for a shipped connector and no other folder.
        StoreError: when they cannot be written.
    """
    files = generated_files(workspace, connector_id)
    if into is None and workspace.catalogue.card(connector_id).origin != "project":
        raise UsageError(
            f"{connector_id} is not the project's own: nothing is written beside it.",
            advice="Name a provider folder with --into DIR, or leave out --write.",
        )
    place = into or workspace.catalogue.folder(connector_id)
    folder = place / "migrations" / connector_id
    for name, text in files.items():
        write_whole(folder / name, text.encode(), 0o644)
    return [folder / name for name in files]


def assemble(workspace: Workspace, dialect: Dialect = "postgresql") -> Assembly:
    """Return the one file with the migrations of the configured connectors.

    Raises:
        NotFound: for a connector that the catalogue does not have.
        UsageError: for two connectors with one view, or a file without a number.
        StoreError: when a file cannot be read.
    """
    ids, configured = configured_connectors(workspace)
    connectors = [_connector(workspace, one) for one in ids]
    _check_views(connectors)
    files: list[MigrationFile] = []
    notes: list[str] = []
    for connector in connectors:
        there = _read_files(workspace.catalogue.folder(connector.id), connector.id)
        fresh = {n: t for n, t in generated(connector).items() if is_for(n, dialect)}
        old = [n for n, t in fresh.items() if there.get(n, t) != t]
        if old:
            notes.append(_told_old(connector.id, old))
        mine = {n: t for n, t in (fresh | there).items() if is_for(n, dialect)}
        files += [
            MigrationFile(connector.id, connector.version, name, text)
            for name, text in mine.items()
        ]
    files = in_order(files)
    return Assembly(assembled(files, dialect), tuple(files), tuple(notes), configured)


def configured_connectors(workspace: Workspace) -> tuple[list[str], str]:
    """Return the ids of the configured connectors in order, and where they are named.

    Raises:
        StoreError: when `[migrations]` in `ferrule.toml` is not as it should be.
    """
    path = workspace.project.folder / FILE
    named = _named(path)
    if named is not None:
        return sorted(set(named)), FILE
    found = workspace.connections.list(workspace.project.key)
    return sorted({one.connector_id for one in found}), "connections"


def default_output(workspace: Workspace) -> Path | None:
    """Return where the file goes in a project that Supabase is set up in, if it is."""
    folder = workspace.project.folder.joinpath(*_SUPABASE)
    return folder / OUTPUT if folder.is_dir() else None


def is_current(path: Path, text: str) -> bool:
    """Tell whether the file is there with just this text.

    Raises:
        StoreError: when it is there and cannot be read.
    """
    if not path.exists():
        return False
    return read_at_most(path, max(_LARGEST, 4 * len(text))) == text.encode()


def write_assembled(path: Path, text: str) -> None:
    """Write the one file whole.

    Raises:
        StoreError: when it cannot be written; an older one stays.
    """
    write_whole(path, text.encode(), 0o644)


def migration_findings(
    folder: Mapping[str, bytes], connector_ids: Collection[str]
) -> list[Finding]:
    """Return a note for each connector whose generated files are not current.

    A connector without any has none to be current. It stops no signature.
    """
    found = []
    for one in connector_ids:
        try:
            fresh = generated(read_descriptor(folder[f"connectors/{one}.json"]))
        except (KeyError, FerruleError):
            continue  # told by the schema
        place = f"{_SECTION}/{one}"
        there = {n: folder[f"{place}/{n}"] for n in fresh if f"{place}/{n}" in folder}
        old = [n for n in fresh if there.get(n) != fresh[n].encode()]
        if there and old:
            told = _told_old(one, old)
            found.append(Finding("lint", None, told, f"{place}/{old[0]}"))
    return found


def _connector(workspace: Workspace, connector_id: str) -> Connector:
    return read_descriptor(workspace.catalogue.document(connector_id))


def _told_old(connector_id: str, names: Iterable[str]) -> str:
    return (
        f"Migrations of {connector_id} are not current: {', '.join(names)}."
        f" Write them anew: ferrule migrations generate {connector_id} --write"
    )


def _check_views(connectors: Iterable[Connector]) -> None:
    makers: dict[str, str] = {}
    for connector in connectors:
        for collected in collections_of(connector):
            other = makers.setdefault(collected.view, connector.id)
            if other != connector.id:
                raise UsageError(
                    f"{other} and {connector.id} both make the view of the"
                    f" collection {collected.key}.",
                    advice="Give one a collectionKey of its own, or leave one out of"
                    f" [migrations] connectors in {FILE}.",
                )


def _read_files(provider: Path, connector_id: str) -> dict[str, str]:
    """Return the SQL files of a connector by name; links and other files are none."""
    folder = provider / _SECTION / connector_id
    return {path.name: _text(path) for path in _candidates(folder)}


def _candidates(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.glob("*.sql")):
        if not path.name.startswith(".") and not path.is_symlink():
            if path.name not in GENERATED:
                check_name(path.name)
            yield path


def _text(path: Path) -> str:
    with suppress(UnicodeDecodeError):
        text = read_at_most(path, _LARGEST).decode()
        if "\0" not in text:
            return text.replace("\r\n", "\n")
    raise StoreError(
        f"{path} is not a text.", advice="SQL is read as UTF-8, without U+0000."
    )


def _named(path: Path) -> list[str] | None:
    """Return the connectors that a project's file names, None where it names none."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None  # the project that is there before anything is saved
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StoreError(f"{path} cannot be read: {error}.") from None
    if _SECTION not in document:
        return None
    return _checked(path, document[_SECTION])


def _checked(path: Path, section: Any) -> list[str] | None:  # noqa: ANN401  TOML holds anything
    advice = f'For example: [{_SECTION}], then connectors = ["github-issues"].'
    if not isinstance(section, dict):
        raise StoreError(f"{path}: “{_SECTION}” is not a section.", advice=advice)
    unknown = sorted(section.keys() - {"connectors"})
    if unknown:
        message = f"{path}: [{_SECTION}] has no “{unknown[0]}”."
        raise StoreError(message, advice=advice)
    named = section.get("connectors")
    if named is not None and not (
        isinstance(named, list) and all(isinstance(one, str) for one in named)
    ):
        message = f"{path}: [{_SECTION}] connectors is no list of ids."
        raise StoreError(message, advice=advice)
    return named
