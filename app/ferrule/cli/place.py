"""The workspace that a command works in."""

from pathlib import Path

from ferrule.workspace.workspace import Workspace

_chosen: dict[str, Path] = {}


def choose_project(folder: Path | None) -> None:
    """Remember the folder that `--project` named."""
    _chosen.clear()
    if folder is not None:
        _chosen["project"] = folder


def open_workspace() -> Workspace:
    """Return the workspace of the chosen project."""
    return Workspace(project=_chosen.get("project"))
