"""A project that trusts Anna with `acme.*`, and files of signed bundles for it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bundle import acme
from tests.support.clock import FakeClock

from ferrule.bundle import SigningKey, Trust
from ferrule.store import Connection
from ferrule.workspace import importing, taking_in
from ferrule.workspace.catalogue import Card
from ferrule.workspace.home import Home
from ferrule.workspace.import_index import ImportIndex, imports_folder, read_index
from ferrule.workspace.project import init_project
from ferrule.workspace.workspace import Workspace

ISSUES, PEOPLE = "acme.issues", "acme.people"
PLACE = "http://127.0.0.1:1"


class At(FakeClock):
    """A clock that stands at the time of the sample bundles."""

    def now(self) -> Any:
        return acme.NOW


AT = At()


class Importer:
    """One project, and what is on its disk."""

    def __init__(self, folder: Path, name: str = "work") -> None:
        self.folder = folder
        self.home = Home(folder / "home")
        there = folder / name / "ferrule.toml"
        if not there.exists():
            init_project(folder / name, self.home, name)
        self.workspace = Workspace(self.home, folder / name)

    def file(self, raw: bytes, name: str = "acme.ferrule") -> Path:
        path = self.folder / name
        path.write_bytes(raw)
        return path

    def look(self, raw: bytes) -> importing.Offer:
        return importing.look_at(self.workspace, self.file(raw), clock=AT)

    def take(self, raw: bytes, **how: Any) -> importing.ImportedBundle:
        return importing.take_in(self.workspace, self.file(raw), clock=AT, **how)

    @property
    def place(self) -> Path:
        return imports_folder(self.home, self.workspace.project.key)

    @property
    def index(self) -> ImportIndex:
        return read_index(self.place)

    def on_disk(self) -> list[str]:
        """Return every file of the project's imports."""
        found = self.place.rglob("*") if self.place.is_dir() else ()
        return sorted(p.relative_to(self.place).as_posix() for p in found)

    def kept(self) -> tuple[object, ...]:
        """Return all that importing keeps: on the disk and in the database."""
        project = self.workspace.project.key
        imports = self.workspace.imports
        return self.on_disk(), imports.accepted(project), imports.record(project)


def trusting(monkeypatch: Any, trust: Trust) -> None:
    """Let every project trust these."""
    for module in (importing, taking_in):
        monkeypatch.setattr(module, "trusted", lambda _workspace: trust)


def bundle(
    versions: Mapping[str, str] = acme.VERSIONS,
    version: str = "2.3.0",
    keys: Sequence[SigningKey] = (acme.SIGNER,),
    more: Mapping[str, bytes] | None = None,
    manifest: Mapping[str, Any] | None = None,
    **changes: Any,
) -> bytes:
    """Return a signed bundle of these versions; `changes` are of the descriptors."""
    files = acme.folder(versions)
    kept = {"docs": ["docs/README.md"], **(manifest or {})}
    if ISSUES not in versions:
        files = {n: raw for n, raw in files.items() if ISSUES not in n}
        kept["fixtures"] = []
    written = acme.manifest(versions, version=version, **kept)
    files["bundle.json"] = json.dumps(written).encode()
    for one in versions:
        made = acme.descriptor(one, versions[one], **changes)
        files[f"connectors/{one}.json"] = json.dumps(made).encode()
    return acme.bundle(files | (more or {}), keys)


GOOD = bundle()
NEWER = bundle({ISSUES: "1.3.0", PEOPLE: "1.1.0"}, "2.4.0", description="Other things.")
WIDER = bundle(
    {ISSUES: "1.3.0", PEOPLE: "1.1.0"},
    "2.4.0",
    permissions={
        "hosts": ["api.acme.example", "files.acme.example"],
        "scopes": [],
        "writes": [],
    },
)
OLDER = bundle({ISSUES: "1.1.0", PEOPLE: "1.0.0"}, "2.2.0")
WHY = importing.Override("1.2.0 loses comments", "a test")


def enabled(room: Importer) -> set[str]:
    return {one.id for one in room.index.connectors if one.enabled}


def card(room: Importer, name: str = ISSUES) -> Card:
    return room.workspace.catalogue.card(name)


def connect(room: Importer, name: str = ISSUES) -> Connection:
    made = Connection(name, room.workspace.project.key, name, "")
    return room.workspace.registry.create_connection(made)
