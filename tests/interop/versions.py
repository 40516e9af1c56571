"""What each peer calls itself here: its name and version, as the table shows them."""

import json
import platform
import re
import sqlite3
import subprocess
from pathlib import Path

from tests.benchmarks import environments
from tests.interop import typescript
from tests.support.postgres import server_programs

VERSION = re.compile(r"\d+(?:\.\d+)+")
FOUND: dict[str, str] = {}


def named(peer: str) -> str:
    """Return `peer` with its version, or as it is where it has none."""
    if peer not in FOUND:
        FOUND[peer] = _asked(peer)
    return FOUND[peer]


def _asked(peer: str) -> str:
    if peer in {"airbyte", "dlt", "schemathesis"}:
        made = environments.python_of(peer).exists()
        return environments.installed(peer) if made else peer
    known = {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version}
    if peer in known:
        return f"{peer} {known[peer]}"
    command = {
        "Node": [typescript.NODE, "--version"],
        "Go": ["go", "version"],
        "PostgreSQL": [f"{server_programs()}/postgres", "--version"],
    }.get(peer)
    if command is None:
        return peer
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return f"{peer} {VERSION.search(said)[0]}"


def note(peer: str, modules: Path) -> None:
    """Remember the version of what npm installed, a package of the peer's name."""
    text = (modules / peer.lower() / "package.json").read_text("utf-8")
    FOUND[peer] = f"{peer} {json.loads(text)['version']}"
