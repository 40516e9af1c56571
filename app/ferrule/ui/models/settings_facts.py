"""What the Settings page tells about this machine; reading it blocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ferrule import __version__
from ferrule.ui.tasks import in_thread
from ferrule.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class SettingsFacts:
    """Where data is, and how much of it."""

    home: Path
    size: int
    database: int
    project: Path
    version: str


async def read_facts(workspace: Workspace) -> SettingsFacts:
    """Return the facts."""
    return await in_thread(partial(_facts, workspace))


def _facts(workspace: Workspace) -> SettingsFacts:
    home = workspace.home
    return SettingsFacts(
        home=home.path,
        size=sum(_sizes(home.path)),
        database=sum(_sizes_of(home.path.glob("ferrule.db*"))),
        project=workspace.project.folder,
        version=__version__,
    )


def _sizes(folder: Path) -> Iterator[int]:
    return _sizes_of(folder.rglob("*"))


def _sizes_of(paths: Iterator[Path]) -> Iterator[int]:
    for path in paths:
        try:
            if path.is_file() and not path.is_symlink():
                yield path.stat().st_size
        except OSError:
            continue  # it went while we looked


def size_text(count: int) -> str:
    """Return a number of bytes as a person says it."""
    if count < 1000:  # noqa: PLR2004  decimal units, as disks are sold
        return f"{count} bytes"
    size, units = float(count), ["kB", "MB", "GB", "TB"]
    unit = "bytes"
    while size >= 1000 and units:  # noqa: PLR2004  see above
        size, unit = size / 1000, units.pop(0)
    return f"{size:.1f} {unit}" if size < 10 else f"{size:.0f} {unit}"  # noqa: PLR2004  two digits are enough
