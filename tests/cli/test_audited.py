"""Each deed with credentials, approvals, imports and deletions is in the trail.

Each is done as a person does it on the command line, or as the window does it; then its
rows are looked for, and its line in the log.
"""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr
from tests.cli.test_imports import ISSUES, bundle, ferrule, place, trusting

from ferrule.errors import FerruleError
from ferrule.store import Connection
from ferrule.workspace import keeping
from ferrule.workspace.home import Home
from ferrule.workspace.host_sets import confirm_hosts
from ferrule.workspace.operations.acting import WINDOW, act_through
from ferrule.workspace.operations.reading import log_page
from ferrule.workspace.operations.trail import audit_rows
from ferrule.workspace.rotating import discard, propose
from ferrule.workspace.workspace import Workspace

__all__ = ["bundle", "ferrule", "place", "trusting"]
KEY = "github-issues"
CONFIG = {"owner": "acme", "repo": "birds"}


@pytest.fixture
def work(place, monkeypatch):
    """Return the workspace that the commands work in."""
    monkeypatch.setenv("TOKEN", "ghp_f0rTh3Tr4il0fDeeds12345678901234567")
    made = Workspace(Home(place / "home"))
    yield made
    made.close()
    act_through(WINDOW)


def told_of(deed: Callable[[], object], work: Workspace) -> list[Any]:
    """Do something; return the rows that came, each with a line of its correlation."""
    before = {row.id for row in audit_rows(work, limit=1000)}
    deed()
    found = [row for row in audit_rows(work, limit=1000) if row.id not in before]
    lines = {line.correlation for line in log_page(work, limit=1000).lines}
    assert {row.correlation for row in found} <= lines
    return [(row.action, row.outcome) for row in reversed(found)]


def test_each_deed_of_the_command_line_is_there(trusting, work, place, sandbox):
    say = trusting
    address = f"baseUrl={sandbox.url}"
    say("connect", "sandbox-issues", "--set", address, "--key", "tools")
    say("tool", "run", "tools", "set_state", "--param", "number=5",
        "--param", "state=closed", "--no-wait")  # fmt: skip
    deeds = (
        (("import", "acme.ferrule", "--yes"), ["import.take-in"]),
        (("enable", ISSUES), ["connector.enable"]),
        (("disable", ISSUES), ["connector.disable"]),
        (("approve", "1", "--decline"), ["tool.decline"]),
        (("disable", "sandbox-issues"), ["connection.disable"]),
        (("enable", "sandbox-issues"), ["connection.enable"]),
        (("trust", "add", "anna.pem", "--connector", "x.*", "--yes"), ["trust.key"]),
        (("keys", "new", "mine"), ["key.new"]),
        (("disconnect", "tools", "--yes"), ["connection.delete"]),
    )
    for command, actions in deeds:
        found = told_of(lambda command=command: say(*command), work)
        ended = [action for action, outcome in found if outcome == "done"]
        assert ended == actions, (command, found)
    via = {row.via for row in audit_rows(work, limit=1000)}
    assert "ferrule import" in via
    assert work.audit.verify().whole


def test_each_deed_of_the_window_is_there(work):
    act_through(WINDOW)
    project, secret = work.project.key, SecretStr("ghp_f0rTh3Tr4il0fDeeds123456789")
    made = Connection("work", project, KEY, "1.0.0", config=CONFIG)
    other = {"token": SecretStr("ghp_4n0th3r0fTheTr4il123456789")}
    at = work.registry
    deeds = (
        (lambda: at.create_connection(made, {"token": secret}), "connection.connect"),
        (lambda: at.enable_connection(project, "work", enabled=False),
         "connection.disable"),
        (lambda: at.enable_connection(project, "work", enabled=True),
         "connection.enable"),
        (lambda: at.update_connection(project, "work", {}, other), "credential.change"),
        (lambda: propose(work, "work", {"token": secret}), "credential.propose"),
        (lambda: discard(work, "work"), "credential.discard"),
        (lambda: keeping.reveal(work, "work", "token"), "credential.reveal"),
        (lambda: confirm_hosts(work, "work"), "credential.hosts"),
        (lambda: keeping.forget(work, "work"), "credential.delete"),
        (lambda: at.delete_connection(project, "work"), "connection.delete"),
    )  # fmt: skip
    for deed, action in deeds:
        found = told_of(deed, work)
        assert found[-1] == (action, "done"), (action, found)
        assert found[0] in {(action, "begun"), (action, "done")}
    assert {row.via for row in audit_rows(work, limit=1000)} == {WINDOW}
    raw = repr(audit_rows(work, limit=1000)) + repr(log_page(work, limit=1000))
    assert "ghp_" not in raw


def test_what_is_refused_is_there_too(work):
    made = Connection("a", work.project.key, KEY, "1.0.0", config=CONFIG)
    work.registry.create_connection(made, {"token": SecretStr("ghp_0fTh3Tr4il12345")})
    for deed in (
        lambda: propose(work, "none", {}),
        lambda: keeping.reveal(work, "a", "another"),
    ):
        with pytest.raises(FerruleError):
            deed()
    ended = [row for row in audit_rows(work) if row.outcome in {"refused", "failed"}]
    assert [row.action for row in ended] == ["credential.reveal", "credential.propose"]
