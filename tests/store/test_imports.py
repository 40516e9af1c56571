"""What was accepted and decided is kept in order, and is never unwritten."""

from dataclasses import replace

import pytest

from ferrule.errors import StoreError
from ferrule.store import AcceptedVersion, Database, ImportEvent, Imports

DIGEST, OTHER = "sha256:" + "0" * 64, "sha256:" + "1" * 64
ONE = AcceptedVersion("acme.issues", "1.2.0", DIGEST, DIGEST, "2025-06-01T12:00:00Z")
EVENT = ImportEvent(
    at="2025-06-01T12:00:00Z",
    event="accepted",
    bundle_id="acme",
    version="2.3.0",
    payload_digest=DIGEST,
    connectors=("acme.issues@v1.2.0",),
    signers=("anna, “the first”", "bo"),
    command="ferrule import",
    reason=None,
)


def test_nothing_is_there_before_something_was_accepted(database: Database) -> None:
    imports = Imports(database)
    assert (imports.accepted("p"), imports.record("p")) == ((), ())


def test_each_project_has_its_own_in_order(database: Database) -> None:
    imports = Imports(database)
    later = replace(EVENT, event="downgraded", reason="it loses comments")
    imports.note("p", [EVENT], [ONE, replace(ONE, version="1.10.0", digest=OTHER)])
    imports.note("p", [later], [ONE])
    imports.note("q", [EVENT])
    assert imports.record("p") == (EVENT, later)
    assert imports.record("q") == (EVENT,)
    assert imports.accepted("q") == ()
    assert [one.version for one in imports.accepted("p")] == ["1.10.0", "1.2.0"]


def test_a_version_with_other_content_takes_nothing_along(database: Database) -> None:
    imports = Imports(database)
    imports.note("p", [EVENT], [ONE])
    new = replace(ONE, version="1.3.0")
    with pytest.raises(StoreError, match="accepted with other content"):
        imports.note("p", [EVENT], [new, replace(ONE, digest=OTHER)])
    assert (imports.accepted("p"), imports.record("p")) == ((ONE,), (EVENT,))


@pytest.mark.parametrize("table", ["accepted_version", "import_record"])
@pytest.mark.parametrize("deed", ["DELETE FROM {}", "UPDATE {} SET version = '0.0.1'"])
def test_neither_table_forgets(database: Database, table: str, deed: str) -> None:
    Imports(database).note("p", [EVENT], [ONE])
    with (
        pytest.raises(StoreError, match="append-only"),
        database.writing() as db,
    ):
        db.execute(deed.format(table))
