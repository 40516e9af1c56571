"""The trail: only added to, and an edit by another program is noticed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.store.building import NOW

from ferrule.errors import StoreError
from ferrule.redaction import live
from ferrule.store import Audit, AuditEntry, Database

SECRET = "s3cr3t-of-the-trail-77"


def entry(subject: str, **members: object) -> AuditEntry:
    plain = {
        "at": NOW,
        "project": "p",
        "actor": "ada@engine",
        "via": "ferrule connect",
        "action": "connection.connect",
        "subject": subject,
    }
    return AuditEntry(**{**plain, **members})


@pytest.fixture
def audit(database: Database) -> Audit:
    made = Audit(database)
    for number in range(5):
        made.append(entry(f"work-{number}", project="q" if number == 2 else "p"))
    return made


def edit(path: Path, *statements: str) -> None:
    """Do as another program could: whoever may write the file can drop triggers."""
    with closing(sqlite3.connect(path)) as db:
        for trigger in ("audit_no_update", "audit_no_delete"):
            found = db.execute(
                "SELECT sql FROM sqlite_schema WHERE name = ?", (trigger,)
            ).fetchone()
            db.execute(f"DROP TRIGGER {trigger}")
            statements = (*statements, found[0])
        for statement in statements:
            db.execute(statement)
        db.commit()


def test_rows_are_read_newest_first_and_the_trail_is_whole(audit):
    assert [row.subject for row in audit.rows("p")] == [
        "work-4",
        "work-3",
        "work-1",
        "work-0",
    ]
    assert [row.id for row in audit.rows(limit=2)] == [5, 4]
    assert [row.id for row in audit.rows(before=4, limit=2)] == [3, 2]
    found = audit.verify()
    assert (found.rows, found.whole) == (5, True)
    assert found.head == audit.rows(limit=1)[0].digest
    assert audit.verify(found.head).whole
    assert not audit.verify("f" * 64).whole


def test_an_empty_trail_is_whole(database):
    assert Audit(database).verify().whole


REPLACE = """REPLACE INTO audit SELECT id, at, project, 'eve', via, action, subject,
 outcome, correlation, note, previous, digest FROM audit WHERE id = 2"""


@pytest.mark.parametrize(
    "deed", ["UPDATE audit SET note = 'x'", "DELETE FROM audit", REPLACE]
)
def test_the_database_refuses_to_change_or_delete_a_row(audit, database, deed):
    with pytest.raises(StoreError, match="append-only"), database.writing() as db:
        db.execute(deed)
    assert audit.verify().whole


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE audit SET actor = 'eve@engine' WHERE id = 3", 3),
        ("UPDATE audit SET outcome = 'refused' WHERE id = 1", 1),
        ("UPDATE audit SET at = '2020-01-01T00:00:00Z' WHERE id = 5", 5),
        ("DELETE FROM audit WHERE id = 3", 4),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("DELETE FROM audit WHERE id > 3", 3),
        ("UPDATE audit SET id = id + 10 WHERE id = 2", 3),
    ],
)
def test_an_edit_by_another_program_is_noticed(audit, database, statement, row):
    edit(database.path, statement)
    found = audit.verify()
    assert not found.whole
    assert row in {one.id for one in found.broken}


def test_triggers_that_were_taken_away_are_noticed(audit, database):
    with closing(sqlite3.connect(database.path)) as db:
        db.execute("DROP TRIGGER audit_no_update")
        db.commit()
    assert "audit_no_update" in audit.verify().broken[0].why


def test_no_secret_is_in_a_row(audit, database):
    live.add(SECRET)
    audit.append(entry(SECRET, note=f"it said {SECRET}, password=hunter22"))
    with database.reading() as db:
        raw = repr(db.execute("SELECT * FROM audit").fetchall())
    assert SECRET not in raw
    assert "hunter22" not in raw
    assert audit.verify().whole
