"""`ferrule tool`, `approve`, `mcp`: listed, shown, run, approved by another process."""

import json
import re
import sys

import pytest
from tests.cli.test_verbs import SANDBOX

from ferrule.cli import asking

COMMENT = ("--param", "number=3", "--param", "text=hello")
CONNECTED = ("tool", "run", "sandbox-issues")


@pytest.fixture
def said(say, sandbox):
    """Return what runs commands, with the sandbox connected."""
    assert SANDBOX.exists()
    assert say("connect", "sandbox-issues", "--set", f"baseUrl={sandbox.url}").code == 0
    return say


@pytest.fixture
def typing(monkeypatch):
    """Have a terminal on which something is typed."""
    typed = []

    def answered(_word):
        return typed.pop(0)

    for verb in ("tool", "approve"):
        monkeypatch.setattr(f"ferrule.cli.{verb}.at_terminal", lambda: True)
        monkeypatch.setattr(f"ferrule.cli.{verb}.confirmed_by_word", answered)
    return typed


def comments(sandbox):
    return sandbox.ask("/repos/sample/workshop/issues/3")["comments"]


def test_tools_are_listed_and_shown(said):
    found = said("tool", "list", "--json").lines
    assert [one["name"] for one in found] == [
        *("get_issue", "find_issues", "comment_on_issue", "set_state", "delete_issue"),
    ]
    assert [one["asks"] for one in found] == [False, False, True, True, True]
    told = said("tool", "show", "sandbox-issues", "comment_on_issue")
    assert "POST, write; asks first: yes" in told.out
    assert re.search(r"number +integer +yes", told.out)
    assert "asks first" in said("tool", "list").out


def test_a_read_is_run_and_tells_its_result(said):
    found = said(*CONNECTED, "get_issue", "--param", "number=3", "--json")
    assert found.code == 0
    assert found.last["result"]["number"] == 3
    assert json.loads(said(*CONNECTED, "get_issue", "--param", "number=3").out)


def test_arguments_come_from_a_file_too(said, tmp_path):
    file = tmp_path / "arguments.json"
    file.write_text('{"number": 4, "x": 1}')
    wrong = said(*CONNECTED, "get_issue", "--json-params", file)
    assert wrong.code == 2
    assert "“x”" in wrong.err
    file.write_text('{"number": 4}')
    found = said(*CONNECTED, "get_issue", "--json-params", file, "--json")
    assert found.last["result"]["number"] == 4
    over = ("--param", "number=5", "--json")
    found = said(*CONNECTED, "get_issue", "--json-params", file, *over)
    assert found.last["result"]["number"] == 5


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "“number” is required"),
        (("--param", "number=x"), "“number” must be a whole number"),
        (("--param", "number"), "NAME=VALUE"),
        (("--param", "nummer=3"), "Did you mean “number”"),
        (("--json-params", "nowhere.json"), "cannot be read"),
    ],
)
def test_what_is_put_wrongly_is_said_before_anything_is_sent(said, arguments, told):
    found = said(*CONNECTED, "get_issue", *arguments)
    assert found.code == 2
    assert told in found.err


def test_a_dry_run_shows_the_request_and_sends_nothing(said, sandbox):
    before = comments(sandbox)
    found = said(*CONNECTED, "comment_on_issue", *COMMENT, "--dry-run")
    assert found.code == 0
    assert "/repos/sample/workshop/issues/3/comments" in found.out
    assert '{"body":"hello"}' in found.out
    assert "Nothing was sent" in found.out
    shown = said(*CONNECTED, "comment_on_issue", *COMMENT, "--dry-run", "--json").last
    assert (shown["method"], shown["asks"]) == ("POST", True)
    assert comments(sandbox) == before
    assert said("approve", "--all", "--json").lines == []


def test_on_a_terminal_the_word_is_typed(said, sandbox, typing):
    before = comments(sandbox)
    typing.append(None)
    refused = said(*CONNECTED, "comment_on_issue", *COMMENT)
    assert (refused.code, comments(sandbox)) == (1, before)
    assert '{"body":"hello"}' in refused.err
    typing.append("comment_on_issue")
    assert said(*CONNECTED, "comment_on_issue", *COMMENT).code == 0
    assert comments(sandbox) == before + 1
    states = [one["state"] for one in said("approve", "--all", "--json").lines]
    assert states == ["used", "declined"]


