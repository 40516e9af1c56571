"""Deliveries that a person makes dead letters of, inside the caller's transaction."""

from sqlite3 import Connection as Db

from ferrule.redaction import live
from ferrule.store import delivery_rows


def bury(db: Db, project: str, number: int, why: str, at: str) -> bool:
    """Make a dead letter of a settled delivery; tell whether it was one."""
    row = db.execute(
        "SELECT connection, status FROM delivery WHERE id = ? AND project = ?"
        " AND status IN ('mapped', 'ignored', 'skipped')",
        (number, project),
    ).fetchone()
    if row is None:
        return False
    db.execute(
        "UPDATE delivery SET status = 'dead', error = ?, settled_at = ? WHERE id = ?",
        (live.text(why), at, number),
    )
    moved = {(project, row[0], row[1]): -1, (project, row[0], "dead"): 1}
    delivery_rows.count(db, moved)
    return True
