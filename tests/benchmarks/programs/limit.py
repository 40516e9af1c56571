"""The limit: what a person would write by hand for this one service, and no more.

    python limit.py ADDRESS DATABASE [full]

It stores what Ferrule stores, in the same tables, indexes and pages: the mapped
fields, a document of what has no column, the complete item (and a safe copy of those
whose texts have carriage returns), a content hash that tells created, updated and
unchanged apart, and the cursor in each page's transaction. `full` also marks what was
seen and deletes what was not. It does not do what one program for one service can do
without: no descriptor, no JSONPath, no retries, no rate limit, no check of hosts,
deadlines or other control characters, no lease, numbers as doubles, times as they
come. The hash is taken over the item as it is stored, encoded once.
"""

import sqlite3
import sys
import time
from hashlib import sha256
from typing import Any

import httpx
import orjson

TABLES = """
CREATE TABLE signal (id INTEGER PRIMARY KEY, source INTEGER NOT NULL,
 external_id TEXT NOT NULL, content_hash TEXT NOT NULL, stream TEXT NOT NULL,
 type TEXT NOT NULL, timestamp TEXT NOT NULL, created_at TEXT, archived_at TEXT,
 priority TEXT, summary TEXT NOT NULL, stored_at INTEGER NOT NULL,
 first_run INTEGER NOT NULL, last_run INTEGER NOT NULL, signal TEXT NOT NULL,
 raw_payload TEXT NOT NULL, UNIQUE (source, external_id));
CREATE INDEX signal_by_time ON signal (source, timestamp, external_id, stored_at);
CREATE TABLE seen (run INTEGER, signal INTEGER, PRIMARY KEY (run, signal))
 WITHOUT ROWID;
CREATE TABLE position (stream TEXT PRIMARY KEY, position TEXT NOT NULL,
 created INTEGER, updated INTEGER, unchanged INTEGER) WITHOUT ROWID;
"""
UPSERT = (
    "INSERT INTO signal (source, external_id, content_hash, stream, type, timestamp,"
    " created_at, archived_at, priority, summary, stored_at, first_run, last_run,"
    " signal, raw_payload) VALUES (1, ?, ?, 'issues', ?, ?, ?, NULL, ?, ?, ?, 1, 1,"
    " ?, ?) ON CONFLICT (source, external_id) DO UPDATE SET"
    " content_hash = excluded.content_hash, type = excluded.type,"
    " timestamp = excluded.timestamp, created_at = excluded.created_at,"
    " priority = excluded.priority, summary = excluded.summary,"
    " stored_at = excluded.stored_at, last_run = excluded.last_run,"
    " signal = excluded.signal, raw_payload = excluded.raw_payload"
)
PRIORITIES = (
    ("priority: critical", "critical"),
    ("priority: high", "high"),
    ("priority: low", "low"),
)
SIZE = 100


def mapped(item: dict[str, Any], now: int) -> tuple[Any, ...]:
    """Return the row of an item."""
    raw = orjson.dumps(item)
    content_hash = sha256(raw).hexdigest()
    key = str(item["id"])
    tags = [label["name"] for label in item["labels"]]
    people = [item["user"]["login"], *[one["login"] for one in item["assignees"]]]
    created, updated = item["created_at"], item["updated_at"]
    if created == updated:
        kind = "issue_created"
    elif item["state"] == "closed" and item["closed_at"] == updated:
        kind = "issue_closed"
    else:
        kind = "issue_updated"
    priority = next((then for name, then in PRIORITIES if name in tags), None)
    summary = f"#{item['number']} {item['title']}"[:500]
    signal = {
        "id": sha256(b"bench/issues/" + key.encode()).hexdigest()[:32],
        "source": "bench-offset",
        "participants": people,
        "tags": tags,
        "relatedItems": [item["html_url"]],
    }
    if "\r" in item["body"]:
        signal["raw"] = orjson.Fragment(raw.replace(b"\\r", b""))
    return (
        *(key, content_hash, kind, updated, created, priority, summary, now),
        *(orjson.dumps(signal).decode(), raw.decode()),
    )


def store(
    db: sqlite3.Connection, items: list[Any], following: int, *, full: bool
) -> None:
    """Write a page and where the next one begins, in one transaction."""
    rows = [mapped(item, int(time.time())) for item in items]
    db.execute("BEGIN IMMEDIATE")
    places = ",".join("?" * len(rows))
    found = db.execute(
        "SELECT external_id, content_hash, id FROM signal WHERE source = 1"  # noqa: S608 - places only
        f" AND external_id IN ({places})",
        [row[0] for row in rows],
    ).fetchall()
    known = {key: content_hash for key, content_hash, _ in found}
    changed = [row for row in rows if known.get(row[0]) != row[1]]
    db.executemany(UPSERT, changed)
    if full:
        seen = [(number,) for _, _, number in found]
        db.executemany("INSERT OR IGNORE INTO seen VALUES (1, ?)", seen)
    created = sum(row[0] not in known for row in changed)
    updated, unchanged = len(changed) - created, len(rows) - len(changed)
    db.execute(
        "INSERT INTO position VALUES ('issues', ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET position = excluded.position,"
        " created = created + excluded.created, updated = updated + excluded.updated,"
        " unchanged = unchanged + excluded.unchanged",
        (str(following), created, updated, unchanged),
    )
    db.execute("COMMIT")


def main(address: str, database: str, *, full: bool) -> None:
    """Fetch every page and store it."""
    db = sqlite3.connect(database, isolation_level=None)
    for setting in ("page_size=8192", "journal_mode=WAL", "synchronous=NORMAL"):
        db.execute(f"PRAGMA {setting}")
    db.executescript(TABLES)
    offset = 0
    with httpx.Client() as client:
        while True:
            answer = client.get(address, params={"offset": offset, "limit": SIZE})
            answer.raise_for_status()
            found = orjson.loads(answer.content)
            items = found["items"]
            offset += len(items)
            store(db, items, offset, full=full)
            if offset >= found["total_count"]:
                break
    if full:
        db.execute(
            "DELETE FROM signal WHERE source = 1 AND last_run < 1 AND NOT EXISTS"
            " (SELECT 1 FROM seen WHERE seen.run = 1 AND seen.signal = signal.id)"
        )
        db.execute("DELETE FROM seen")
    counted = db.execute("SELECT created, updated, unchanged FROM position").fetchone()
    db.close()
    sys.stdout.write(orjson.dumps({"records": sum(counted)}).decode() + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], full="full" in sys.argv[3:])
