"""A connector that asks for more hosts than were shown is held: nothing leaves."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.support.clock import FakeClock
from tests.support.commands import KEY as MASTER
from tests.support.signed_service import SignedService
from tests.workspace.scoped import (
    DOCUMENTS,
    ISSUES,
    OTHER,
    PAGES,
    TOKEN,
    Scoped,
    bearer,
    made_of,
    reread,
    sync,
)

from ferrule.credentials import forget_master_key
from ferrule.errors import FerruleError, HostsGrew
from ferrule.store import Connection
from ferrule.workspace import rotating, scopes
from ferrule.workspace.connecting import check_connection
from ferrule.workspace.health_checks import HealthWorker, Rounds, probe_of
from ferrule.workspace.host_sets import asked_hosts, beyond
from ferrule.workspace.sessions import keeper_of
from ferrule.workspace.signing_in import end_tokens, reconnecting
from ferrule.workspace.workspace import Workspace

MORE = {"hosts": ["api.example.com", "more.example"], "scopes": [], "writes": []}
VERSIONS = [
    {"id": "v1", "label": "One", "status": "stable", "default": True},
    {
        "id": "v2",
        "label": "Two",
        "status": "stable",
        "overrides": {"permissions": MORE},
    },
]


@pytest.fixture
def service():
    with SignedService() as running:
        running.gate = bearer(TOKEN)
        yield running


@pytest.fixture
def room(tmp_path, service, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", MASTER)
    forget_master_key()
    made = Scoped(tmp_path, service)
    yield made
    made.close()
    forget_master_key()


@pytest.fixture
def work(room):
    """Return a project with a connection whose connector asks for more by now."""
    made = room.project("work")
    room.connect(made, ISSUES, TOKEN)
    rotating.propose(made, ISSUES, made_of(OTHER))
    reread(made, ISSUES, permissions=MORE)
    return made


def stored(workspace: Workspace, key: str = ISSUES) -> Connection:
    return workspace.connections.get(workspace.project.key, key)


def health_worker(workspace: Workspace) -> None:
    clock = FakeClock()
    worker = HealthWorker(workspace, Rounds(lambda: 0.0), clock)
    assert worker.work() == [ISSUES]
    raise HostsGrew(stored(workspace).last_error)


def failed_step(workspace: Workspace) -> None:
    steps = list(check_connection(workspace, ISSUES))
    assert [(one.name, one.ok) for one in steps] == [("configuration", False)]
    raise HostsGrew(steps[0].detail, advice=steps[0].advice)


def ended(workspace: Workspace) -> None:
    found = end_tokens(workspace, ISSUES)
    assert not found.ended
    raise HostsGrew(found.detail)


DOORS: dict[str, Callable[[Workspace], Any]] = {
    "sync": lambda w: sync(w, ISSUES),
    "dry run": lambda w: sync(w, ISSUES, dry=True),
    "full sync": lambda w: sync(w, ISSUES, full=True),
    "check": failed_step,
    "regular checks": health_worker,
    "renewal, Builder, walk, check in the window": lambda w: keeper_of(w, stored(w)),
    "rotation": lambda w: list(rotating.check_pending(w, ISSUES)),
    "signing in again": lambda w: reconnecting(w, ISSUES),
    "revocation": ended,
    "sharing": lambda w: scopes.share(w, ISSUES),
}


@pytest.mark.parametrize("door", DOORS)
def test_every_door_is_shut_before_the_first_request(work, service, door):
    with pytest.raises(HostsGrew) as caught:
        DOORS[door](work)
    assert "more.example" in str(caught.value)
    assert service.asked == []
    assert scopes.held_hosts(work, stored(work)) == ("more.example",)


def test_a_held_connection_says_so_until_a_person_confirmed(work, service):
    found = probe_of(work, ISSUES).find()
    assert (found.cause, "more.example" in found.message) == ("lasting", True)
    with pytest.raises(HostsGrew) as caught:
        sync(work, ISSUES)
    assert caught.value.hosts == ("more.example",)
    assert f"ferrule connections hosts {ISSUES} --confirm" in caught.value.advice
    held = stored(work)
    assert held.state == "error"
    assert "more.example" in held.last_error
    with pytest.raises(HostsGrew):
        sync(work, ISSUES)
    confirmed = scopes.confirm_hosts(work, ISSUES)
    assert (confirmed.state, confirmed.last_error) == ("degraded", None)
    assert sync(work, ISSUES).status == "done"
    assert stored(work).state == "healthy"


def test_a_dry_run_writes_nothing_of_it(work):
    before = stored(work)
    with pytest.raises(HostsGrew):
        sync(work, ISSUES, dry=True)
    assert stored(work) == before


def test_fewer_hosts_hold_nobody(room, service):
    work = room.project("work")
    reread(work, ISSUES, permissions=MORE)
    room.connect(work, ISSUES, TOKEN)
    reread(work, ISSUES)
    assert sync(work, ISSUES).status == "done"
    assert "more.example" in stored(work).hosts


def test_another_api_version_that_asks_for_more_is_held(room, service):
    work = room.project("work")
    reread(work, ISSUES, apiVersions=VERSIONS)
    room.connect(work, ISSUES, TOKEN)
    work.registry.update_connection("work", ISSUES, {"api_version": "v2"})
    assert scopes.held_hosts(work, stored(work)) == ("more.example",)
    with pytest.raises(HostsGrew):
        sync(work, ISSUES)
    work.registry.update_connection("work", ISSUES, {"api_version": "v1"})
    assert sync(work, ISSUES).status == "done"


def test_a_version_that_gives_an_address_itself_is_held(room, service):
    """The address that a field has by default was given by no person."""
    work = room.project("work")
    room.connect(work, ISSUES, TOKEN)
    mirror = {"key": "mirror", "label": "Mirror", "type": "url", "required": False}
    mirror |= {"default": "https://evil.example"}
    health = {**DOCUMENTS[ISSUES]["healthCheck"], "endpoint": "{{mirror}}/health"}
    two = {"id": "v2", "label": "Two", "status": "stable"}
    overrides = {"configFields": [mirror], "healthCheck": health}
    versions = [VERSIONS[0], {**two, "overrides": overrides}]
    reread(work, ISSUES, apiVersions=versions)
    work.registry.update_connection("work", ISSUES, {"api_version": "v2"})
    assert scopes.held_hosts(work, stored(work)) == ("https://evil.example",)


def test_to_give_an_address_is_to_confirm_it(room, service):
    work = room.project("work")
    room.connect(work, ISSUES, TOKEN)
    with SignedService() as moved:
        moved.gate = bearer(TOKEN)
        changes = {"config": {"baseUrl": moved.origin}}
        work.registry.update_connection("work", ISSUES, changes)
        assert sync(work, ISSUES).status == "done"
        assert len(moved.asked) == 1
    assert service.asked == []


def test_an_address_given_does_not_confirm_what_a_version_added(work, service):
    with SignedService() as moved:
        changes = {"config": {"baseUrl": moved.origin}}
        work.registry.update_connection("work", ISSUES, changes)
        assert scopes.held_hosts(work, stored(work)) == ("more.example",)


def test_an_address_given_is_not_one_for_the_shared_credential(room, service):
    work = room.project("work")
    room.connect(work, ISSUES, TOKEN)
    scopes.share(work, ISSUES)
    room.connect(work, PAGES)
    with SignedService() as moved:
        changes = {"config": {"baseUrl": moved.origin}}
        work.registry.update_connection("work", PAGES, changes)
        with pytest.raises(HostsGrew, match=moved.origin):
            sync(work, PAGES)
        assert moved.asked == []
        assert sync(work, ISSUES).status == "done"


def test_new_secrets_and_its_own_confirm_nothing(work, service):
    work.registry.update_connection("work", ISSUES, {}, made_of(OTHER))
    assert scopes.held_hosts(work, stored(work)) == ("more.example",)


def test_one_without_credentials_is_held_too(room, service):
    work = room.project("work")
    open_to_all = {"auth": {"method": "none"}}
    reread(work, ISSUES, **open_to_all)
    room.connect(work, ISSUES)
    reread(work, ISSUES, **open_to_all, permissions=MORE)
    with pytest.raises(HostsGrew):
        sync(work, ISSUES)
    assert service.asked == []


def test_one_from_before_takes_its_set_when_it_is_used_again(work, service):
    work.connections.update("work", ISSUES, hosts=None)
    assert scopes.held_hosts(work, stored(work)) == ()
    assert sync(work, ISSUES, dry=True).status == "done"
    assert stored(work).hosts is None
    assert sync(work, ISSUES).status == "done"
    assert stored(work).hosts == sorted([*MORE["hosts"], service.origin])
    hosts = [*MORE["hosts"], "yet.another.example"]
    reread(work, ISSUES, permissions={**MORE, "hosts": hosts})
    with pytest.raises(HostsGrew, match=r"yet\.another\.example"):
        sync(work, ISSUES)


COVERED = [
    (["a.example"], ["a.example"], []),
    (["A.example"], ["a.example"], []),
    (["x.a.example"], ["*.a.example"], []),
    (["*.b.a.example"], ["*.a.example"], []),
    (["*.a.example"], ["x.a.example"], ["*.a.example"]),
    (["a.example"], ["*.a.example"], ["a.example"]),
    (["https://x.a.example"], ["*.a.example"], []),
    (["http://x.a.example"], ["*.a.example"], ["http://x.a.example"]),
    (["https://a.example:8443"], ["a.example"], ["https://a.example:8443"]),
    (["http://127.0.0.1:1"], ["http://127.0.0.1:2"], ["http://127.0.0.1:1"]),
    (["b.example", "a.example"], [], ["a.example", "b.example"]),
    (["evil-a.example"], ["*.a.example"], ["evil-a.example"]),
]


@pytest.mark.parametrize(("asked", "shown", "left"), COVERED)
def test_what_a_shown_host_covers(asked, shown, left):
    assert list(beyond(asked, shown)) == left


def test_extra_hosts_are_those_beyond_the_connection_s_own(work):
    connector = work.registry.connector_of(stored(work))
    assert scopes.extra_hosts(stored(work), connector) == ("more.example",)
    assert scopes.extra_hosts(replace(stored(work), hosts=None), connector) == ()
    assert set(asked_hosts(connector, {})) == set(MORE["hosts"])


def test_a_configuration_that_fits_no_more_is_told_by_who_sends(work):
    work.connections.update("work", ISSUES, config={"unknown": 1})
    assert scopes.held_hosts(work, stored(work)) == ("more.example",)
    scopes.confirm_hosts(work, ISSUES)
    with pytest.raises(FerruleError):
        sync(work, ISSUES)
