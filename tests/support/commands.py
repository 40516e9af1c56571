"""Ferrule as a person or a scheduler calls it: a process of its own, a home of its own.

No keychain is asked; a master key in the environment seals what is kept.
"""

import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAM = [sys.executable, "-m", "ferrule"]
KEY = b64encode(bytes(range(32))).decode()


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and the code it ended with."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """The JSON lines of its standard output."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def last(self) -> Any:
        """The last of its JSON lines."""
        return self.lines[-1]


@dataclass(frozen=True, slots=True)
class Ferrule:
    """The command line over one data directory; commands run in `folder`."""

    home: Path
    folder: Path
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The environment that commands get: nothing of ours but what they need."""
        kept = ("PATH", "PYTHONPATH", "LANG", "SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR")
        return {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "FERRULE_HOME": str(self.home),
            "FERRULE_KEYCHAIN": "off",
            "FERRULE_MASTER_KEY": KEY,
            "HOME": str(self.folder),
            "COLUMNS": "200",
            "PYTHONWARNINGS": "error",
            **self.extra,
        }

    def __call__(
        self, *arguments: str, given: str | None = None, timeout: float = 60, **env: str
    ) -> Said:
        """Run one command to its end."""
        done = subprocess.run(  # noqa: PLW1510 - the code is looked at
            [*PROGRAM, *arguments],
            cwd=self.folder,
            env=self.environment | env,
            input=given or "",
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str, **env: str) -> subprocess.Popen[bytes]:
        """Start a command and return its process, all its pipes open."""
        return subprocess.Popen(
            [*PROGRAM, *arguments],
            cwd=self.folder,
            env=self.environment | env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


def job(connection: str, mode: str = "incremental", **members: Any) -> bytes:
    """Return the first line for `sync --control stdin`."""
    secrets = members.pop("secrets", None)
    line: dict[str, Any] = {"job": {"connection": connection, "mode": mode, **members}}
    if secrets is not None:
        line["secrets"] = secrets
    return json.dumps(line).encode() + b"\n"
