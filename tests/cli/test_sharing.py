"""Whose a credential is and where it may go, on the command line."""

import json
from contextlib import closing

import pytest
from tests.support.commands import Ferrule, job
from tests.support.signed_service import SignedService
from tests.workspace.scoped import (
    DOCUMENTS,
    ISSUES,
    OTHER,
    PAGES,
    TOKEN,
    bearer,
    reread,
)

from ferrule.workspace.home import Home
from ferrule.workspace.project import init_project
from ferrule.workspace.workspace import Workspace

MORE = {"hosts": ["api.example.com", "more.example"], "scopes": [], "writes": []}
SHARED = "shared from the Acme bundle"


@pytest.fixture
def service():
    with SignedService() as running:
        running.gate = bearer(TOKEN)
        yield running


@pytest.fixture
def projects(home):
    """Return two projects' folders, both with the connectors of one provider."""
    made = [init_project(home.parent / name, Home(home), name) for name in "ab"]
    for project in made:
        with closing(Workspace(Home(home), project.folder)) as workspace:
            for one in DOCUMENTS.values():
                workspace.registry.register_descriptor(json.dumps(one).encode())
    return [project.folder for project in made]


@pytest.fixture
def told(say, projects, service, monkeypatch):
    """Return the runner in the first project; nothing that it says holds a token."""
    monkeypatch.setenv("TOKEN", TOKEN)
    monkeypatch.setenv("OTHER", OTHER)

    def run(*arguments, project=0):
        said = say("--project", projects[project], *arguments)
        assert TOKEN not in said.out + said.err
        assert OTHER not in said.out + said.err
        return said

    run.base = ("--set", f"baseUrl={service.origin}")
    run("connect", ISSUES, *run.base, "--secret", "token=@env:TOKEN")
    return run


def changed(home, folder, **changes):
    with closing(Workspace(Home(home), folder)) as workspace:
        reread(workspace, ISSUES, **changes)


def test_a_credential_is_shared_used_and_told(told):
    shared = told("credentials", "share", ISSUES, "--yes")
    assert (
        shared.out == f"“{ISSUES}” uses the credential {SHARED}; used by: {ISSUES}.\n"
    )
    made = told("connect", PAGES, *told.base)
    assert f"It uses the credential {SHARED}." in made.out
    assert told("check", PAGES).code == 0
    (first, second) = told("credentials", "list", "--json").lines
    assert (first["owner"], first["projects"]) == (SHARED, ["a"])
    assert first["usedBy"] == second["usedBy"] == [ISSUES, PAGES]
    table = told("credentials").out
    assert f"{SHARED}, for a, also used by {PAGES}" in table


def test_without_a_secret_and_without_a_shared_one_it_is_refused(told):
    refused = told("connect", PAGES, *told.base)
    assert refused.code != 0
    assert "“Token” (token) is required" in refused.err
    refused = told("connect", PAGES, *told.base, "--shared")
    assert "No shared credential fits Acme Pages" in refused.err


def test_connect_takes_the_shared_one_or_its_own_as_it_is_told(told):
    told("credentials", "share", ISSUES, "--yes")
    both = told(
        "connect", PAGES, *told.base, "--shared", "--secret", "token=@env:TOKEN"
    )
    assert "--shared takes no credential" in both.err
    assert "is required" in told("connect", PAGES, *told.base, "--own").err
    made = told("connect", PAGES, *told.base, "--shared", "--json")
    assert made.last["credential"] == SHARED


def test_its_own_and_back(told, service):
    told("credentials", "share", ISSUES, "--yes")
    told("connect", PAGES, *told.base)
    own = told("credentials", "own", PAGES, "--secret", "token=@env:OTHER")
    assert own.out == f"“{PAGES}” has a credential of its own.\n"
    assert told("check", PAGES).code == 1
    back = told("credentials", "use-shared", PAGES, "--yes", "--json")
    assert back.last == {
        "type": "usesShared", "key": PAGES, "owner": SHARED, "projects": ["a"]
    }  # fmt: skip
    assert told("check", PAGES).code == 0


