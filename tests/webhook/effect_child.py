"""A gateway that maps for real and may die at it: `python -m … FOLDER MOMENT`.

MOMENT is `computed`, before anything of the third delivery is written, `written`, when
it is and nothing is committed, or `never`. It prints its port and ends with its input.
"""

import os
import signal
import sqlite3
import sys
from pathlib import Path

from tests.webhook.mapped import Mapped
from tests.webhook.running import Running

from ferrule.store import Settled, Taken
from ferrule.store.delivery_records import MapDelivery, WriteSettled

WEBHOOK = {
    "eventTypes": ["issues"],
    "itemsPath": "$.item",
    "deliveryId": "header:X-Delivery",
}
_FATAL = 3


def dying(mapping: MapDelivery, moment: str) -> MapDelivery:
    """Return what maps as `mapping` does, and kills its process at the third."""

    def mapped(taken: Taken) -> WriteSettled:
        write = mapping(taken)
        fatal = taken.delivery.id == _FATAL

        def writing(db: sqlite3.Connection) -> Settled:
            settled = write(db)
            if fatal and moment == "written":
                os.kill(os.getpid(), signal.SIGKILL)
            return settled

        if fatal and moment == "computed":
            os.kill(os.getpid(), signal.SIGKILL)
        return writing

    return mapped


def main(folder: Path, moment: str) -> None:
    """Answer until standard input ends."""
    mapped = Mapped(folder, WEBHOOK)
    with Running(folder, map_delivery=dying(mapped.mapping, moment)) as gateway:
        sys.stdout.write(f"{gateway.port}\n")
        sys.stdout.flush()
        sys.stdin.read()
    mapped.database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
