"""The TypeScript compiler from the registry of npm, and programs that it made.

It is installed once a run into a temporary folder; nothing of it stays in the checkout.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

NODE, NPM = shutil.which("node"), shutil.which("npm")
MISSING = "node and npm are not on this machine"
PACKAGES = ("typescript@>=5.7", "@types/node@20")


def install(folder: Path, packages: Sequence[str] = PACKAGES) -> Path:
    """Install packages, by default the compiler, and return their `node_modules`.

    Where npm's registry does not give them, the test is left out and says so.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    command = [NPM, "install", "--no-audit", "--no-fund", *packages]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"npm does not get {' '.join(packages)} here")
    return folder / "node_modules"


def compile_in(folder: Path, modules: Path, *options: str) -> str:
    """Return what the compiler says of a folder; nothing when all is well."""
    link = folder / "node_modules"
    if not link.exists():
        link.symlink_to(modules, target_is_directory=True)
    compiler = modules / "typescript" / "bin" / "tsc"
    done = subprocess.run(  # noqa: PLW1510 - judged by what it says
        [NODE, compiler, *options], cwd=folder, capture_output=True, text=True
    )
    return done.stdout + done.stderr


def run(command, folder: Path, given: bytes = b"") -> bytes:
    environment = os.environ | {"NO_COLOR": "1"}
    done = subprocess.run(  # noqa: PLW1510 - judged by what it says
        command, cwd=folder, input=given, capture_output=True, env=environment
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
