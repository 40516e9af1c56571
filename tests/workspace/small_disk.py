"""A sync on a disk of 1.2 MB, inside a mount namespace of its own.

    unshare -rm python -m tests.workspace.small_disk FOLDER ADDRESS

mounts a small tmpfs on the folder, syncs until it is full, makes it larger, syncs on,
then makes it read-only and syncs once more. One JSON line tells of each.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.support.clock import FakeClock
from tests.workspace.faulty import CLEAN, described

from ferrule.errors import FerruleError
from ferrule.store import Connection, Connections, Database, Runs
from ferrule.workspace.syncing import SyncOrder, sync

SMALL_KB = 1200


def mount(folder: Path, options: str) -> None:
    """Mount a tmpfs on a folder, or change the one that is there."""
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True
    )


def attempt(path: Path, address: str) -> dict[str, Any]:
    """Sync once and return how it ended and what the database holds."""
    made = Connection("things", "p", "things", "1.0.0", config={"baseUrl": address})
    try:
        with Database.open(path) as database:
            if not Connections(database).list("p"):
                Connections(database).create(made)
            ended = sync(
                *(made, described(), {}, Runs(database), SyncOrder(full=True)),
                emit=lambda _event: None,
                clock=FakeClock(),
            )
            told = ended.wire()
    except FerruleError as error:
        told = {"status": "refused", "error": error.message}
    return told | held(path)


def held(path: Path) -> dict[str, Any]:
    """Return what the database holds, read from a copy: here is no room for a log."""
    with tempfile.TemporaryDirectory() as elsewhere:
        for one in path.parent.glob(f"{path.name}*"):
            if not one.name.endswith("-shm"):
                shutil.copy(one, elsewhere)
        with closing(sqlite3.connect(Path(elsewhere) / path.name)) as db:
            return {name: db.execute(sql).fetchone()[0] for name, sql in CLEAN.items()}


if __name__ == "__main__":
    disk, origin = Path(sys.argv[1]), sys.argv[2]
    for options in (f"size={SMALL_KB}k", "remount,size=40m", "remount,ro"):
        mount(disk, options)
        sys.stdout.write(json.dumps(attempt(disk / "ferrule.db", origin)) + "\n")