def test_what_is_not_agreed_to_changes_nothing(told):
    assert "Add --yes" in told("credentials", "share", ISSUES).err
    told("credentials", "share", ISSUES, "--yes")
    for verb in (
        ("unshare", "acme"),
        ("projects", ISSUES, "--all"),
        ("projects", ISSUES, "--add", "*"),
        ("use-shared", ISSUES),
    ):
        assert "Add --yes" in told("credentials", *verb).err
    (line,) = told("credentials", "--json").lines
    assert (line["owner"], line["projects"]) == (SHARED, ["a"])


def test_other_projects_use_it_while_they_are_listed(told):
    told("credentials", "share", ISSUES, "--yes")
    assert told("connect", PAGES, *told.base, project=1).code != 0
    listed = told("credentials", "projects", ISSUES, "--add", "b")
    assert listed.out == "a\nb\n"
    made = told("connect", PAGES, *told.base, project=1)
    assert SHARED in made.out
    assert told("check", PAGES, project=1).code == 0
    refused = told("credentials", "projects", PAGES, "--all", "--yes", project=1)
    assert "The project “a” shares this credential" in refused.err
    told("credentials", "projects", ISSUES, "--remove", "b")
    failed = told("check", PAGES, "--json", project=1)
    assert "No value for “Token”" in failed.last["detail"]
    every = told("credentials", "projects", ISSUES, "--all", "--yes", "--json")
    assert every.last["projects"] == ["*", "a"]
    assert told("check", PAGES, project=1).code == 0
    gone = told("credentials", "unshare", "acme", "--yes")
    assert f"used by: {ISSUES}, {PAGES} (project b)" in gone.out


def test_its_own_is_of_its_own_project(told):
    own = told("credentials", "projects", ISSUES)
    assert own.out.startswith("a\nIt is its own.")
    refused = told("credentials", "projects", ISSUES, "--add", "b")
    assert refused.code != 0
    assert f"ferrule credentials share {ISSUES}" in refused.err


def test_a_disconnected_user_leaves_it_and_unsharing_deletes_it(told):
    told("credentials", "share", ISSUES, "--yes")
    told("connect", PAGES, *told.base)
    assert told("disconnect", ISSUES, "--yes").code == 0
    assert told("check", PAGES).code == 0
    gone = told("credentials", "unshare", "acme", "--yes", "--json")
    assert gone.last["usedBy"] == [f"a/{PAGES}"]
    assert told("check", PAGES).code == 1
    assert told("credentials", "--json").lines == []


def test_a_connection_that_asks_for_more_hosts_is_held(told, home, projects, service):
    assert told("connections", "hosts", ISSUES).code == 0
    changed(home, projects[0], permissions=MORE)
    for verb in (("sync", ISSUES), ("sync", ISSUES, "--dry-run")):
        held = told(*verb)
        assert held.code != 0
        assert "it asks for more.example" in held.err
        assert f"ferrule connections hosts {ISSUES} --confirm" in held.err
    assert "more.example" in told("check", ISSUES).out
    assert told("health", ISSUES, "--check").code == 1
    assert service.asked == []
    shown = told("connections", "hosts", ISSUES)
    assert (shown.code, "more.example  not confirmed" in shown.out) == (1, True)
    assert told("connections", "hosts", ISSUES, "--json").last["heldFor"] == [
        "more.example"
    ]
    assert "held" in told("connections").out
    assert "It is held" in told("connections", "show", ISSUES).out
    assert "held for more.example" in told("credentials").out
    confirmed = told("connections", "hosts", ISSUES, "--confirm")
    assert confirmed.out.endswith("may go to all of them.\n")
    assert told("sync", ISSUES).code == 0


def test_a_child_is_held_whatever_its_parent_hands_over(told, home, projects, service):
    changed(home, projects[0], permissions=MORE)
    ferrule = Ferrule(home, projects[0])
    with ferrule.start("sync", "--control", "stdin") as process:
        given = job(ISSUES, project=str(projects[0]), secrets={"token": TOKEN})
        process.stdin.write(given)
        process.stdin.flush()
        out = process.stdout.read()
        assert process.wait(30) != 0
    assert b"more.example" in out
    assert TOKEN.encode() not in out
    assert service.asked == []


def test_a_foreign_address_is_held_for_the_shared_credential(told):
    told("credentials", "share", ISSUES, "--yes")
    with SignedService() as foreign:
        made = told("connect", PAGES, "--set", f"baseUrl={foreign.origin}")
        assert f"It is held: it asks for {foreign.origin} too." in made.out
        assert told("sync", PAGES).code != 0
        assert foreign.asked == []
