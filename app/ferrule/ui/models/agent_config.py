"""What an agent's client is configured with so that it finds the tools."""

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from ferrule.exchange import Json
from ferrule.ui.child import program

PACKAGE: Final = "ferrule[mcp]"
_KEPT: Final = ("FERRULE_HOME", "FERRULE_KEYCHAIN")


def installed() -> bool:
    """Return whether the package that speaks the protocol is there."""
    return importlib.util.find_spec("mcp") is not None


def install_text() -> str:
    """Return the command that installs it where this window's program is."""
    return f"{_quoted(sys.executable)} -m pip install '{PACKAGE}'"


def config_text(
    project: Path,
    connections: Collection[str] = (),
    *,
    read_only: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> str:
    """Return a client's configuration as JSON: the exact command that serves.

    The program is named by its whole path, for clients have no shell. The key of the
    vault is never in it.
    """
    command, *rest = _program()
    args: list[Json] = [*rest, "--project", str(project), "mcp", "serve"]
    for key in connections:
        args += ["--connection", key]
    if read_only:
        args.append("--read-only")
    kept: dict[str, Json] = {n: environment[n] for n in _KEPT if n in environment}
    parts = {"command": command, "args": args, **({"env": kept} if kept else {})}
    lines = (f'      "{name}": {_written(value)}' for name, value in parts.items())
    inside = ",\n".join(lines)
    return f'{{\n  "mcpServers": {{\n    "ferrule": {{\n{inside}\n    }}\n  }}\n}}'


def _program() -> list[str]:
    beside = Path(sys.executable).with_name("ferrule")
    if beside.is_file():
        return [str(beside)]
    found = shutil.which("ferrule")
    return [found] if found else program()


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
