"""What a bundle changes against the one before: connectors, versions, permissions.

The one before is the last that was exported here for that provider, or a file that a
person names. It is only read: nothing of it is verified, for nothing of it is used.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ferrule.bundle import Permissions, inspect
from ferrule.bundle.names import is_version, version_numbers
from ferrule.descriptor.bundle_manifest import read_manifest
from ferrule.descriptor.difference.rules import LEVELS, Level
from ferrule.descriptor.document import read_document
from ferrule.descriptor.versions import bumped
from ferrule.errors import FerruleError
from ferrule.exchange import Json
from ferrule.workspace.comparing import bundle_documents, compare
from ferrule.workspace.drafts import Document
from ferrule.workspace.shipping_facts import Finding
from ferrule.workspace.signing_keys import read_at_most
from ferrule.workspace.workspace import Workspace

Step = Level | Literal["new", "gone"]
_LEVELS: Final[dict[Step, Level]] = {
    "patch": "patch",
    "minor": "minor",
    "major": "major",
    "new": "minor",
    "gone": "major",
}
_LARGEST: Final = 8 * 1024 * 1024 + 1
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class ConnectorChange:
    """How one connector differs from the bundle before.

    `due` is the version it should have, empty where its own is high enough;
    `breaking` are the places of what breaks.
    """

    id: str
    before: str
    version: str
    step: Step
    due: str = ""
    breaking: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class BundleChange:
    """How a bundle differs from the one before: what it newly asks for, and no more."""

    title: str
    before: str
    version: str
    connectors: tuple[ConnectorChange, ...]
    more: Permissions
    fewer: Permissions

    @property
    def changed(self) -> bool:
        """Return whether anything about its connectors differs."""
        return any(one.step != "none" for one in self.connectors)

    def step_of(self, connector_id: str) -> Step:
        """Return how much a connector changed."""
        found = (one.step for one in self.connectors if one.id == connector_id)
        return next(found, "new")

    @property
    def due(self) -> str:
        """Return the version that the bundle should have, empty where its own will do.

        A connector that came weighs as a minor change, one that went as a major one.
        """
        if not self.changed or _older(self.before, self.version):
            return ""
        levels = {_LEVELS.get(one.step, "none") for one in self.connectors}
        return bumped(self.before, max(levels, key=LEVELS.index, default="none"))

    def wire(self) -> dict[str, Json]:
        """Return the change as a JSON object."""
        return {
            "before": self.before,
            "version": self.version,
            "connectors": [
                {
                    "id": one.id,
                    "before": one.before,
                    "version": one.version,
                    "step": one.step,
                    "due": one.due,
                    "breaking": list(one.breaking),
                    "changes": one.count,
                }
                for one in self.connectors
            ],
            "permissions": {"more": self.more.wire(), "fewer": self.fewer.wire()},
        }


def last_bundle(workspace: Workspace, bundle_id: str) -> Path:
    """Return where the last exported bundle of that id is kept, there or not."""
    folder = workspace.home.path / "shipped" / workspace.project.key
    return folder / f"{bundle_id}.ferrule"


def changed_since(
    folder: Mapping[str, bytes],
    connector_ids: Collection[str],
    permissions: Permissions,
    before: Path,
) -> BundleChange:
    """Return how these connectors of a folder differ from a bundle.

    Raises:
        BundleRejected: when the bundle cannot be read safely.
        DescriptorInvalid: for a document that is none.
    """
    old = bundle_documents(before)
    claimed = inspect(read_at_most(before, _LARGEST)).statement
    new = {
        one: read_document(folder[f"connectors/{one}.json"]) for one in connector_ids
    }
    manifest = read_manifest(folder["bundle.json"])
    return BundleChange(
        title=manifest.title,
        before=claimed.version,
        version=manifest.version,
        connectors=tuple(_changes(old, new)),
        more=permissions.beyond(claimed.permissions),
        fewer=claimed.permissions.beyond(permissions),
    )


def change_findings(change: BundleChange) -> list[Finding]:
    """Return what a person is told of a change before it is signed."""
    return [*_versions(change), *_breaking(change), *_permissions(change)]


def _changes(
    old: Mapping[str, Document], new: Mapping[str, Document]
) -> Iterator[ConnectorChange]:
    for name, document in new.items():
        if name not in old:
            yield ConnectorChange(name, "", _version(document), "new")
            continue
        found = compare(old[name], document)
        yield ConnectorChange(
            name,
            _version(old[name]),
            _version(document),
            found.proposal.level,
            found.proposal.version if found.proposal.due else "",
            tuple(one.place for one in found.changes if one.breaking),
            len(found.changes),
        )
    for name in old.keys() - new.keys():
        yield ConnectorChange(name, _version(old[name]), "", "gone")


def _version(document: Document) -> str:
    return str(document.get("version") or "")


def _versions(change: BundleChange) -> Iterator[Finding]:
    """A server refuses other content under a version that it knows: so do we."""
    refused = False
    for one in change.connectors:
        pointer = f"connectors/{one.id}.json#/version"
        if one.due:
            refused = True
            told = f"{one.id} changed since {one.before}: it needs version {one.due}"
            yield Finding("changes", ok=False, message=told, pointer=pointer)
        elif one.version and _older(one.version, one.before):
            refused = True
            told = f"{one.id} goes back from {one.before} to {one.version}"
            yield Finding("changes", ok=False, message=told, pointer=pointer)
    if change.changed and not _older(change.before, change.version):
        refused = True
        told = f"The bundle was {change.before} before: raise its version"
        place = "bundle.json#/version"
        yield Finding("changes", ok=False, message=told, pointer=place)
    if not refused:
        yield Finding("changes", ok=True, message=_summed(change))


def _older(version: str, than: str) -> bool:
    """Tell whether a version is before another; what is no version never is."""
    if not (is_version(version) and is_version(than)):
        return False
    return version_numbers(version) < version_numbers(than)


def _summed(change: BundleChange) -> str:
    counts = {
        "added": sum(one.step == "new" for one in change.connectors),
        "changed": sum(one.step in _CHANGED for one in change.connectors),
        "removed": sum(one.step == "gone" for one in change.connectors),
    }
    told = ", ".join(f"{count} {word}" for word, count in counts.items())
    return f"Since {change.before}: {told}"


_CHANGED = frozenset({"patch", "minor", "major"})


def _breaking(change: BundleChange) -> Iterator[Finding]:
    for one in change.connectors:
        pointer = f"connectors/{one.id}.json"
        if one.step == "gone":
            told = f"{one.id} {one.before} is no longer in the bundle"
            yield Finding("changes", ok=None, message=told)
        elif one.breaking:
            places = ", ".join(one.breaking[:_SHOWN])
            rest = len(one.breaking) - _SHOWN
            more = f" and {rest} more" if rest > 0 else ""
            told = f"{one.id} {one.version} breaks: {places}{more}"
            yield Finding("changes", ok=None, message=told, pointer=pointer)


def _permissions(change: BundleChange) -> Iterator[Finding]:
    if change.more:
        told = f"It asks for more than {change.before}: {change.more}"
        yield Finding("permissions", ok=None, message=told)
    else:
        fewer = f"; no longer {change.fewer}" if change.fewer else ""
        told = f"Nothing more than {change.before}{fewer}"
        yield Finding("permissions", ok=True, message=told)


def first_findings(permissions: Permissions) -> list[Finding]:
    """Return what is told where there is no bundle before."""
    asks = (
        f"It calls {_hosts(permissions.hosts)}, "
        f"asks for {_scopes(permissions.scopes)}, "
        f"and {_writes(permissions.writes)}"
    )
    return [
        Finding("changes", ok=True, message="The first bundle of this provider here"),
        Finding("permissions", ok=True, message=asks),
    ]


def _hosts(hosts: Sequence[str]) -> str:
    return _listed(hosts) if hosts else "only the address that is configured"


def _scopes(scopes: Sequence[str]) -> str:
    if not scopes:
        return "no scopes"
    noun = "the scope" if len(scopes) == 1 else "the scopes"
    return f"{noun} {_listed(scopes)}"


def _writes(tools: Sequence[str]) -> str:
    if not tools:
        return "writes nothing"
    noun = "the tool" if len(tools) == 1 else "the tools"
    return f"writes with {noun} {_listed(tools)}"


def _listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them: `a, b and c`."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def unreadable(before: Path, error: FerruleError) -> Finding:
    """Return what is told where the bundle before cannot be read."""
    told = f"{before.name} cannot be compared with: {error.message}"
    return Finding("changes", ok=False, message=told)
