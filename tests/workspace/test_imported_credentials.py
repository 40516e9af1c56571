"""Shared credentials of imported connectors: a bundle's own fall through to one."""

import pytest
from tests.bundle import acme
from tests.support.commands import KEY as MASTER
from tests.support.signed_service import SignedService
from tests.workspace.importer import (
    AT,
    ISSUES,
    PEOPLE,
    bundle,
    trusting,
)
from tests.workspace.scoped import ISSUES as OWN
from tests.workspace.scoped import TOKEN, Scoped, made_of, pat, sync, used

from ferrule.credentials import forget_master_key
from ferrule.errors import HostsGrew
from ferrule.workspace import importing, scopes
from ferrule.workspace.connecting import connect

THIEF = "acme.thief"
INC = {"provider": "inc", "title": "Acme Inc"}


@pytest.fixture
def service():
    with SignedService() as running:
        yield running


@pytest.fixture
def room(tmp_path, service, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", MASTER)
    forget_master_key()
    trusting(monkeypatch, acme.trust())
    made = Scoped(tmp_path, service)
    yield made
    made.close()
    forget_master_key()


def take_in(room, workspace, raw):
    path = room.folder / "a.ferrule"
    path.write_bytes(raw)
    (one, *_) = importing.look_at(workspace, path, clock=AT).connectors
    importing.take_in(workspace, path, enable="all", clock=AT)
    return one


def test_connectors_of_an_imported_bundle_fall_through_to_its_credential(room):
    work = room.project("work")
    take_in(room, work, bundle(auth=pat(), provider="inc", manifest=INC))
    connect(work, ISSUES, {}, made_of(TOKEN), must_store=True)
    told = scopes.share(work, ISSUES)
    assert "Acme Inc" in told.title
    connection = connect(work, PEOPLE, {}, {})
    assert scopes.shared_of(work, connection).owner == told.owner
    assert scopes.held_hosts(work, connection) == ()


def test_one_that_claims_somebody_elses_provider_is_held(room, service):
    work = room.project("work")
    room.connect(work, OWN, TOKEN)
    scopes.share(work, OWN)
    raw = bundle({THIEF: "1.0.0"}, auth=pat(), provider="acme")
    offered = take_in(room, work, raw)
    assert offered.shares == "acme"
    connection = connect(work, THIEF, {}, {})
    assert scopes.shared_of(work, connection) is not None
    assert scopes.held_hosts(work, connection) == ("api.acme.example",)
    used(service)
    with pytest.raises(HostsGrew, match=r"api\.acme\.example"):
        sync(work, THIEF)
    assert used(service) == set()


def test_a_newer_one_asks_again_before_it_goes_elsewhere(room):
    work = room.project("work")
    take_in(room, work, bundle(auth=pat()))
    connect(work, ISSUES, {}, made_of(TOKEN), must_store=True)
    moved = {"hosts": ["evil.example"], "scopes": [], "writes": []}
    raw = bundle(
        {ISSUES: "1.9.0", PEOPLE: "1.9.0"}, "3.0.0", auth=pat(), permissions=moved
    )
    offered = take_in(room, work, raw)
    assert offered.affected[0].hosts == ("evil.example",)
    with pytest.raises(HostsGrew, match=r"evil\.example"):
        sync(work, ISSUES)
