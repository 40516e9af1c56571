"""Dead letters put aside, inside the transaction of their caller."""

from collections.abc import Sequence
from sqlite3 import Connection as Db

from ferrule.redaction import live
from ferrule.store import delivery_rows


def discard(
    db: Db, project: str, numbers: Sequence[int], why: str, at: str
) -> list[int]:
    """Let dead letters be skipped, for a reason; return which were dead letters.

    What was wrong with one is still told behind the reason.
    """
    gone = []
    for number in numbers:
        row = db.execute(
            "UPDATE delivery SET status = 'skipped', settled_at = ?,"
            " error = ? || coalesce(' Before: ' || error, '')"
            " WHERE id = ? AND project = ? AND status = 'dead' RETURNING connection",
            (at, live.text(why), number, project),
        ).fetchone()
        if row is not None:
            moved = {(project, row[0], "dead"): -1, (project, row[0], "skipped"): 1}
            delivery_rows.count(db, moved)
            gone.append(number)
    return gone
