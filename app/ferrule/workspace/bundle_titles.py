"""What a provider's bundle is called: as its `bundle.json` says."""

import json
import re

from ferrule import shipped
from ferrule.errors import StoreError
from ferrule.workspace.import_index import imports_folder, read_index
from ferrule.workspace.workspace import Workspace

_LONGEST = 80
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def bundle_title(workspace: Workspace, provider: str) -> str:
    """Return the title of a provider's bundle; its id where there is no `bundle.json`.

    The shipped one comes first, an imported one last: nobody takes another's name.
    """
    if not _FOLDER.fullmatch(provider):
        return provider[:_LONGEST]
    for folder in (shipped.descriptors(), workspace.project.descriptors):
        try:
            found = json.loads((folder / provider / "bundle.json").read_bytes())
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(found, dict) and isinstance(found.get("title"), str):
            return str(found["title"])[:_LONGEST]
    return _imported_title(workspace, provider)


def _imported_title(workspace: Workspace, provider: str) -> str:
    try:
        index = read_index(imports_folder(workspace.home, workspace.project.key))
    except StoreError:
        return provider
    named = (one.title for one in index.bundles if one.provider == provider)
    return next(named, provider)[:_LONGEST]
