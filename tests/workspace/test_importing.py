"""Bundles are looked at, taken in, enabled, replaced and dropped."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.bundle import acme
from tests.workspace.importer import (
    GOOD,
    ISSUES,
    NEWER,
    OLDER,
    PEOPLE,
    WHY,
    WIDER,
    Importer,
    bundle,
    card,
    connect,
    enabled,
    trusting,
)

from ferrule.errors import (
    NotFound,
    Rollback,
    StoreError,
    UsageError,
)
from ferrule.workspace import importing
from ferrule.workspace.comparing import documents_of
from ferrule.workspace.import_index import INDEX
from ferrule.workspace.importing import ALL, Override
from ferrule.workspace.scopes import held_hosts
from ferrule.workspace.wiping import what_goes


@pytest.fixture
def room(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    trusting(monkeypatch, acme.trust())
    made = Importer(tmp_path)
    yield made
    made.workspace.close()


def test_a_bundle_is_looked_at_and_nothing_is_changed(room):
    before = room.kept()
    offer = room.look(GOOD)
    assert (offer.trust, offer.can_be_taken, offer.older) == ("trusted", True, ())
    assert offer.facts.signers[0].startswith("anna@acme.example (")
    one, other = offer.connectors
    assert (one.id, one.state, one.enabled, one.hides) == (ISSUES, "new", False, None)
    assert one.asks.hosts == ("api.acme.example",)
    assert other.more == other.asks == offer.more
    assert room.kept() == before
    assert not room.place.exists()


def test_what_comes_is_disabled_until_it_is_enabled(room):
    taken = room.take(GOOD)
    assert [(c.id, c.enabled) for c in taken.connectors] == [
        (ISSUES, False),
        (PEOPLE, False),
    ]
    found = card(room)
    assert (found.origin, found.enabled) == ("imported", False)
    assert found.problem == "It was imported and is disabled until you enable it."
    with pytest.raises(UsageError) as refused:
        connect(room)
    assert "ferrule imports enable acme.issues" in refused.value.advice
    found = room.workspace.registry.list_descriptors()
    assert {one.id for one in found}.isdisjoint({ISSUES, PEOPLE})
    importing.enable(room.workspace, [ISSUES])
    assert enabled(room) == {ISSUES}
    assert card(room).problem == ""
    assert connect(room).version == "1.2.0"
    importing.disable(room.workspace, ALL)
    with pytest.raises(UsageError, match="disabled until you enable it"):
        room.workspace.registry.connector_of(
            room.workspace.connections.get("work", ISSUES)
        )


def test_enabling_comes_with_taking_in(room):
    room.take(GOOD, enable=[PEOPLE])
    assert enabled(room) == {PEOPLE}
    importing.enable(room.workspace, ALL)
    assert enabled(room) == {ISSUES, PEOPLE}
    for wrong in (importing.enable, importing.disable):
        with pytest.raises(NotFound, match=r"acme\.gone"):
            wrong(room.workspace, [ISSUES, "acme.gone"])


def test_an_unknown_id_to_enable_takes_nothing_in(room):
    before = room.kept()
    with pytest.raises(NotFound, match=r"acme\.gone"):
        room.take(GOOD, enable=["acme.gone"])
    assert room.kept()[1:] == before[1:]
    assert room.index.connectors == ()


def test_files_have_names_of_our_own_and_are_the_owners_alone(room):
    more = {
        "docs/Deep/con.md": b"x",
        "icons/aux.svg": acme.SVG,
        "migrations/acme.issues/001_views.sql": b"select 1;\n",
        "migrations/acme.issues/002_nul.sqlite.sql": b"select 2;\n",
    }
    room.take(bundle(more=more))
    folder = room.index.bundles[0].folder
    assert [n.removeprefix(f"{folder}/") for n in room.on_disk() if "." in n] == [
        "bundle.ferrule",
        "bundle.json",
        "connectors/acme.issues.json",
        "connectors/acme.people.json",
        "docs/001.md",
        "docs/README.md",
        "icons/001.svg",
        "icons/002.svg",
        "migrations/acme.issues",
        "migrations/acme.issues/001_001.sql",
        "migrations/acme.issues/001_views.sql",
        "migrations/acme.issues/002_003.sqlite.sql",
        INDEX,
    ]
    modes = {p.stat().st_mode & 0o777 for p in room.place.rglob("*") if p.is_file()}
    assert modes == {0o600}
    assert (room.place / folder / "bundle.ferrule").read_bytes() == bundle(more=more)


def test_a_newer_one_replaces_it_and_stays_enabled(room):
    room.take(GOOD, enable=[ISSUES])
    first = room.index.bundles[0].folder
    offer = room.look(NEWER)
    one, other = offer.connectors
    assert (one.state, one.before, one.level) == ("updated", "1.2.0", "patch")
    assert (one.enabled, other.enabled, other.state) == (True, False, "updated")
    room.take(NEWER)
    assert enabled(room) == {ISSUES}
    assert card(room).version == "1.3.0"
    assert [b.folder for b in room.index.bundles] != [first]
    room.take(NEWER)
    assert first not in {Path(n).parts[0] for n in room.on_disk()}


def test_the_same_again_changes_nothing_but_the_record(room):
    room.take(GOOD, enable=ALL)
    files, accepted, events = room.kept()
    assert [c.state for c in room.look(GOOD).connectors] == ["unchanged"] * 2
    room.take(GOOD)
    assert room.kept()[:2] == (files, accepted)
    assert enabled(room) == {ISSUES, PEOPLE}
    assert len(room.kept()[2]) == len(events) + 1


def test_what_breaks_is_told(room):
    room.take(GOOD)
    gone = bundle({ISSUES: "2.0.0", PEOPLE: "2.0.0"}, "3.0.0", auth=PAT)
    one = room.look(gone).connectors[0]
    assert (one.level, one.before, one.version) == ("major", "1.2.0", "2.0.0")
    assert one.breaking


PAT = {
    "method": "pat",
    "config": {
        "delivery": "bearer",
        "paramName": "",
        "credentialFields": [
            {"key": "token", "label": "Token", "type": "password", "required": True}
        ],
    },
}


def test_a_connector_that_a_bundle_has_no_more_stays(room):
    room.take(GOOD, enable=ALL)
    less = bundle({PEOPLE: "1.1.0"}, "2.4.0")
    assert room.look(less).gone == (ISSUES,)
    taken = room.take(less)
    assert {c.id: (c.version, c.enabled) for c in taken.connectors} == {
        ISSUES: ("1.2.0", True),
        PEOPLE: ("1.1.0", True),
    }
    assert taken.version == "2.4.0"
    importing.drop(room.workspace, "acme")
    assert importing.imported(room.workspace) == []


def test_more_permissions_are_told_and_connections_are_held(room):
    room.take(GOOD, enable=ALL)
    connect(room)
    offer = room.look(WIDER)
    assert offer.more.hosts == ("files.acme.example",)
    (held,) = offer.connectors[0].affected
    assert (held.key, held.hosts) == (ISSUES, ("files.acme.example",))
    room.take(WIDER)
    connection = room.workspace.connections.get("work", ISSUES)
    assert held_hosts(room.workspace, connection) == ("files.acme.example",)


def test_a_connection_from_before_hosts_were_remembered_is_held_too(room):
    room.take(GOOD, enable=ALL)
    connect(room)
    with room.workspace.database.writing() as db:
        db.execute("UPDATE connection SET hosts = NULL")
    (held,) = room.look(WIDER).connectors[0].affected
    assert held.hosts == ("files.acme.example",)
    room.take(WIDER)
    connection = room.workspace.connections.get("work", ISSUES)
    assert held_hosts(room.workspace, connection) == ("files.acme.example",)


def test_a_connection_that_does_not_fit_any_more_is_told(room):
    room.take(GOOD, enable=ALL)
    connect(room)
    room.workspace.connections.update("work", ISSUES, api_version="2020")
    (one,) = room.look(NEWER).connectors[0].affected
    assert "2020" in one.trouble


def test_the_projects_own_connector_wins(room):
    own = acme.descriptor(ISSUES, "9.0.0")
    room.workspace.registry.register_descriptor(json.dumps(own).encode())
    one = room.look(GOOD).connectors[0]
    assert (one.hidden_by, one.hides, one.affected) == ("project", None, ())
    room.take(GOOD, enable=ALL)
    assert card(room).origin == "project"
    (bundle_,) = importing.imported(room.workspace)
    assert [c.hidden_by for c in bundle_.connectors] == ["project", None]
    with pytest.raises(UsageError, match="cannot be deleted alone"):
        room.workspace.registry.delete_descriptor(PEOPLE)


def test_a_shipped_connector_is_hidden_only_by_an_enabled_one(room, monkeypatch):
    trusting(monkeypatch, acme.trust("github-issues", "github.*", "acme.*"))
    shipped = next(c for c in room.workspace.catalogue.cards() if c.origin == "shipped")
    trusting(monkeypatch, acme.trust(shipped.id))
    raw = bundle({shipped.id: "99.0.0"})
    (one,) = room.look(raw).connectors
    assert (one.hides, one.fewer.hosts != ()) == ("shipped", True)
    room.take(raw)
    assert card(room, shipped.id).origin == "shipped"
    assert room.workspace.catalogue.document(shipped.id)
    (told,) = importing.imported(room.workspace)
    assert told.connectors[0].hidden_by == "shipped"
    importing.enable(room.workspace, ALL)
    assert card(room, shipped.id).origin == "imported"


def test_drop_is_refused_while_a_connection_uses_it(room):
    room.take(GOOD, enable=ALL)
    connect(room)
    before = room.kept()
    with pytest.raises(UsageError, match=r"in use by: acme\.issues"):
        importing.drop(room.workspace, "acme")
    assert room.kept() == before
    room.workspace.registry.delete_connection("work", ISSUES)
    was = importing.drop(room.workspace, "acme")
    assert (was.bundle_id, room.on_disk()) == ("acme", [INDEX])
    with pytest.raises(NotFound):
        card(room)
    with pytest.raises(NotFound, match="not imported"):
        importing.drop(room.workspace, "acme")


@pytest.mark.parametrize("dropped", [False, True])
def test_an_older_one_is_refused_also_after_a_drop(room, dropped):
    room.take(GOOD)
    if dropped:
        importing.drop(room.workspace, "acme")
    before = room.kept()
    offer = room.look(OLDER)
    assert (offer.older, offer.can_be_taken, offer.trust) == (
        (ISSUES,),
        False,
        "trusted",
    )
    with pytest.raises(Rollback, match=r"older than 1\.2\.0"):
        room.take(OLDER)
    assert room.kept()[1:] == before[1:]


def test_the_mark_stays_though_the_database_was_lost(room):
    room.take(GOOD)
    room.workspace.close()
    room.home.database.unlink()
    with pytest.raises(Rollback):
        room.take(OLDER)


def test_an_older_one_is_taken_for_a_reason_that_is_kept(room):
    room.take(GOOD)
    room.take(OLDER, allow_older=WHY)
    assert card(room).version == "1.1.0"
    told = [one for one in importing.record(room.workspace) if one.reason]
    (one,) = told
    assert (one.event, one.connectors) == ("downgraded", ("acme.issues@v1.1.0",))
    assert (one.reason, one.command, one.at) == (
        WHY.reason,
        "a test",
        "2025-06-01T12:00:00Z",
    )
    with pytest.raises(Rollback):  # the mark did not go down
        room.take(OLDER)
    assert room.look(GOOD).can_be_taken
    room.take(GOOD)
    assert card(room).version == "1.2.0"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "two\nlines"])
def test_an_override_needs_a_reason(room, reason):
    room.take(GOOD)
    with pytest.raises(UsageError, match="reason"):
        room.take(OLDER, allow_older=Override(reason, "a test"))


def test_an_override_takes_no_other_content_under_a_known_version(room):
    room.take(OLDER)
    room.take(GOOD)
    other = bundle({ISSUES: "1.1.0", PEOPLE: "1.0.0"}, "2.2.0", description="Evil.")
    assert room.look(other).facts is None
    with pytest.raises(Rollback, match="other content"):
        room.take(other, allow_older=WHY)
    assert card(room).version == "1.2.0"


def test_the_record_only_grows(room):
    room.take(GOOD)
    for sql in (
        "DELETE FROM import_record",
        "UPDATE import_record SET reason = 'x'",
        "DELETE FROM accepted_version",
        "UPDATE accepted_version SET version = '0.0.1'",
    ):
        with (
            pytest.raises(StoreError, match="append-only"),
            room.workspace.database.writing() as db,
        ):
            db.execute(sql)


def test_each_decision_is_in_the_record(room):
    room.take(GOOD, enable=[ISSUES], command="ferrule import")
    importing.enable(room.workspace, ALL)
    importing.disable(room.workspace, [PEOPLE])
    importing.disable(room.workspace, [PEOPLE])
    importing.drop(room.workspace, "acme", command="ferrule imports drop")
    told = importing.record(room.workspace)
    assert [(e.event, len(e.connectors), e.command) for e in told] == [
        ("accepted", 2, "ferrule import"),
        ("enabled", 1, "ferrule import"),
        ("enabled", 1, "the window"),
        ("disabled", 1, "the window"),
        ("dropped", 2, "ferrule imports drop"),
    ]


def test_a_connector_of_another_bundle_is_told_and_is_disabled_again(room):
    room.take(GOOD, enable=ALL)
    other = bundle({PEOPLE: "1.1.0"}, "1.0.0", manifest={"id": "acme-people"})
    (one,) = room.look(other).connectors
    assert (one.instead_of, one.enabled) == ("acme", False)
    room.take(other)
    assert enabled(room) == {ISSUES}
    told = {b.bundle_id: [c.id for c in b.connectors] for b in _bundles(room)}
    assert told == {"acme": [ISSUES], "acme-people": [PEOPLE]}


def _bundles(room):
    return importing.imported(room.workspace)


def test_projects_do_not_share_what_they_imported(room, tmp_path):
    room.take(GOOD)
    other = Importer(tmp_path, "other")
    assert importing.imported(other.workspace) == []
    other.take(OLDER)
    assert len(_bundles(room)) == len(_bundles(other)) == 1
    other.workspace.close()


def test_a_wipe_takes_the_imports_along(room):
    assert not [line for line in what_goes(room.workspace) if "bundles" in line]
    room.take(GOOD)
    assert [line for line in what_goes(room.workspace) if "signed bundles" in line]
    assert room.home.imports in room.home.owned()


def test_a_disabled_one_can_be_looked_at_and_compared(room):
    room.take(GOOD)
    catalogue = room.workspace.catalogue
    assert json.loads(catalogue.read(card(room)))["id"] == ISSUES
    assert list(documents_of(catalogue, ISSUES)) == [ISSUES]


def test_what_is_enabled_is_told_by_the_index_alone(room):
    room.take(GOOD)
    (event,) = importing.record(room.workspace)
    room.workspace.imports.note("work", [replace(event, event="enabled")])
    assert enabled(room) == set()
    room.home.database.unlink()
    assert {one.id for one in room.index.connectors} == {ISSUES, PEOPLE}
