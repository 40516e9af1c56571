"""Whose a credential is: a connection's own, else its bundle's, and nobody else's."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.commands import KEY as MASTER
from tests.support.signed_service import SignedService
from tests.workspace.scoped import (
    ELSE,
    FIELDS,
    ISSUES,
    OTHER,
    PAGES,
    TOKEN,
    Scoped,
    bearer,
    made_of,
    pat,
    reread,
    sync,
    used,
)

import ferrule
from ferrule.credentials import Ref, forget_master_key
from ferrule.errors import HostsGrew, MissingSecret, NotFound, UsageError
from ferrule.workspace import keeping, rotating, scopes
from ferrule.workspace.bundle_titles import bundle_title
from ferrule.workspace.connecting import check_connection
from ferrule.workspace.scope_lookup import fitting, place_of

OWN, SHARED = Ref("work", ISSUES), Ref("work", "bundle:acme")


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
    """Return a project in which a connection's credential is shared."""
    made = room.project("work")
    room.connect(made, ISSUES, TOKEN)
    scopes.share(made, ISSUES)
    return made


def connection(workspace, key):
    return workspace.connections.get(workspace.project.key, key)


def line(workspace, key):
    return next(o for o in rotating.credential_lines(workspace) if o.key == key)


def test_a_connection_without_its_own_falls_through_to_its_bundles(room, work, service):
    made = room.connect(work, PAGES)
    assert made.credential_ref is None
    assert scopes.ref_of(work, made) == SHARED
    found = scopes.shared_of(work, made)
    assert found.title == "shared from the Acme bundle"
    assert [use.key for use in found.uses] == [ISSUES, PAGES]
    for key in (ISSUES, PAGES):
        assert sync(work, key).status == "done"
        assert all(step.ok is not False for step in check_connection(work, key))
    assert used(service) == {TOKEN}


def test_what_is_shared_is_kept_once_and_with_its_age(room, service):
    work = room.project("work")
    room.connect(work, ISSUES, TOKEN)
    before = work.vault.kept_at(OWN)
    scopes.share(work, ISSUES)
    assert work.vault.refs() == [SHARED]
    assert work.vault.kept_at(SHARED) == before


@pytest.mark.parametrize("name", [FIELDS, ELSE])
def test_what_does_not_fit_does_not_fall_through(room, work, name):
    with pytest.raises(MissingSecret):
        room.connect(work, name)
    with pytest.raises(NotFound, match="No shared credential fits"):
        room.connect(work, name, shared=True)
    kept = made_of(TOKEN, "key" if name == FIELDS else "token")
    made = room.connect(work, name, TOKEN, field=next(iter(kept)))
    assert scopes.ref_of(work, replace(made, credential_ref=None)) is None


def test_another_method_with_the_same_field_does_not_fit(room, work):
    keyed = {"delivery": "header", "paramName": "X-Key"}
    config = {**pat()["config"], **keyed}
    reread(work, PAGES, auth={"method": "api_key", "config": config})
    with pytest.raises(MissingSecret):
        room.connect(work, PAGES)


def test_its_own_wins_and_the_shared_one_can_be_gone_back_to(room, work, service):
    room.connect(work, PAGES)
    scopes.keep_own(work, PAGES, made_of(OTHER))
    service.gate = lambda _asked: True
    sync(work, PAGES)
    assert used(service) == {OTHER}
    assert line(work, PAGES).shared == ""
    with pytest.raises(UsageError, match="its own already"):
        scopes.keep_own(work, PAGES, made_of(OTHER))
    scopes.use_shared(work, PAGES)
    sync(work, PAGES)
    assert used(service) == {TOKEN}
    assert work.vault.refs() == [SHARED]


def test_to_override_all_fields_are_needed(room, work):
    room.connect(work, PAGES)
    with pytest.raises(MissingSecret):
        scopes.keep_own(work, PAGES, {})
    assert scopes.ref_of(work, connection(work, PAGES)) == SHARED


def test_a_connection_that_is_to_have_its_own_is_refused_without(room, work):
    with pytest.raises(MissingSecret):
        room.connect(work, PAGES, shared=False)
    assert room.connect(work, PAGES, TOKEN, shared=False).credential_ref is not None


def test_a_new_secret_for_one_that_falls_through_is_its_own(room, work, service):
    room.connect(work, PAGES)
    work.registry.update_connection("work", PAGES, {}, made_of(OTHER))
    assert work.vault.get(Ref("work", PAGES)) == made_of(OTHER)
    assert work.vault.get(SHARED) == made_of(TOKEN)


def test_disconnecting_one_user_leaves_the_shared_one(room, work, service):
    room.connect(work, PAGES)
    work.registry.delete_connection("work", ISSUES)
    assert sync(work, PAGES).status == "done"
    work.registry.delete_connection("work", PAGES)
    assert work.vault.refs() == [SHARED]


