"""Which files were verified in a project last, to look at them again.

The list lies in the data directory and decides nothing: a file is verified anew each
time. At most 20 files are remembered, and each can be forgotten.
"""

import json
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.workspace.home import write_whole
from ferrule.workspace.shipping_facts import TrustState, Verification
from ferrule.workspace.workspace import Workspace

MOST: Final = 20
_STATES: Final[dict[str, TrustState]] = {
    "trusted": "trusted",
    "unknown": "unknown",
    "refused": "refused",
}
_writing: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class VerifiedFile:
    """A file that was verified: where it is, how that ended, and when (RFC 3339)."""

    path: str
    state: TrustState
    at: str

    @property
    def name(self) -> str:
        """Return the file's name."""
        return Path(self.path).name


def recent(workspace: Workspace) -> tuple[VerifiedFile, ...]:
    """Return what was verified last, the newest first; a damaged list is empty."""
    try:
        found = json.loads(_place(workspace).read_bytes())
    except (OSError, ValueError, RecursionError):
        return ()
    entries = found if isinstance(found, list) else []
    return tuple(one for one in map(_read, entries) if one is not None)[:MOST]


def remember(
    workspace: Workspace, found: Verification, clock: Clock | None = None
) -> tuple[VerifiedFile, ...]:
    """Put a file at the top of the list and return that.

    Raises:
        StoreError: when it cannot be written.
    """
    at = rfc3339((clock or SystemClock()).now().replace(microsecond=0))
    one = VerifiedFile(str(found.path.absolute()), found.trust, at)
    with _writing:
        rest = [other for other in recent(workspace) if other.path != one.path]
        return _write(workspace, (one, *rest))


def forget(workspace: Workspace, path: str) -> tuple[VerifiedFile, ...]:
    """Take a file off the list and return what is left.

    Raises:
        StoreError: when it cannot be written.
    """
    with _writing:
        rest = tuple(one for one in recent(workspace) if one.path != path)
        return _write(workspace, rest)


def _write(
    workspace: Workspace, files: tuple[VerifiedFile, ...]
) -> tuple[VerifiedFile, ...]:
    kept = files[:MOST]
    workspace.home.made()
    text = json.dumps([asdict(one) for one in kept], indent=1)
    write_whole(_place(workspace), text.encode())
    return kept


def _read(entry: Any) -> VerifiedFile | None:  # noqa: ANN401 - JSON of any shape
    told = entry if isinstance(entry, dict) else {}
    path, state, at = (told.get(key) for key in ("path", "state", "at"))
    if not (isinstance(path, str) and isinstance(at, str) and state in _STATES):
        return None
    return VerifiedFile(path, _STATES[state], at)


def _place(workspace: Workspace) -> Path:
    return workspace.home.path / "verified" / f"{workspace.project.key}.json"
