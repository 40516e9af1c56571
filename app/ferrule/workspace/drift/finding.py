"""Schema drift of a connector: a live response against the answers of its fixtures.

The fixtures are what the connector was written for. A fix changes the mapping where it
is written (the stream's own part, or the connector's), and raises the MINOR part of the
version (seed 000, runbook 3); then every test of every connection is run.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ferrule.descriptor.document import read_document
from ferrule.errors import ExpressionError, FerruleError
from ferrule.exchange import Json
from ferrule.expression.jsonpath import compile_path
from ferrule.mapping import CompiledMapping, Origin
from ferrule.suggestion.drift import Change, Compared, Fix, compare
from ferrule.suggestion.drift_fix import Rename
from ferrule.suggestion.shape import find_items
from ferrule.workspace.catalogue import read_whole
from ferrule.workspace.drafts import Document
from ferrule.workspace.drift.fix import bumped, fixed, overridden_by
from ferrule.workspace.drift.known import (
    body_paths,
    first_stream,
    known_bodies_of,
)
from ferrule.workspace.fixtures.files import (
    TestFile,
    TestResult,
    any_fixture_folder,
    read_fixtures,
    run_fixtures,
)
from ferrule.workspace.previewing import mapping_of, tolerant_mapping
from ferrule.workspace.workspace import Workspace

__all__ = [
    "Change",
    "ConnectionTests",
    "Drift",
    "Fix",
    "Rename",
    "Subject",
    "bumped",
    "connection_tests",
    "find_drift",
    "find_subject",
    "fixed",
    "known_bodies_of",
]


@dataclass(frozen=True, slots=True)
class Drift:
    """What is another in a live response; `blocked` says why nothing was compared."""

    stream: str
    changes: tuple[Change, ...] = ()
    known: int = 0
    live: int = 0
    version: str = ""
    blocked: str = ""

    @property
    def harmful(self) -> tuple[Change, ...]:
        """Return what changes signals or loses them."""
        return tuple(change for change in self.changes if change.harmful)

    @property
    def harmless(self) -> tuple[Change, ...]:
        """Return what a run does not notice."""
        return tuple(change for change in self.changes if not change.harmful)

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """Return what is proposed, each thing once."""
        found: list[Fix] = []
        for change in self.changes:
            if change.fix is not None and change.fix not in found:
                found.append(change.fix)
        return tuple(found)

    @property
    def next_version(self) -> str:
        """Return the version that a fix would have."""
        return bumped(self.version)

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        return {
            "type": "drift",
            "stream": self.stream,
            "knownItems": self.known,
            "liveItems": self.live,
            "harmful": len(self.harmful),
            "harmless": len(self.harmless),
            "version": self.version,
            "nextVersion": self.next_version if self.fixes else None,
            "blocked": self.blocked or None,
            "changes": [_wire(change) for change in self.changes],
        }


@dataclass(frozen=True, slots=True)
class ConnectionTests:
    """The tests of a connector as one connection runs it.

    `own` tells that the connection has a mapping of its own: of its results only the
    counts are looked at, as its signals are meant to be others.
    """

    connection: str
    results: tuple[TestResult, ...]
    own: bool = False

    @property
    def passed(self) -> int:
        """Return how many tests passed."""
        return sum(self.ok(result) for result in self.results)

    def ok(self, result: TestResult) -> bool:
        """Tell whether a test passed for this connection."""
        if result.passed or not self.own:
            return result.passed
        differing = {difference.path for difference in result.differences}
        counted = {"items", "count", "failed", "checkpoint", "error", "healthy"}
        return not result.played.trouble and not differing & counted


@dataclass(frozen=True, slots=True)
class Subject:
    """A connector that is compared: its document, and the tests beside it.

    `raw` are the bytes that it was read from; with a connection's own mapping, the
    document is what that makes of them.
    """

    raw: bytes
    document: Document
    files: tuple[TestFile, ...]


def find_subject(workspace: Workspace, named: str) -> Subject:
    """Return the connector of a connection, of a descriptor's file, or of that id.

    Raises:
        NotFound: when it is none of them.
        DescriptorInvalid: when the document cannot be read.
    """
    path = Path(named)
    if path.suffix == ".json" and path.is_file():
        raw = read_whole(path)
        document = read_document(raw)
        folder = path.resolve().parent.parent / "fixtures" / str(document.get("id"))
        return Subject(raw, document, tuple(read_fixtures(folder)))
    known = {c.key: c for c in workspace.registry.list_connections()}
    connection = known.get(named)
    connector_id = connection.connector_id if connection is not None else named
    raw = workspace.catalogue.document(connector_id)
    document = read_document(raw)
    if connection is not None:
        document = overridden_by(document, connection.mapping_overrides or {})
    folder = any_fixture_folder(workspace.catalogue, connector_id)
    return Subject(raw, document, tuple(read_fixtures(folder)))


def find_drift(
    document: Document,
    files: Iterable[TestFile],
    body: Json,
    stream: str | None = None,
    *,
    known: Sequence[Json] | None = None,
) -> Drift:
    """Return what is another in a live body than in the answers of fixtures.

    `stream` is the key of the stream that was asked; without one the tests are those of
    the first stream, and the mapping is the connector's own. Where there are `known`
    bodies, those are compared with instead.
    """
    name = stream if stream is not None else first_stream(document)
    version = str(document.get("version", ""))
    found_bodies = known_bodies_of(files, name, first=first_stream(document))
    known_bodies = list(found_bodies if known is None else known)
    if not known_bodies:
        told = "There is no test of this stream to compare with."
        return Drift(name, version=version, blocked=told)
    section, pointer = mapping_of(document, stream)
    mapping, problems = tolerant_mapping(section, pointer)
    if mapping is None or not isinstance(section, dict):
        return Drift(name, version=version, blocked=str(problems[0].message))
    origin = Origin("drift", "", "", "drift", name, config={})
    compiled = CompiledMapping(mapping, origin)
    pages = [_items(compiled, each) for each in known_bodies]
    items = [item for page in pages for item in page]
    live = _items(compiled, body)
    if items and (not live or _is_other(section, known_bodies, body)):
        live = []
        changes = tuple(_no_items(section, body))
        blocked = "" if changes else "The live response has no items to compare."
        return Drift(name, changes, len(items), 0, version, blocked)
    if not items:
        told = "The tests of this stream hold no items."
        return Drift(name, (), 0, len(live), version, told)
    found = Compared(
        items,
        live,
        section,
        _changed(compiled, items),
        _changed(compiled, live),
        [len(page) for page in pages],
    )
    around = tuple(_around(document, name, known_bodies, body))
    changes = (*around, *compare(found))
    return Drift(name, changes, len(items), len(live), version)


def connection_tests(
    workspace: Workspace,
    connector_id: str,
    document: Document,
    files: Sequence[TestFile],
) -> list[ConnectionTests]:
    """Run all tests as each connection of a connector would; offline.

    Raises:
        DescriptorInvalid: when the document is not valid, or a connection's mapping is
            not valid any more over it.
    """
    found = []
    for connection in workspace.registry.list_connections():
        if connection.connector_id != connector_id:
            continue
        overrides = connection.mapping_overrides or {}
        results = run_fixtures(document, files, overrides)
        own = bool(overrides)
        found.append(ConnectionTests(connection.key, tuple(results), own=own))
    return found


def _items(compiled: CompiledMapping, body: Json) -> Sequence[Json]:
    try:
        return compiled.items(body)
    except FerruleError:
        return []


def _changed(compiled: CompiledMapping, items: Sequence[Json]) -> Sequence[Json]:
    try:
        return compiled.changed(items)
    except FerruleError:
        return items


def _is_other(section: Mapping[str, Json], known: Sequence[Json], body: Json) -> bool:
    """Tell whether the items were a list and now something else stands there."""
    path = compile_path(str(section.get("itemsPath", "$")).removesuffix("[*]"))
    was = [isinstance(path.first(one), list) for one in known]
    return any(was) and not isinstance(path.first(body), list)


def _no_items(section: Mapping[str, Json], body: Json) -> Iterator[Change]:
    """Yield that the items are gone from where they were, unless they are but none."""
    path = str(section.get("itemsPath", "$"))
    there = compile_path(path.removesuffix("[*]")).first(body)
    if there is None or there == []:
        return
    best = next(iter(find_items(body)), None)
    told = f"There are no items at `{path}` any more."
    fix = None
    if best is not None and best.listing.total and best.candidate.members:
        members = dict(best.candidate.members)
        told += f" {best.reason}"
        words = f"itemsPath: {path} → {members.get('itemsPath')}"
        fix = Fix(words, members=members, score=best.score)
    yield Change("items", path, True, told, ("/itemsPath",), fix)


def _around(
    document: Document, stream: str, known: Sequence[Json], body: Json
) -> Iterator[Change]:
    """Yield what paging or the delta reads that this body lacks and all known have."""
    for pointer, path in body_paths(document, stream):
        try:
            compiled = compile_path(path)
        except ExpressionError:
            continue
        if all(compiled.values(one) for one in known) and not compiled.values(body):
            told = f"The body lacks `{path}`, which paging or the delta reads."
            yield Change("gone", path, True, told, (pointer,))


def _wire(change: Change) -> dict[str, Json]:
    line: dict[str, Json] = {
        "kind": change.kind,
        "path": change.path,
        "harmful": change.harmful,
        "message": change.told,
        "usedBy": list(change.uses),
    }
    return line | ({"fix": change.fix.told} if change.fix is not None else {})