def test_without_a_terminal_it_waits_or_says_how_it_is_approved(said, sandbox):
    before = comments(sandbox)
    waits = said(*CONNECTED, "comment_on_issue", *COMMENT, "--no-wait")
    assert waits.code == 1
    number = int(re.search(r"ferrule approve (\d+)", waits.err)[1])
    assert said("approve", number, "--json").code == 2  # nobody can type
    assert said("approve", number, "--word", "yes").code == 2
    shown = said("approve", number, "--word", "comment_on_issue")
    assert shown.code == 0
    assert '{"body":"hello"}' in shown.out
    assert comments(sandbox) == before
    again = said(*CONNECTED, "comment_on_issue", *COMMENT, "--no-wait", "--json")
    assert again.code == 0
    assert again.last["approval"] == number
    assert comments(sandbox) == before + 1
    assert said("approve", number, "--word", "comment_on_issue").code == 1
    (kept,) = said("approve", "--all", "--json").lines
    assert (kept["state"], kept["outcome"]) == ("used", "done")


def test_it_is_approved_by_another_process_and_sent_once(said, ferrule, sandbox):
    ferrule("connect", "sandbox-issues", "--set", f"baseUrl={sandbox.url}")
    before = comments(sandbox)
    process = ferrule.start(*CONNECTED, "comment_on_issue", *COMMENT, "--json")
    line = process.stderr.readline().decode()
    number = re.search(r"ferrule approve (\d+)", line)[1]
    assert comments(sandbox) == before
    assert ferrule("approve", number, "--word", "comment_on_issue").code == 0
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert json.loads(out)["result"]["text"] == "hello"
    assert comments(sandbox) == before + 1


def test_what_waits_is_listed_and_declined(said):
    said(*CONNECTED, "delete_issue", "--param", "number=5", "--no-wait")
    (waits,) = said("approve", "--json").lines
    assert waits["effect"] == "destructive"
    assert "DELETE" in said("approve").out
    assert said("approve", waits["id"], "--decline", "--reason", "not that").code == 0
    assert "Nothing waits" in said("approve").out
    (kept,) = said("approve", "--all", "--json").lines
    assert kept["steps"][0]["note"] == "not that"
    assert said("approve", waits["id"], "--word", "delete_issue").code == 1
    assert said("approve", 999).code == 1


def test_a_waiver_is_given_listed_and_taken_back(said, sandbox):
    before = comments(sandbox)
    assert said("tool", "waive", "sandbox-issues", "comment_on_issue").code == 0
    (held,) = said("tool", "waivers", "--json").lines
    assert (held["tool"], held["waived"]) == ("comment_on_issue", True)
    assert said(*CONNECTED, "comment_on_issue", *COMMENT).code == 0
    assert comments(sandbox) == before + 1
    assert said("tool", "unwaive", "sandbox-issues", "comment_on_issue").code == 0
    assert "yes" in said("tool", "show", "sandbox-issues", "comment_on_issue").out
    found = said(*CONNECTED, "comment_on_issue", *COMMENT, "--no-wait")
    assert found.code == 1
    assert said("tool", "waive", "sandbox-issues", "get_issue").code == 2


def test_without_the_package_it_says_how_it_is_installed(say, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    found = say("mcp", "serve")
    assert found.code == 2
    assert "pip install 'ferrule[mcp]'" in found.err


def test_a_package_that_is_too_old_is_said_too(say, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: "something")
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    for name in [*sys.modules]:
        if name.startswith("ferrule.workspace.tools.mcp_"):
            monkeypatch.delitem(sys.modules, name)
    found = say("mcp", "serve")
    assert found.code == 2
    assert "too old" in found.err
    assert "pip install 'ferrule[mcp]'" in found.err


def test_a_connection_that_is_not_there_is_said_before_it_serves(say):
    pytest.importorskip("mcp", reason="needs ferrule[mcp]")
    found = say("mcp", "serve", "--connection", "nowhere")
    assert found.code == 1
    assert "nowhere" in found.err


def test_the_word_itself_must_be_typed(monkeypatch):
    for answer, told in (("close ", "close"), ("yes", None), ("", None)):
        monkeypatch.setattr("typer.prompt", lambda *_a, answer=answer, **_k: answer)
        assert asking.confirmed_by_word("close") == told
