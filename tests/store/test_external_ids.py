"""A local thing and an item of a service are linked one to one."""

from datetime import timedelta

import pytest
from tests.store.building import NOW, batch, connect, signal

from ferrule.errors import StoreError
from ferrule.signals import signal_id
from ferrule.store import Connections, Database, ExternalIds, Runs


@pytest.fixture
def issues(database: Database) -> ExternalIds:
    return ExternalIds(database, "p", "work", "issue")


def test_an_item_that_nobody_linked_is_its_signal(issues: ExternalIds) -> None:
    assert issues.local("42") == signal_id("p", "work", "issue", "42")
    assert issues.external("anything") is None


def test_a_stored_signal_is_found_from_both_sides(
    database: Database, issues: ExternalIds
) -> None:
    runs = Runs(database)
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    runs.commit(lease, batch([signal("41"), signal("42")]), NOW)
    own = signal_id("p", "work", "issue", "42")
    assert (issues.external(own), issues.local("42")) == ("42", own)
    assert (issues.stored("42"), issues.stored("43")) == (True, False)
    assert issues.external(signal_id("p", "work", "issue", "43")) is None
    issues.link("order-7", "42", NOW)
    assert (issues.linked("42"), issues.linked("41")) == (True, False)
    assert issues.links() == [("order-7", "42")]


def test_a_link_is_found_from_both_sides(issues: ExternalIds) -> None:
    issues.link("order-7", "42", NOW)
    issues.link("order-7", "42", NOW + timedelta(hours=1))
    assert (issues.local("42"), issues.external("order-7")) == ("order-7", "42")
    issues.link("order-7", "43", NOW)
    assert issues.external("order-7") == "43"
    assert issues.local("42") == signal_id("p", "work", "issue", "42")
    issues.unlink("order-7")
    assert issues.external("order-7") is None


def test_an_item_is_not_taken_from_another_thing(issues: ExternalIds) -> None:
    issues.link("order-7", "42", NOW)
    with pytest.raises(StoreError, match="42 is linked with order-7 already"):
        issues.link("order-8", "42", NOW)


def test_links_of_others_are_others(database: Database, issues: ExternalIds) -> None:
    connect(database, "other")
    issues.link("order-7", "42", NOW)
    assert ExternalIds(database, "p", "other", "issue").external("order-7") is None
    assert ExternalIds(database, "p", "work", "comment").external("order-7") is None
    Connections(database).delete("p", "work")
    assert issues.external("order-7") is None
