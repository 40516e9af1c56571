"""Choosing one of several sign-ins on the command line, and the key of an SSH one."""

import json
from contextlib import closing

import pytest
from tests.auth.kinds import field
from tests.support.signed_service import SignedService, connector

from ferrule.workspace.home import Home
from ferrule.workspace.project import init_project
from ferrule.workspace.workspace import Workspace

BOT = "bot-0123456789abcdef"


def pat(key, label):
    how = {"delivery": "bearer", "paramName": "", "credentialFields": [field(key)]}
    return {"method": "pat", "label": label, "config": how}


SSH = {
    "method": "ssh_key",
    "label": "Deploy key",
    "config": {"credentialFields": [field("key", "textarea")]},
}


@pytest.fixture
def told(say, home, tmp_path, monkeypatch):
    """Return the runner in a project with a connector that has three sign-ins."""
    project = init_project(tmp_path / "work", Home(home), "Work")
    document = connector(
        pat("user", "User token"), authOptions=[pat("bot", "Bot token"), SSH]
    )
    with closing(Workspace(Home(home), project.folder)) as workspace:
        workspace.registry.register_descriptor(json.dumps(document).encode())
    monkeypatch.setenv("BOT", BOT)
    return lambda *arguments: say("--project", project.folder, *arguments)


def test_a_connection_is_made_and_checked_by_the_method_that_was_named(told):
    with SignedService() as service:
        service.gate = lambda asked: (
            asked.headers.get("authorization") == (f"Bearer {BOT}")
        )
        base = ("--set", f"baseUrl={service.origin}", "--secret", "bot=@env:BOT")
        refused = told("connect", "signed", *base)
        assert refused.code != 0
        assert "“bot” is not a credential field" in refused.err
        unknown = told("connect", "signed", *base, "--method", "robot")
        assert "User token, Bot token, Deploy key" in unknown.err
        made = told("connect", "signed", *base, "--method", "bot token", "--json")
        assert made.last["key"] == "signed"
        checked = told("check", "signed", "--json")
        assert [line for line in checked.lines if line.get("ok") is False] == []
    shown = told("connections", "show", "signed")
    assert ", by Bot token" in shown.out
    assert told("connections", "show", "signed", "--json").last["signIn"] == "Bot token"


def test_a_connection_changes_to_another_method(told):
    assert told("connect", "signed", "--method", "ssh", "--json").code != 0
    bot = ("--secret", "bot=@env:BOT")
    assert told("connect", "signed", "--method", "Bot token", *bot).code == 0
    lacking = told("connections", "method", "signed", "User token")
    assert "“User” (user) is required" in lacking.err
    changed = told(
        "connections", "method", "signed", "user TOKEN", "--secret", "user=@env:BOT"
    )
    assert changed.out == "“signed” signs in by User token.\n"
    again = told("connections", "method", "signed", "User token", "--json")
    assert again.last["signIn"] == "User token"


def test_an_ssh_key_is_made_shown_and_replaced(told):
    made = told("connect", "signed", "--method", "ssh_key", "--secret", "key=@ssh-key")
    assert made.code == 0, made
    first = told("ssh-key", "signed")
    assert first.out.startswith("ssh-ed25519 ")
    assert first.out.endswith(" ferrule-work-signed\n")
    assert first.err.startswith("SHA256:")
    unasked = told("ssh-key", "signed", "--new")
    assert unasked.code != 0
    assert "--yes" in unasked.err
    second = told("ssh-key", "signed", "--new", "--yes", "--json").last
    assert second["publicKey"] != first.out.strip()
    assert told("ssh-key", "signed").out.strip() == second["publicKey"]
    for said in (made, first, unasked):
        assert "PRIVATE" not in said.out + said.err


@pytest.fixture
def strict(say, home, tmp_path):
    """Return the runner in a project whose connector says how its token looks."""
    project = init_project(tmp_path / "work", Home(home), "Work")
    token = {**field("token"), "label": "Token", "pattern": "tok-[0-9a-f]{8}"}
    how = {"delivery": "bearer", "paramName": "", "credentialFields": [token]}
    document = json.dumps(connector({"method": "pat", "config": how}))
    with closing(Workspace(Home(home), project.folder)) as workspace:
        workspace.registry.register_descriptor(document.encode())
    (tmp_path / "signed.json").write_text(document)
    return lambda *arguments: say("--project", project.folder, *arguments)


def test_a_secret_of_another_form_is_refused_like_in_the_window(
    strict, say, tmp_path, monkeypatch
):
    monkeypatch.setenv("WRONG", "bot-0123456789abcdef")
    monkeypatch.setenv("RIGHT", "tok-01234567")
    wrong, right = ("--secret", "token=@env:WRONG"), ("--secret", "token=@env:RIGHT")
    made = strict("connect", "signed", *wrong)
    assert strict("connect", "signed", *right).code == 0
    rotated = strict("credentials", "rotate", "signed", *wrong)
    ran = say("run", tmp_path / "signed.json", *wrong)
    for told in (made, rotated, ran):
        assert told.code != 0
        assert "“Token” (token) has not the form" in told.out + told.err
        assert "0123456789abcdef" not in told.out + told.err
