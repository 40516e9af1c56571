"""What a provider's bundle is called, told without opening anything but its file."""

import json
import re
from pathlib import Path
from typing import Final

from ferrule import shipped
from ferrule.workspace.import_index import ImportIndex

_LONGEST: Final = 80
_FOLDER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def provider_title(provider: str, descriptors: Path, index: ImportIndex | None) -> str:
    """Return the title of a provider's bundle; its id where nothing names it.

    The shipped one comes first, an imported one last: nobody takes another's name.
    `descriptors` is the project's folder of them, `index` what is imported, if known.
    """
    if not _FOLDER.fullmatch(provider):
        return provider[:_LONGEST]
    for folder in (shipped.descriptors(), descriptors):
        try:
            found = json.loads((folder / provider / "bundle.json").read_bytes())
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(found, dict) and isinstance(found.get("title"), str):
            return str(found["title"])[:_LONGEST]
    bundles = index.bundles if index is not None else ()
    named = (one.title for one in bundles if one.provider == provider)
    return next(named, provider)[:_LONGEST]