def test_deleting_the_shared_one_names_who_uses_it_and_is_hard(room, work, service):
    room.connect(work, PAGES)
    with pytest.raises(UsageError, match="others may use it too") as caught:
        keeping.forget(work, PAGES)
    assert "ferrule credentials unshare acme" in caught.value.advice
    was, _ = keeping.forget_shared(work, "acme")
    assert [use.key for use in was.uses] == [ISSUES, PAGES]
    assert work.vault.refs() == []
    assert scopes.shared_credentials(work) == []
    assert sync(work, PAGES).failure == "MissingSecret"
    assert service.asked == []
    with pytest.raises(NotFound):
        keeping.forget_shared(work, "acme")


def sync_refused(workspace, key, kind):
    with pytest.raises(kind) as caught:
        sync(workspace, key)
    return caught.value


def test_forgetting_its_own_falls_through_again(room, work):
    room.connect(work, PAGES, OTHER)
    keeping.forget(work, PAGES)
    assert scopes.ref_of(work, connection(work, PAGES)) == SHARED
    assert work.vault.refs() == [SHARED]


def test_a_bundle_shares_one_credential(room, work):
    room.connect(work, PAGES, OTHER)
    with pytest.raises(UsageError, match="Acme bundle has a shared") as caught:
        scopes.share(work, PAGES)
    assert f"use-shared {PAGES}" in caught.value.advice
    with pytest.raises(UsageError, match="uses a shared credential already"):
        scopes.share(work, ISSUES)
    assert work.vault.get(SHARED) == made_of(TOKEN)


def test_rotating_by_one_user_rotates_for_all(room, work, service):
    room.connect(work, PAGES)
    service.gate = bearer(OTHER)
    assert all(s.ok is not False for s in rotating.rotate(work, PAGES, made_of(OTHER)))
    used(service)
    assert sync(work, ISSUES).status == "done"
    assert used(service) == {OTHER}
    assert line(work, ISSUES).previous_until is not None


# ---- projects


def test_another_project_uses_it_only_while_it_is_listed(room, work, service):
    play = room.project("play")
    with pytest.raises(MissingSecret):
        room.connect(play, PAGES)
    scopes.allow_projects(work, ISSUES, ["play"])
    room.connect(play, PAGES)
    assert sync(play, PAGES).status == "done"
    told = line(play, PAGES)
    assert told.projects == ("play", "work")
    assert told.uses == (PAGES, f"work/{ISSUES}")
    used(service)
    scopes.allow_projects(work, ISSUES, [])  # while a connection uses it
    assert sync(play, PAGES).failure == "MissingSecret"
    assert scopes.shared_credentials(play) == []
    with pytest.raises(MissingSecret):
        keeping.reveal(play, PAGES, "token")
    assert play.registry.secrets_of(connection(play, PAGES)) == {}
    assert service.asked == []


def test_every_project_needs_a_confirmation(room, work):
    play = room.project("play")
    with pytest.raises(UsageError, match="Every project there is"):
        scopes.allow_projects(work, ISSUES, ["*"])
    with pytest.raises(MissingSecret):
        room.connect(play, PAGES)
    changed = scopes.allow_projects(work, ISSUES, ["*"], confirmed=True)
    assert changed.projects == ("*", "work")
    assert scopes.ref_of(play, room.connect(play, PAGES)) == SHARED


def test_its_own_project_says_who_may_use_it(room, work):
    play = room.project("play")
    scopes.allow_projects(work, ISSUES, ["play"])
    room.connect(play, PAGES)
    with pytest.raises(UsageError, match="The project “work” shares"):
        scopes.allow_projects(play, PAGES, ["play", "*"], confirmed=True)
    with pytest.raises(NotFound):
        keeping.forget_shared(play, "acme")
    with pytest.raises(NotFound, match="no project “nowhere”"):
        scopes.allow_projects(work, ISSUES, ["nowhere"])
    room.connect(work, PAGES, OTHER)
    with pytest.raises(UsageError, match="its own: no other project"):
        scopes.allow_projects(work, PAGES, ["play"])


def test_a_project_s_own_shared_one_comes_first_then_the_oldest(room, work):
    play, third = room.project("play"), room.project("also")
    for one in (work, play):
        if one is play:
            room.connect(play, ISSUES, OTHER)
            scopes.share(play, ISSUES)
        scopes.allow_projects(one, ISSUES, ["*"], confirmed=True)
    assert scopes.ref_of(play, connection(play, ISSUES)).project == "play"
    assert scopes.ref_of(third, room.connect(third, PAGES)).project == "work"


# ---- attacks


FORGED = [
    str(Ref("work", ISSUES)),
    str(SHARED),
    str(Ref("work", f"second:{ISSUES}")),
    str(Ref("play", "other")),
    str(Ref("play", "bundle:acme")),
    "../work/acme-issues",
    "work",
    "",
]


