"""The rows that tell who shares a credential, and where it may go."""

import sqlite3
from dataclasses import replace

import pytest
from tests.support.clock import FakeClock

from ferrule.errors import NotFound, StoreError
from ferrule.store import (
    Connection,
    Connections,
    CredentialScope,
    CredentialScopes,
    Database,
)
from ferrule.store.credential_scopes import EVERY

SCOPE = CredentialScope(
    "work", "bundle:acme", "acme", "pat:token", ("work",), ("api.acme.example",)
)


@pytest.fixture
def database(tmp_path):
    with Database.open(tmp_path / "ferrule.db") as made:
        yield made


@pytest.fixture
def scopes(database):
    kept = Connection("issues", "work", "acme-issues", "1.0.0", credential_ref="w/i")
    Connections(database, FakeClock()).create(kept)
    return CredentialScopes(database, FakeClock())


def test_what_is_added_is_found_and_its_connection_falls_through(scopes, database):
    made = scopes.add(SCOPE, "issues")
    assert made.created_at
    assert scopes.find("work", "bundle:acme") == made
    assert scopes.list() == scopes.list(provider="acme") == (made,)
    assert scopes.list(provider="other") == ()
    (connection,) = Connections(database).without_own()
    assert (connection.key, connection.credential_ref) == ("issues", None)


def test_a_second_one_at_its_place_changes_nothing(scopes, database):
    made = scopes.add(SCOPE, "nobody")
    with pytest.raises(StoreError):
        scopes.add(replace(SCOPE, projects=("other",)), "issues")
    assert scopes.list() == (made,)
    assert Connections(database).get("work", "issues").credential_ref == "w/i"


def test_projects_are_replaced_and_hosts_only_added(scopes):
    scopes.add(SCOPE, "issues")
    changed = scopes.change("work", "bundle:acme", projects=["work", "play"])
    assert changed.projects == ("work", "play")
    changed = scopes.change("work", "bundle:acme", more_hosts=["b.example"])
    assert changed.projects == ("work", "play")
    assert changed.hosts == ("api.acme.example", "b.example")
    assert scopes.find("work", "bundle:acme") == changed
    with pytest.raises(NotFound):
        scopes.change("work", "bundle:other", more_hosts=["b.example"])


def test_who_it_allows():
    assert SCOPE.allows("work")
    assert not SCOPE.allows("play")
    assert replace(SCOPE, projects=(EVERY,)).allows("play")
    assert not replace(SCOPE, projects=("play.*",)).allows("play.one")


def test_it_is_deleted(scopes):
    scopes.add(SCOPE, "issues")
    scopes.delete("work", "bundle:acme")
    scopes.delete("work", "bundle:acme")
    assert scopes.list() == ()


def test_a_row_whose_lists_are_none_allows_nobody(scopes, database):
    scopes.add(SCOPE, "issues")
    with sqlite3.connect(database.path) as db:
        db.execute("UPDATE credential_scope SET projects = '\"*\"', hosts = NULL")
    db.close()
    (found,) = scopes.list()
    assert (found.projects, found.hosts) == ((), ())
    assert not found.allows("work")


def test_hosts_are_remembered_once(database, scopes):
    connections = Connections(database)
    connections.remember_hosts("work", "issues", ["b.example", "a.example"])
    connections.remember_hosts("work", "issues", ["evil.example"])
    assert connections.get("work", "issues").hosts == ["a.example", "b.example"]
