"""A gateway as a process that can be killed; its argument is a folder.

It maps each delivery by writing a row down, in the transaction that settles it, so that
one that is mapped twice is seen. It prints its port and ends with its input.
"""

import sqlite3
import sys
from pathlib import Path

from tests.webhook.running import Running

from ferrule.store import Settled, Taken
from ferrule.store.delivery_records import WriteSettled
from ferrule.webhook.gateway.application import Rules

TABLE = "CREATE TABLE IF NOT EXISTS mapped_here (delivery INTEGER, number TEXT)"
OFTEN = 10**9


def mapped_here(taken: Taken) -> WriteSettled:
    """Note in the database that a delivery was mapped."""
    row = (taken.delivery.id, taken.delivery.delivery_id)

    def write(db: sqlite3.Connection) -> Settled:
        db.execute("INSERT INTO mapped_here VALUES (?, ?)", row)
        return Settled("mapped")

    return write


def main(folder: Path) -> None:
    """Answer until standard input ends."""
    sys.setswitchinterval(0.0005)  # as the command does
    running = Running(folder, map_delivery=mapped_here, rules=Rules(per_minute=OFTEN))
    with running.database.writing() as db:
        db.execute(TABLE)
    with running as gateway:
        sys.stdout.write(f"{gateway.port}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
