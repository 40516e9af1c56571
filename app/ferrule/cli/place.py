"""The workspace that a command works in."""

from pathlib import Path

from ferrule.workspace.workspace import Workspace

_chosen: dict[str, Path] = {}
_opened: list[Workspace] = []


def choose_project(folder: Path | None) -> None:
    """Remember the folder that `--project` named."""
    _chosen.clear()
    if folder is not None:
        _chosen["project"] = folder


def open_workspace() -> Workspace:
    """Return the workspace of the chosen project; `close_workspaces` closes it."""
    workspace = Workspace(project=_chosen.get("project"))
    _opened.append(workspace)
    return workspace


def close_workspaces() -> None:
    """Close what the command opened: the last one folds the database's log into it."""
    while _opened:
        _opened.pop().close()
