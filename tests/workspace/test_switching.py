"""Connectors are switched on and off: by their import, or by their connections."""

import json

import pytest
from tests.bundle import acme
from tests.workspace.importer import (
    AT,
    GOOD,
    ISSUES,
    PEOPLE,
    WIDER,
    Importer,
    connect,
    enabled,
    trusting,
)

from ferrule.errors import NotFound, UsageError
from ferrule.store import Connection
from ferrule.workspace import importing
from ferrule.workspace.cards import Card, is_on
from ferrule.workspace.importing import ALL
from ferrule.workspace.switching import switch, switch_all, take_back

MINE, OTHER = "mine-tickets", "mine-users"


@pytest.fixture
def room(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    trusting(monkeypatch, acme.trust())
    made = Importer(tmp_path)
    yield made
    made.workspace.close()


def own(room, *ids):
    for one in ids:
        made = acme.descriptor(one, "1.0.0", provider="mine")
        room.workspace.catalogue.save("mine", one, json.dumps(made).encode())


def connected(room, connector, key, *, on=True):
    made = Connection(key, "work", connector, "1.0.0", enabled=on)
    room.workspace.connections.create(made)


def flags(room):
    found = room.workspace.connections.list("work")
    return {one.key: one.enabled for one in found}


def grown(room):
    """Import connectors, disable them, then take in a version that goes further."""
    room.take(GOOD, enable=ALL)
    connect(room)
    importing.disable(room.workspace, ALL, clock=AT)
    room.take(WIDER)
    assert enabled(room) == set()


@pytest.mark.parametrize(
    ("origin", "import_on", "connections", "on"),
    [
        ("shipped", True, [], None),
        ("shipped", True, [True], True),
        ("project", True, [False, False], False),
        ("shipped", True, [False, True], True),
        ("imported", True, [], True),
        ("imported", False, [], False),
        ("imported", False, [True], False),
        ("imported", True, [False], False),
        ("imported", True, [False, True], True),
    ],
)
def test_a_connector_is_on_by_its_import_and_its_connections(
    origin, import_on, connections, on
):
    card = Card("one", "One", origin=origin, enabled=import_on)
    assert is_on(card, connections) is on


def test_all_connectors_of_an_imported_bundle_are_enabled_and_disabled(room):
    room.take(GOOD)
    done = switch_all(room.workspace, "acme", on=True, clock=AT)
    assert done.connectors == done.imports == (ISSUES, PEOPLE)
    assert enabled(room) == {ISSUES, PEOPLE}
    again = switch_all(room.workspace, "acme", on=True, clock=AT)
    assert (again.connectors, again.left) == ((), ())
    switch_all(room.workspace, "acme", on=False, clock=AT)
    assert enabled(room) == set()


def test_one_whose_hosts_grew_is_left_out_of_all_and_says_why(room):
    grown(room)
    done = switch_all(room.workspace, "acme", on=True, clock=AT)
    assert enabled(room) == {PEOPLE}
    (left,) = done.left
    assert left.connector_id == ISSUES
    assert left.why == "it asks for files.acme.example, which was not shown"
    assert done.wire()["leftOut"] == [{"id": ISSUES, "why": left.why}]


def test_one_that_is_named_is_enabled_and_its_connection_stays_held(room):
    grown(room)
    switch(room.workspace, [ISSUES], on=True, clock=AT)
    assert enabled(room) == {ISSUES}
    connection = room.workspace.connections.get("work", ISSUES)
    assert "files.acme.example" not in connection.hosts


def test_one_that_cannot_be_used_is_left_out_of_all(room):
    room.take(GOOD)
    (kept,) = [one for one in room.index.connectors if one.id == PEOPLE]
    (room.place / kept.folder / kept.file).write_text("{}")
    done = switch_all(room.workspace, "acme", on=True, clock=AT)
    (left,) = done.left
    assert (left.connector_id, enabled(room)) == (PEOPLE, {ISSUES})
    assert "changed after it was imported" in left.why


def test_the_projects_own_are_switched_by_their_connections(room):
    own(room, MINE, OTHER)
    connected(room, MINE, "a")
    connected(room, MINE, "b", on=False)
    done = switch_all(room.workspace, "mine", on=False, clock=AT)
    assert (done.connectors, done.connections) == ((MINE,), ("a",))
    assert flags(room) == {"a": False, "b": False}
    take_back(room.workspace, done, clock=AT)
    assert flags(room) == {"a": True, "b": False}


def test_an_import_is_switched_and_its_connections_are_left_as_they_were(room):
    room.take(GOOD, enable=ALL)
    connected(room, ISSUES, "a")
    connected(room, ISSUES, "b", on=False)
    done = switch(room.workspace, [ISSUES], on=False, clock=AT)
    assert (done.imports, done.connections) == ((ISSUES,), ())
    switch(room.workspace, [ISSUES], on=True, clock=AT)
    assert (enabled(room), flags(room)) == ({ISSUES, PEOPLE}, {"a": True, "b": False})


def test_an_enabled_import_whose_connections_are_off_is_switched_by_them(room):
    room.take(GOOD, enable=ALL)
    connected(room, ISSUES, "a", on=False)
    done = switch_all(room.workspace, "acme", on=True, clock=AT)
    assert (done.imports, done.connections) == ((), ("a",))
    assert flags(room) == {"a": True}


def test_what_was_switched_is_taken_back_and_what_is_gone_stays_away(room):
    room.take(GOOD)
    own(room, MINE, OTHER)
    connected(room, MINE, "a")
    imports = switch_all(room.workspace, "acme", on=True, clock=AT)
    mine = switch_all(room.workspace, "mine", on=False, clock=AT)
    room.workspace.connections.delete("work", "a")
    importing.drop(room.workspace, "acme", clock=AT)
    assert take_back(room.workspace, imports, clock=AT).imports == ()
    assert take_back(room.workspace, mine, clock=AT).connections == ()


def test_what_cannot_be_switched_is_told_and_nothing_is_changed(room):
    room.take(GOOD)
    own(room, MINE)
    with pytest.raises(UsageError, match="is not connected"):
        switch(room.workspace, [ISSUES, MINE], on=True, clock=AT)
    with pytest.raises(NotFound, match="nobody"):
        switch(room.workspace, [ISSUES, "nobody"], on=True, clock=AT)
    with pytest.raises(NotFound, match="provider “nobody”"):
        switch_all(room.workspace, "nobody", on=True, clock=AT)
    assert enabled(room) == set()


def test_cards_know_their_bundle_where_it_has_several_and_who_signed_it(room):
    room.take(GOOD)
    own(room, MINE)
    cards = {card.id: card for card in room.workspace.catalogue.cards()}
    assert cards[ISSUES].bundle == cards[PEOPLE].bundle == "Acme"
    assert cards[ISSUES].signers[0].startswith("anna@acme.example (")
    assert (cards[MINE].bundle, cards[MINE].signers) == ("", ())
    own(room, OTHER)
    assert room.workspace.catalogue.card(MINE).bundle == "Mine"


def test_an_imported_bundle_takes_nobodys_title(room):
    own(room, MINE, OTHER)
    path = room.workspace.project.descriptors / "mine" / "bundle.json"
    path.write_text(json.dumps({"title": "Mine \u202etoo"}))
    assert room.workspace.catalogue.card(MINE).bundle == "Mine \ufffdtoo"
