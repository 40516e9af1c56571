"""Provide the programs that `make interop` speaks to: standard library only.

    python packaging/debian_programs.py

As root on Debian or Ubuntu it installs the packages of those that are missing;
elsewhere it says which they are. Where Node is older than the exported function needs,
npm brings one into `build/peers/node`. Whatever is missing after that, the tests leave
out and say so: this never fails.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {
    "node": "nodejs",
    "npm": "npm",
    "go": "golang-go",
    "pg_ctl": "postgresql",
    "promtool": "prometheus",
}
POSTGRESQL = Path("/usr/lib/postgresql")  # Debian keeps the server out of PATH
NODE = 20


def main() -> int:
    """Install what is missing, or say what is; return 0."""
    missing = [
        package for program, package in PACKAGES.items() if not _is_here(program)
    ]
    if missing:
        _provide(missing)
    if shutil.which("npm") and _node() < NODE:
        _bring_node()
    return 0


def _is_here(program: str) -> bool:
    found = program == "pg_ctl" and any(POSTGRESQL.glob(f"*/bin/{program}"))
    return found or shutil.which(program) is not None


def _provide(packages: list[str]) -> None:
    named, apt = " ".join(packages), shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        print(f"Not here: {named}. On Debian: sudo apt-get install -y {named}")
        return
    print(f"Installing {named} …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = [apt, "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in ([apt, "update", "-qq"], install):
        subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)


def _node() -> int:
    """Return the major version of the Node that is first in PATH, 0 without one."""
    node = shutil.which("node")
    if node is None:
        return 0
    said = subprocess.run([node, "--version"], check=True, capture_output=True)
    found = re.match(rb"v(\d+)", said.stdout)
    return int(found[1]) if found else 0


def _bring_node() -> None:
    """Have npm install Node, with an npm that runs in it."""
    print(f"Installing Node {NODE} into build/peers/node …", flush=True)
    folder = ROOT / "build" / "peers" / "node"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n', "utf-8")
    install = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*install, f"node@{NODE}", "npm@10"], cwd=folder, check=False)


if __name__ == "__main__":
    sys.exit(main())
