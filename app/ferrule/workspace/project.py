"""A project: the folder a person works in, which git can hold.

`ferrule.toml` names it; `descriptors/` holds its own connectors, laid out like the
shipped catalogue. Runs, drafts and secrets are not in it.
"""

import json
import re
import tomllib
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple

from ferrule.errors import NotFound, StoreError, UsageError
from ferrule.workspace.home import Home, write_whole

FILE = "ferrule.toml"
DEFAULT = "default"
_KEY = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*\Z")


class Project(NamedTuple):
    """One project: its key, its name and its folder."""

    key: str
    name: str
    folder: Path

    @property
    def descriptors(self) -> Path:
        """Return the folder of the project's own connectors."""
        return self.folder / "descriptors"

    @property
    def trust(self) -> Path:
        """Return the list of public keys that the project trusts."""
        return self.folder / "trust.json"


def open_project(folder: Path) -> Project:
    """Return the project in `folder`.

    Raises:
        NotFound: when there is none.
        StoreError: when its file cannot be read.
    """
    path = folder / FILE
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise NotFound(
            f"{folder} holds no {FILE}.",
            advice="Make a project there with: ferrule project init DIR.",
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StoreError(f"{path} cannot be read: {error}.") from None
    section = found.get("project", {})
    if not isinstance(section, dict):
        raise StoreError(
            f"{path}: “project” is not a section.",
            advice='It begins with a line [project], then key = "…", name = "…".',
        )
    key = str(section.get("key", folder.name.lower()))
    if not _KEY.match(key):
        raise StoreError(
            f"{path}: the key {key!r} is not a valid name.",
            advice="Use lower-case letters, digits, dots, hyphens and underscores.",
        )
    return Project(key, str(section.get("name", key)), folder.resolve())


def routes_events(project: Project) -> bool:
    """Tell whether a project may route events; its file is not looked into closely."""
    try:
        return "outbound" in (project.folder / FILE).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def init_project(folder: Path, home: Home, name: str | None = None) -> Project:
    """Make a project in `folder` and remember it.

    Raises:
        UsageError: when there is one already.
    """
    if (folder / FILE).exists():
        raise UsageError(f"{folder} is a project already.")
    title = name or folder.resolve().name
    key = _free_key(re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-"), home)
    write_whole(folder / FILE, _content(key, title), 0o644)
    with suppress(OSError):  # it is made again when a connector is saved
        (folder / "descriptors").mkdir(exist_ok=True)
    project = open_project(folder)
    _remember(home, project)
    return project


def make_folder(project: Project) -> None:
    """Write the file that makes a project's folder one, where it is not there yet.

    Raises:
        StoreError: when it cannot be written.
    """
    if not (project.folder / FILE).exists():
        write_whole(project.folder / FILE, _content(project.key, project.name), 0o644)


def _content(key: str, name: str) -> bytes:
    return f"[project]\nkey = {json.dumps(key)}\nname = {json.dumps(name)}\n".encode()


def _free_key(wanted: str, home: Home) -> str:
    """Return a key that no other project here has: connections are found by it."""
    taken = {project.key for project in known_projects(home)}
    base = wanted or DEFAULT
    numbered = (f"{base}-{number}" for number in count(2))
    return next(key for key in chain([base], numbered) if key not in taken)


def find_project(
    home: Home, named: Path | None = None, here: Path | None = None
) -> Project:
    """Return the project to work in.

    That is the named folder, else the nearest `ferrule.toml` above `here`, else one in
    the data directory, which is there when something is first saved in it; it may be
    named before that.
    """
    fallback = home.projects / DEFAULT
    if named is not None and named.resolve() != fallback.resolve():
        return open_project(named)
    start = (here or Path.cwd()).resolve()
    for folder in (start, *start.parents) if named is None else ():
        if (folder / FILE).is_file():
            return open_project(folder)
    if (fallback / FILE).is_file():
        return open_project(fallback)
    return Project(DEFAULT, "Default", fallback)


def known_projects(home: Home) -> list[Project]:
    """Return the projects that were made here and still exist."""
    projects = []
    for folder in dict.fromkeys([*_known(home), str(home.projects / DEFAULT)]):
        try:
            projects.append(open_project(Path(folder)))
        except StoreError:
            continue
    return projects


def _remember(home: Home, project: Project) -> None:
    folders = dict.fromkeys([*_known(home), str(project.folder)])
    content = json.dumps(list(folders), indent=1).encode()
    write_whole(home.made().path / "projects.json", content)


def _known(home: Home) -> list[str]:
    try:
        found = json.loads((home.path / "projects.json").read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return [str(folder) for folder in found] if isinstance(found, list) else []