@pytest.mark.parametrize("text", FORGED)
@pytest.mark.parametrize("shares", [True, False])
def test_attack_a_forged_reference_finds_nothing(room, service, text, shares):
    work, play = room.project("work"), room.project("play")
    room.connect(work, ISSUES, TOKEN)
    room.connect(play, ISSUES, OTHER, key="other")
    if shares:
        scopes.share(work, ISSUES)
    room.connect(play, PAGES, OTHER, key="forged")
    play.connections.update("play", "forged", credential_ref=text)
    forged = connection(play, "forged")
    assert scopes.ref_of(play, forged) is None
    for ask in (
        play.registry.secrets_of,
        lambda _one: keeping.reveal(play, "forged", "token"),
        lambda _one: rotating.propose(play, "forged", made_of("another-token-55555")),
        lambda _one: rotating.discard(play, "forged"),
        lambda _one: sync(play, "forged"),
        lambda _one: list(check_connection(play, "forged")),
    ):
        with pytest.raises(MissingSecret):
            ask(forged)
    with pytest.raises(MissingSecret):
        scopes.share(play, "forged")
    before = work.vault.refs()
    keeping.forget(play, "forged")
    play.connections.update("play", "forged", credential_ref=text)
    play.registry.delete_connection("play", "forged")
    assert set(before) - set(work.vault.refs()) <= {Ref("play", "forged")}
    assert service.asked == []


@pytest.mark.parametrize("key", ["bundle:acme", "second:acme-issues"])
def test_attack_a_key_that_is_another_s_place_is_refused(room, work, key):
    with pytest.raises(UsageError, match="cannot begin with"):
        room.connect(work, PAGES, OTHER, key=key)
    assert work.vault.get(SHARED) == made_of(TOKEN)


def test_attack_a_foreign_connector_of_that_provider_is_held(room, work, service):
    with SignedService() as foreign:
        config = {"baseUrl": foreign.origin}
        made = room.connect(work, PAGES, config=config)
        asked = scopes.held_hosts(work, made)
        assert asked == (foreign.origin,)
        error = sync_refused(work, PAGES, HostsGrew)
        assert foreign.origin in error.message
        assert f"ferrule connections hosts {PAGES} --confirm" in error.advice
        assert foreign.asked == []
        assert connection(work, PAGES).state == "error"
        assert line(work, PAGES).held == (foreign.origin,)
        scopes.confirm_hosts(work, PAGES)
        foreign.gate = bearer(TOKEN)
        assert sync(work, PAGES).status == "done"


def test_attack_hosts_named_in_permissions_are_held_too(room, work, service):
    hosts = {"hosts": ["api.example.com", "evil.example"], "scopes": [], "writes": []}
    reread(work, PAGES, permissions=hosts)
    made = room.connect(work, PAGES)
    assert scopes.held_hosts(work, made) == ("evil.example",)
    assert sync_refused(work, PAGES, HostsGrew)
    assert service.asked == []


@pytest.mark.parametrize("provider", ["../../work", "/etc", "..", "", "a/b"])
def test_a_provider_that_is_no_folder_names_no_file(work, provider):
    assert bundle_title(work, provider) == provider


def test_nothing_told_of_a_credential_holds_a_value(room, work):
    room.connect(work, PAGES)
    told = [
        *rotating.credential_lines(work),
        *scopes.shared_credentials(work),
        *work.scopes.list(),
        *(one.wire() for one in rotating.credential_lines(work)),
    ]
    assert TOKEN not in repr(told)


def test_nothing_is_read_where_nothing_is_shared(room):
    play = room.project("play")
    made = replace(room.connect(play, ISSUES, TOKEN), credential_ref=None)

    def read(_connection):
        raise AssertionError

    assert place_of(made, play.scopes, read) is None


def test_the_tie_is_broken_by_age(room, work):
    (scope,) = work.scopes.list()
    newer = replace(scope, project="able", created_at="2099-01-01T00:00:00Z")
    both = [replace(newer, projects=("*",)), replace(scope, projects=("*",))]
    connector = work.registry.connector_of(connection(work, ISSUES))
    assert fitting(both, "play", connector).project == "work"


def test_attack_a_provider_that_is_a_path_is_not_saved(work, tmp_path):
    for provider in ("../../work", "/etc", "..", "a/b", "a\\b", ".hidden"):
        with pytest.raises(UsageError, match="cannot name a folder"):
            reread(work, PAGES, provider=provider)


def test_there_is_no_other_way_to_a_connection_s_secrets():
    app = Path(ferrule.__file__).parent
    found = {
        path.relative_to(app).as_posix()
        for path in app.rglob("*.py")
        if "Ref.parse(" in path.read_text("utf-8")
    }
    assert found == set()


def test_users_in_a_project_whose_folder_is_not_known_are_named_too(room, work):
    play = room.project("play")
    scopes.allow_projects(work, ISSUES, ["play"])
    room.connect(play, PAGES)
    (room.home.path / "projects.json").unlink()
    (shared,) = scopes.shared_credentials(work)
    assert [(use.project, use.key) for use in shared.uses] == [
        ("play", PAGES),
        ("work", ISSUES),
    ]


def test_places_are_told_by_what_a_person_calls_them():
    assert (OWN.name, OWN.is_shared) == (ISSUES, False)
    assert (SHARED.name, SHARED.is_shared) == ("acme bundle", True)
    assert Ref("work", f"second:{ISSUES}").name == ISSUES
