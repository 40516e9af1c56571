"""The ledger: which tests of which stream passed, over which descriptor, and when.

A line holds the hash of the part of the descriptor that a stream is made of and that of
each fixture. Where a hash is another one now, the line says nothing about what would be
signed. It lies in the data directory: it is about this machine's runs.
"""

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.descriptor.document import read_document, validate
from ferrule.descriptor.model import Connector
from ferrule.errors import DescriptorError
from ferrule.exchange import Json, canonical
from ferrule.workspace.catalogue import read_whole
from ferrule.workspace.drafts import Document
from ferrule.workspace.fixture_files import (
    TestFile,
    TestResult,
    read_fixtures,
    run_fixtures,
)
from ferrule.workspace.fixture_lines import HEALTH, LedgerLine, summary
from ferrule.workspace.home import Home, write_whole
from ferrule.workspace.workspace import Workspace

__all__ = ["HEALTH", "Ledger", "LedgerLine", "run_folder", "summary"]

_PARTS: Final = (
    "auth",
    "baseUrl",
    "configFields",
    "fieldMapping",
    "ingestion",
    "resilience",
)


_writing: Final = threading.Lock()  # a check may begin before an older one has ended


class Ledger:
    """The ledger of one project."""

    def __init__(self, home: Home, project: str, *, clock: Clock | None = None) -> None:
        self._home = home
        name = hashlib.sha256(project.encode()).hexdigest()[:24]
        self._path = home.path / "ledger" / f"{name}.json"
        self._clock = clock or SystemClock()

    def record(
        self, document: Document, results: Sequence[TestResult]
    ) -> list[LedgerLine]:
        """Note the results of a connector's tests; return a line for each stream.

        Raises:
            DescriptorInvalid: when the document is not valid.
            StoreError: when it cannot be written.
        """
        connector = validate(document)
        noted = self._noted(connector, document, results)
        with _writing:
            everything = self._read()
            everything[connector.id] = noted
            self._home.made()
            content = json.dumps(everything, indent=1, sort_keys=True).encode()
            write_whole(self._path, content)
        return _lines(connector, document, [r.file for r in results], noted)

    def told(
        self, document: Document, results: Sequence[TestResult]
    ) -> list[LedgerLine]:
        """Return a line for each stream without noting it: of what is not saved.

        Raises:
            DescriptorInvalid: when the document is not valid.
        """
        connector = validate(document)
        noted = self._noted(connector, document, results)
        return _lines(connector, document, [r.file for r in results], noted)

    def lines(self, document: Document, files: Sequence[TestFile]) -> list[LedgerLine]:
        """Return a line for each stream and, where there are tests of it, for health.

        Raises:
            DescriptorInvalid: when the document is not valid.
        """
        connector = validate(document)
        known = self._read().get(connector.id)
        noted = known if isinstance(known, dict) else {}
        return _lines(connector, document, files, noted)

    def _noted(
        self, connector: Connector, document: Document, results: Sequence[TestResult]
    ) -> dict[str, Any]:
        at = rfc3339(self._clock.now().replace(microsecond=0))
        noted: dict[str, Any] = {}
        for stream in _streams(connector):
            mine = [r for r in results if stream_of(connector, r.file) == stream]
            tests = {
                r.file.path.name: {"hash": fixture_hash(r.file), "passed": r.passed}
                for r in mine
            }
            part = part_hash(document, stream)
            noted[stream] = {"part": part, "at": at, "tests": tests}
        return noted

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def path(self) -> Path:
        """Return where it stands."""
        return self._path


def run_folder(
    workspace: Workspace, folder: Path, connector_ids: Sequence[str]
) -> dict[str, list[LedgerLine]]:
    """Run the tests of connectors of a provider's folder, note them, return the lines.

    A connector whose document is not valid has none: the check of the folder tells.
    """
    ledger = Ledger(workspace.home, workspace.project.key)
    found = {}
    for connector_id in connector_ids:
        try:
            raw = read_whole(folder / "connectors" / f"{connector_id}.json")
            document = read_document(raw)
            files = read_fixtures(folder / "fixtures" / connector_id)
            lines = ledger.record(document, run_fixtures(document, files))
        except DescriptorError:
            continue
        found[connector_id] = lines
    return found


def stream_of(connector: Connector, file: TestFile) -> str:
    """Return the stream that a fixture is a test of, empty for the health check."""
    if file.kind == "health":
        return HEALTH
    streams = connector.resolved_streams
    first = next((s.key for s in streams if s.enabled), streams[0].key)
    return file.stream or first


def part_hash(document: Document, stream: str) -> str:
    """Return the hash of what a stream is made of, or the health check."""
    parts: dict[str, Json] = {k: document[k] for k in _PARTS if k in document}
    streams = document.get("streams")
    if stream == HEALTH:
        parts["healthCheck"] = document.get("healthCheck")
    elif isinstance(streams, list):
        named = [s for s in streams if isinstance(s, dict) and s.get("key") == stream]
        parts["stream"] = list(named)
    return hashlib.sha256(canonical(parts)).hexdigest()


def fixture_hash(file: TestFile) -> str:
    """Return the hash of a fixture."""
    return hashlib.sha256(canonical(dict(file.fixture))).hexdigest()


def _streams(connector: Connector) -> list[str]:
    return [*(stream.key for stream in connector.resolved_streams), HEALTH]


def _lines(
    connector: Connector,
    document: Document,
    files: Sequence[TestFile],
    noted: Mapping[str, Any],
) -> list[LedgerLine]:
    found = []
    for stream in _streams(connector):
        mine = [f for f in files if stream_of(connector, f) == stream]
        if stream != HEALTH or mine:
            found.append(_line(connector, document, stream, mine, noted.get(stream)))
    return found


def _line(
    connector: Connector,
    document: Document,
    stream: str,
    files: Sequence[TestFile],
    noted: Json | Mapping[str, Any],
) -> LedgerLine:
    part = part_hash(document, stream)
    told: Mapping[str, Any] = noted if isinstance(noted, Mapping) else {}
    tests = told.get("tests")
    ran: Mapping[str, Any] = tests if isinstance(tests, Mapping) else {}
    here = {file.path.name: fixture_hash(file) for file in files}
    hashes = {name: one.get("hash") for name, one in ran.items()}
    names = {s.key: s.name or s.key for s in connector.resolved_streams}
    return LedgerLine(
        stream=stream,
        title=names.get(stream, "Health check"),
        total=len(files),
        passed=sum(bool(one.get("passed")) for n, one in ran.items() if n in here),
        part=part,
        at=str(told.get("at", "")),
        current=told.get("part") == part and hashes == here,
    )
