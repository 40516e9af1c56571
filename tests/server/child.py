"""The registry server in a process of its own, at the time that the bundles are of.

python -m tests.server.child DATABASE TRUST FINGERPRINT
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from ferrule.clock import SystemClock
from ferrule.server.serving import Serving, serve


class ThatDay(SystemClock):
    def now(self) -> datetime:
        return datetime(2025, 6, 1, 12, 0, tzinfo=UTC)


def tell(line: dict) -> None:
    print(json.dumps(line), flush=True)  # noqa: T201 - its parent reads it


if __name__ == "__main__":
    database, trust, fingerprint = sys.argv[1:4]
    wanted = Serving(
        database,
        trust=Path(trust).read_bytes() if trust else None,
        roots=[fingerprint],
        clock=ThatDay(),
    )
    serve(wanted, announce=tell, until_stdin_ends=True)
