"""Bundles taken in: new, again, newer, older, with an override, and after a removal."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select
from tests.bundle import acme
from tests.server.child import ThatDay

from ferrule.bundle import Role, seal_trust
from ferrule.errors import BundleRejected, Rollback, UsageError
from ferrule.server import connectors, tables
from ferrule.server.database import Database
from ferrule.server.refusals import RefusalError
from ferrule.server.taking import take_bundle
from ferrule.server.trusting import begin, current_trust, follow

CLOCK = ThatDay()
GOOD = acme.bundle()
ROOTS = [acme.ROOT.public.fingerprint]
SEALED = seal_trust(acme.trust(), [acme.ROOT])


@pytest.fixture
def database(tmp_path):
    with Database.open(str(tmp_path / "server.db")) as opened:
        begin(opened, SEALED, ROOTS, CLOCK)
        yield opened


def take(database, raw=GOOD, **options):
    return take_bundle(database, raw, by="me (0)", clock=CLOCK, **options)


def issues(version, **changes):
    """Return a bundle whose acme.issues has another version, or other content."""
    files = acme.folder(acme.VERSIONS | {"acme.issues": version})
    document = acme.descriptor("acme.issues", version, **changes)
    files["connectors/acme.issues.json"] = acme.written(document)
    return acme.bundle(files)


def rows(database, table):
    with database.reading() as db:
        return list(db.execute(select(table)))


def enabled(database):
    found = rows(database, tables.connector)
    return {(one.id, one.version): one.enabled for one in found}


def test_connectors_come_disabled(database):
    taken = take(database)
    assert taken.new
    assert enabled(database) == {
        ("acme.issues", "1.2.0"): False,
        ("acme.people", "1.0.0"): False,
    }
    (kept,) = rows(database, tables.bundle)
    assert (bytes(kept.raw), kept.received_by) == (GOOD, "me (0)")


def test_the_same_again_changes_nothing(database):
    take(database)
    before = [rows(database, t) for t in tables.metadata.sorted_tables]
    again = take(database)
    assert not again.new
    assert again.unchanged == ("acme.issues", "acme.people")
    assert [rows(database, t) for t in tables.metadata.sorted_tables] == before


def test_the_same_with_another_signature_is_kept_with_that(database):
    both = acme.trust().with_key(acme.STRANGER.public)
    role = Role((acme.SIGNER.public.id, acme.STRANGER.public.id))
    trust = replace(both.delegated(["acme.*"], role), version=2)
    with database.writing() as db:
        follow(db, seal_trust(trust, [acme.ROOT]), "me", CLOCK)
    take(database)
    other = acme.bundle(keys=(acme.STRANGER,))
    assert not take(database, other).new
    (kept,) = rows(database, tables.bundle)
    assert bytes(kept.raw) == other
    assert json.loads(kept.signers) == [acme.STRANGER.public.id]


def test_a_newer_version_stands_beside_the_older_one(database):
    take(database)
    with database.writing() as db:
        connectors.enable(db, "acme.issues", None, (), CLOCK)
    taken = take(database, issues("1.10.0"))
    assert taken.new
    assert taken.unchanged == ("acme.people",)
    assert enabled(database)["acme.issues", "1.2.0"]
    assert not enabled(database)["acme.issues", "1.10.0"]
    with database.reading() as db:
        assert connectors.connector_row(db, "acme.issues").version == "1.10.0"
        assert connectors.versions_of(db, "acme.issues") == ["1.2.0", "1.10.0"]
        assert connectors.enabled_version(db, "acme.issues") == "1.2.0"


def test_an_older_version_comes_back_with_a_reason_alone(database):
    take(database, issues("1.10.0"))
    with database.writing() as db:
        connectors.enable(db, "acme.issues", None, (), CLOCK)
    with pytest.raises(Rollback):
        take(database)
    taken = take(database, reason="1.10.0 loses comments")
    assert taken.overridden == ("acme.issues",)
    (logged,) = rows(database, tables.override)
    assert logged._asdict() == {
        "number": 1,
        "at": "2025-06-01T12:00:00Z",
        "by": "me (0)",
        "reason": "1.10.0 loses comments",
        "bundle": taken.bundle.payload_digest,
        "connector": "acme.issues",
        "from_version": "1.10.0",
        "to_version": "1.2.0",
    }
    assert not any(enabled(database).values())
    with database.reading() as db:
        assert connectors.connector_row(db, "acme.issues").version == "1.2.0"
    assert take(database, issues("1.10.0")).new
    assert not any(enabled(database).values())


def test_other_content_of_a_version_replaces_it_by_an_override_alone(database):
    take(database)
    with database.writing() as db:
        connectors.enable(db, "acme.issues", None, (), CLOCK)
    other = issues("1.2.0", description="Other things.")
    with pytest.raises(Rollback):
        take(database, other)
    assert take(database, other, reason="never released").new
    assert not enabled(database)["acme.issues", "1.2.0"]
    with pytest.raises(Rollback):
        take(database)


def test_an_override_that_nothing_needs_is_not_logged(database):
    take(database, reason="just in case")
    take(database, reason="just in case")
    assert rows(database, tables.override) == []


def test_what_was_removed_comes_again_but_nothing_older(database):
    take(database, issues("1.3.0"))
    with database.writing() as db:
        connectors.remove(db, "acme.issues")
    with pytest.raises(Rollback):
        take(database)
    taken = take(database, issues("1.3.0"))
    assert taken.new
    assert enabled(database)["acme.issues", "1.3.0"] is False


def test_a_check_that_refuses_leaves_nothing(database):
    def never(_db, _bundle):
        raise RefusalError(409, "no", "No.")

    with pytest.raises(RefusalError):
        take(database, check=never)
    assert rows(database, tables.bundle) == rows(database, tables.mark) == []


def test_further_hosts_are_held_until_they_are_named(database):
    take(database)
    hosts = ["api.acme.example", "eu.acme.example"]
    wider = {"permissions": {"hosts": hosts, "scopes": [], "writes": []}}
    with database.writing() as db:
        connectors.enable(db, "acme.issues", None, (), CLOCK)
    take(database, issues("1.3.0", **wider))
    with database.writing() as db, pytest.raises(RefusalError, match=r"eu\.acme"):
        connectors.enable(db, "acme.issues", None, ["us.acme.example"], CLOCK)
    with database.writing() as db:
        assert connectors.enable(db, "acme.issues", None, hosts[1:], CLOCK).enabled
        connectors.disable(db, "acme.issues", None)
        assert connectors.enable(db, "acme.issues", None, (), CLOCK).enabled


def test_hosts_of_an_api_version_are_hosts_too(database):
    wider = {"permissions": {"hosts": ["eu.acme.example"], "scopes": [], "writes": []}}
    version = {"id": "2", "label": "2", "status": "stable", "overrides": wider}
    take(database)
    with database.writing() as db:
        connectors.enable(db, "acme.issues", None, (), CLOCK)
    take(database, issues("1.3.0", apiVersions=[version]))
    with database.writing() as db, pytest.raises(RefusalError, match=r"eu\.acme"):
        connectors.enable(db, "acme.issues", None, (), CLOCK)


def test_the_trust_list_begins_with_a_root_that_was_compared(tmp_path):
    with Database.open(str(tmp_path / "other.db")) as database:
        with pytest.raises(UsageError, match="trusts nobody"):
            begin(database, None, (), CLOCK)
        with pytest.raises(UsageError, match="not confirmed") as unconfirmed:
            begin(database, SEALED, (), CLOCK)
        assert ROOTS[0] in unconfirmed.value.advice
        with pytest.raises(UsageError, match="--root names"):
            begin(database, SEALED, [acme.SIGNER.public.fingerprint], CLOCK)
        assert begin(database, SEALED, [ROOTS[0].replace(" ", "")], CLOCK)
        assert begin(database, None, (), CLOCK).trust == acme.trust()
        assert begin(database, SEALED, (), CLOCK).trust == acme.trust()


def test_the_trust_list_is_followed_by_its_successors_alone(database):
    def put(version, keys=(acme.ROOT,)):
        raw = seal_trust(replace(acme.trust("acme.issues"), version=version), keys)
        with database.writing() as db:
            return follow(db, raw, "me", CLOCK)[1]

    for wrong in (1, 3):
        with pytest.raises(Rollback):
            put(wrong)
    with pytest.raises(RefusalError, match="its own root"):
        put(2, [acme.STRANGER])
    assert put(2)
    assert not put(2)
    with database.reading() as db:
        assert current_trust(db).connectors_of(acme.SIGNER.public.id) == (
            "acme.issues",
        )
    with pytest.raises(BundleRejected):
        take(database)
    assert [one.version for one in rows(database, tables.trust_list)] == [1, 2]
