"""What exporting to other engines works with, off the window's thread.

Nothing is written before `write`; what an engine cannot read is told as a refusal of
that connector, and the others go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from ferrule.errors import FerruleError
from ferrule.ui.tasks import in_thread
from ferrule.workspace.exporting import (
    EDGE,
    ExportedFile,
    PreparedExport,
    prepare_export,
    standing,
    write_exports,
)
from ferrule.workspace.verified_bundles import VerifiedFile, recent
from ferrule.workspace.workspace import Workspace

_LARGEST: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ExportKind:
    """A way out: what it is called, what it gives, and what finds it in the palette."""

    key: str
    title: str
    about: str
    icon: str
    help: str


KINDS: Final = (
    ExportKind(
        "airbyte",
        "Airbyte manifest",
        "A YAML file for each connector, for Airbyte's Connector Builder.",
        "file-text",
        "Shows what Airbyte keeps of the connectors, then writes their manifests.",
    ),
    ExportKind(
        "dlt",
        "dlt rest_api source",
        "A Python file for each connector; it needs dlt, and nothing of Ferrule.",
        "file-text",
        "Shows what dlt keeps of the connectors, then writes their sources.",
    ),
    ExportKind(
        EDGE,
        "Edge-function folder",
        "A folder of TypeScript for each connector, for Deno, Supabase and Node: it "
        "takes webhooks and pages in and maps them.",
        "folder-open",
        "Shows what a function keeps of the connectors, then writes its folder.",
    ),
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A connector that cannot be exported, why, and what to do."""

    connector: str
    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would be written, connector by connector, and what cannot be."""

    made: tuple[PreparedExport, ...]
    refused: tuple[Refused, ...] = ()


class ExportDesk:
    """The work of exporting; every method waits off the window's thread."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def prepare(
        self, folder: Path, ids: Sequence[str], kind: str, bundle: Path | None
    ) -> Prepared:
        """Return what connectors of a provider's folder are for an engine."""
        work = partial(_prepare, self._workspace, folder, tuple(ids))
        return await in_thread(partial(work, kind, bundle))

    async def bundles(self) -> tuple[VerifiedFile, ...]:
        """Return the bundles that were verified last and are trusted and there."""
        return await in_thread(partial(_bundles, self._workspace))

    async def standing(
        self, made: Sequence[PreparedExport], folder: Path
    ) -> list[Path]:
        """Return what would be replaced in a folder."""
        return await in_thread(partial(standing, made, folder))

    async def write(
        self, made: Sequence[PreparedExport], folder: Path, replace: Sequence[Path]
    ) -> list[ExportedFile]:
        """Write all of them into a folder, or none."""
        work = partial(write_exports, self._workspace, made, folder, replace=replace)
        return await in_thread(work)


def _prepare(
    workspace: Workspace,
    folder: Path,
    ids: tuple[str, ...],
    kind: str,
    bundle: Path | None,
) -> Prepared:
    from ferrule.workspace.signing_keys import (  # noqa: PLC0415 - brings cryptography
        read_at_most,
    )

    made, refused = [], []
    for one in ids:
        path = folder / "connectors" / f"{one}.json"
        try:
            raw = read_at_most(path, _LARGEST)
            made.append(
                prepare_export(workspace, one, kind, document=raw, bundle=bundle)
            )
        except FerruleError as error:
            refused.append(Refused(one, error.message, error.advice))
    return Prepared(tuple(made), tuple(refused))


def _bundles(workspace: Workspace) -> tuple[VerifiedFile, ...]:
    return tuple(
        one
        for one in recent(workspace)
        if one.state == "trusted" and Path(one.path).is_file()
    )
