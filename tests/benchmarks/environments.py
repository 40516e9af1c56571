"""The environments of the programs that Ferrule is measured against.

    python -m tests.benchmarks.environments [NAME ...]

Each is installed from PyPI into `build/peers/NAME`, once.
"""

import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
PEERS: Mapping[str, tuple[str, ...]] = {
    "limit": ("httpx==0.28.*", "orjson>=3.11"),
    "airbyte": ("airbyte-cdk==7.39.*",),
    "dlt": ("dlt[sqlalchemy,parquet]==1.31.*",),
    "singer": ("singer-sdk==0.54.*",),
    "schemathesis": ("schemathesis==4.32.*",),
}


def python_of(name: str) -> Path:
    """Return the interpreter of an environment, whether it is there or not."""
    return ROOT / "build" / "peers" / name / "bin" / "python"


def make(name: str) -> Path:
    """Return the interpreter of an environment, installed now if it was not.

    uv does it where it can be had, pip otherwise.
    """
    python, wanted = python_of(name), " ".join(PEERS[name])
    stamp = python.parents[1] / ".installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    venv.create(python.parents[1], clear=True, symlinks=True, with_pip=True)
    uv = [sys.executable, "-m", "uv", "pip", "install", "-q", "--compile-bytecode"]
    try:
        _run(*uv, "--python", python, *PEERS[name])
    except subprocess.CalledProcessError:
        _run(python, "-m", "pip", "install", "-q", *PEERS[name])
    stamp.write_text(wanted)
    return python


def installed(name: str) -> str:
    """Return name and version of an environment's peer."""
    package = PEERS[name][0].split("[")[0].split("=")[0]
    said = subprocess.run(
        [
            *(python_of(name), "-c"),
            f"from importlib.metadata import version; print(version({package!r}))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return f"{package} {said.stdout.strip()}"


def _run(*command: str | Path) -> None:
    subprocess.run([*map(str, command)], check=True, cwd=ROOT)


def main(names: Sequence[str]) -> int:
    """Make the named environments, or all; return 0."""
    for name in names or PEERS:
        make(name)
        sys.stdout.write(f"{installed(name)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
