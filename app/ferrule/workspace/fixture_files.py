"""The fixtures of a connector: files in the project beside it, run offline.

They lie where shipped ones do (`descriptors/<provider>/fixtures/<id>/*.json`), are
written whole, and are replayed by the one replay that the check of a bundle uses too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ferrule.descriptor.document import read_document, validate
from ferrule.descriptor.model import Connector
from ferrule.errors import FerruleError, NotFound, StoreError, UsageError
from ferrule.exchange import Json
from ferrule.sync.replay import play_fixture
from ferrule.sync.replay_outcome import Difference, Played
from ferrule.workspace.authoring import pretty
from ferrule.workspace.catalogue import Catalogue
from ferrule.workspace.drafts import Document
from ferrule.workspace.fixture_making import Made, file_name
from ferrule.workspace.home import write_whole

__all__ = [
    "Difference",
    "TestFile",
    "TestResult",
    "accept",
    "any_fixture_folder",
    "delete_fixture",
    "fixture_folder",
    "read_fixtures",
    "run_fixtures",
    "save_fixture",
]

_LARGEST: Final = 8 * 1024 * 1024
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class TestFile:
    """One fixture as it lies on the disk; `trouble` is why it cannot be read."""

    __test__ = False  # no test of ours, whatever its name

    path: Path
    fixture: Mapping[str, Any]
    trouble: str = ""

    @property
    def title(self) -> str:
        """Return what the case shows."""
        return str(self.fixture.get("name") or self.path.stem)

    @property
    def kind(self) -> str:
        """Return `sync` or `health`."""
        return str(self.fixture.get("kind", ""))

    @property
    def stream(self) -> str:
        """Return the stream that it names, empty where it names none."""
        return str(self.fixture.get("stream") or "")


@dataclass(frozen=True, slots=True)
class TestResult:
    """What became of one fixture."""

    __test__ = False

    file: TestFile
    played: Played

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return self.played.passed

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Return what is not as expected."""
        return self.played.differences


def fixture_folder(catalogue: Catalogue, connector_id: str) -> Path | None:
    """Return where the fixtures of the project's own connector lie; None without one.

    Only a connector that was saved has a place.
    """
    try:
        card = catalogue.card(connector_id)
    except NotFound:
        return None
    if card.origin != "project":
        return None
    return card.path.parent.parent / "fixtures" / connector_id


def any_fixture_folder(catalogue: Catalogue, connector_id: str) -> Path:
    """Return where the fixtures of any connector of the catalogue lie.

    Raises:
        NotFound: when there is no such connector.
    """
    return catalogue.folder(connector_id) / "fixtures" / connector_id


def read_fixtures(folder: Path | None) -> list[TestFile]:
    """Return the fixtures of a folder by name; those that cannot be read say so."""
    if folder is None or not folder.is_dir():
        return []
    paths = sorted(path for path in folder.glob("*.json") if not path.is_symlink())
    return [_read(path) for path in paths[:_MOST]]


def run_fixtures(
    document: Document | Connector,
    files: Sequence[TestFile],
    overrides: Mapping[str, Json] | None = None,
) -> list[TestResult]:
    """Replay fixtures through a descriptor, offline.

    Raises:
        DescriptorInvalid: when the document is not valid.
    """
    connector = document if isinstance(document, Connector) else validate(document)
    return [_run(connector, file, overrides) for file in files]


def save_fixture(folder: Path | None, made: Made) -> Path:
    """Write a fixture under a name that is free, and return its path.

    Raises:
        UsageError: when the connector was not saved into the project.
        StoreError: when it cannot be written.
    """
    if folder is None:
        raise UsageError(
            "The connector is not saved: a test lies beside it.",
            advice="Save it with Ctrl+S, then save the test.",
        )
    path = folder / file_name(made.fixture["name"])
    number = 2
    while path.exists():
        path = folder / f"{Path(file_name(made.fixture['name'])).stem}-{number}.json"
        number += 1
    write_whole(path, made.content, 0o644)
    return path


def accept(result: TestResult) -> TestFile:
    """Make what came the expectation of a fixture, and return it as it is now.

    Only the members of signals that the fixture names are taken where it names a
    choice of them: what it did not look at before, it does not look at now.

    Raises:
        UsageError: when nothing came.
        StoreError: when it cannot be written.
    """
    found = result.played.found
    if found is None:
        raise UsageError(
            f"Nothing came of this test: {result.played.trouble}",
            advice="Record it again from the history.",
        )
    fixture = dict(result.file.fixture)
    fixture["expect"] = _chosen(found, fixture.get("expect", {}))
    write_whole(result.file.path, pretty(fixture).encode(), 0o644)
    return _read(result.file.path)


def delete_fixture(file: TestFile) -> None:
    """Delete a fixture.

    Raises:
        StoreError: when it cannot be deleted.
    """
    try:
        file.path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{file.path} cannot be deleted: {error.strerror}.") from None


def _chosen(found: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    expect = dict(found)
    named = {m for s in before.get("signals", ()) for m in s}
    if "signals" in expect and named:
        expect["signals"] = [
            {name: value for name, value in signal.items() if name in named}
            for signal in expect["signals"]
        ]
    return expect


def _run(
    connector: Connector, file: TestFile, overrides: Mapping[str, Json] | None
) -> TestResult:
    if file.trouble:
        return TestResult(file, Played(None, trouble=file.trouble))
    return TestResult(file, play_fixture(connector, file.fixture, overrides=overrides))


def _read(path: Path) -> TestFile:
    try:
        if path.stat().st_size > _LARGEST:
            return TestFile(path, {}, "The file is larger than 8 MB.")
        return TestFile(path, read_document(path.read_bytes()))
    except FerruleError as error:
        return TestFile(path, {}, error.message)
    except OSError as error:
        return TestFile(path, {}, f"The file cannot be read: {error.strerror}.")
