"""Make an environment to run Ferrule in: standard library only, safe to run again.

    python packaging/bootstrap.py [FOLDER] [EXTRAS]

creates a virtual environment (by default `.venv`), installs Ferrule into it with the
extras (by default `window`), compiles it to bytecode and checks that Qt finds its
system libraries. uv does the work where it can be had, pip otherwise. Nothing is
installed twice: a stamp beside the environment tells what was installed from.
"""

import hashlib
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST = (3, 11)


def main(arguments: Sequence[str]) -> int:
    """Make the environment ready; return 0, or 1 with a message."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        return _refuse(f"Ferrule needs Python 3.11 or later; this is {found}.")
    folder = ROOT / (arguments[0] if arguments else ".venv")
    extras = arguments[1] if len(arguments) > 1 else "window"
    try:
        _install(folder, extras)
        _compile(folder)
    except subprocess.CalledProcessError as error:
        return _refuse(f"The installation failed: {' '.join(map(str, error.cmd))}")
    return _check_qt(folder) if "window" in extras.split(",") else 0


def _install(folder: Path, extras: str) -> None:
    stamp = folder / ".ferrule-stamp"
    wanted = _fingerprint(extras)
    installed = stamp.read_text().split() if stamp.exists() else []
    if wanted in installed:
        return
    if not _python(folder).exists():
        print(f"Creating {folder.relative_to(ROOT)} …", flush=True)
        venv.create(folder, with_pip=True)
    print(f"Installing Ferrule with [{extras}] …", flush=True)
    _install_package(folder, extras)
    stamp.write_text("\n".join([*installed[-8:], wanted]) + "\n")


def _compile(folder: Path) -> None:
    """Compile what was edited since the last time, which the stamp does not know."""
    _run(_python(folder), "-m", "compileall", "-q", ROOT / "app")


def _install_package(folder: Path, extras: str) -> None:
    python, target = _python(folder), f"{ROOT}[{extras}]"
    uv = [python, "-m", "uv", "pip", "install", "-q", "--compile-bytecode"]
    try:
        _run(python, "-m", "pip", "install", "-q", "uv", quiet=True)
        _run(*uv, "--python", python, "-e", target, quiet=True)
    except subprocess.CalledProcessError:
        _run(python, "-m", "pip", "install", "-q", "-e", target)


def _run(*command: str | Path, quiet: bool = False) -> None:
    """Run a command; `quiet` keeps its errors back, because another way follows."""
    sink = subprocess.DEVNULL if quiet else None
    subprocess.run([*map(str, command)], check=True, stderr=sink, cwd=ROOT)


def _python(folder: Path) -> Path:
    if os.name == "nt":
        return folder / "Scripts" / "python.exe"
    return folder / "bin" / "python"


def _fingerprint(extras: str) -> str:
    parts = [(ROOT / "pyproject.toml").read_text("utf-8"), sys.version, extras]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _check_qt(folder: Path) -> int:
    """See that Qt's system libraries are there; install them as root on Debian."""
    if not sys.platform.startswith("linux"):
        return 0
    found = next(folder.glob("lib/python*/site-packages/PySide6"), None)
    if found is None:
        return 0
    sys.path.insert(0, str(ROOT / "packaging"))
    import qt_libraries  # noqa: PLC0415 - only where it is needed

    missing = qt_libraries.missing(found, display=bool(os.environ.get("DISPLAY")))
    if not missing:
        return 0
    return qt_libraries.provide(missing)


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
