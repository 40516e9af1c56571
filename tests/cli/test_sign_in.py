"""Signing in on the command line: connect --oauth, --device, reconnect, disconnect."""

import json
import os
import sys
from datetime import UTC, datetime

import pytest
from tests.oauth import agreeing
from tests.support.authority import authority

from ferrule.cli import reconnect
from ferrule.oauth import device
from ferrule.sandbox.authority.parties import CLIENT_ID
from ferrule.workspace.signing_in import SignInStep

CANARY = "cnry-s3cret/4Q+x&z"


@pytest.fixture(scope="module")
def running():
    with authority() as server:
        server.authority.clients[CLIENT_ID].secret = CANARY
        yield server


@pytest.fixture
def service(running):
    running.authority.behave()
    running.authority.ledger.tokens.clear()
    return running


@pytest.fixture
def log(tmp_path):
    return tmp_path / "browser.json"


@pytest.fixture
def browser(monkeypatch, log):
    """Return what names a browser that decides as told."""

    def named(decision):
        words = [sys.executable, agreeing.__file__, str(log), decision]
        monkeypatch.setenv("BROWSER", " ".join([*words, "%s"]))

    return named


@pytest.fixture
def given(service, monkeypatch):
    """The options of a connection to the sandbox."""
    monkeypatch.setenv("GIVEN_ID", CLIENT_ID)
    monkeypatch.setenv("GIVEN_SECRET", CANARY)
    return (
        "sandbox-oauth",
        "--set",
        f"baseUrl={service.url}",
        "--secret",
        "clientId=@env:GIVEN_ID",
        "--secret",
        "clientSecret=@env:GIVEN_SECRET",
    )


def steps(said):
    return [line["step"] for line in said.lines if line["type"] == "sign_in"]


def test_connect_signs_in_by_the_named_browser(say, given, browser, service):
    browser("approve")
    said = say("connect", *given, "--oauth", "--json")
    assert said.code == 0, said
    assert steps(said)[0] == "listening"
    assert steps(said)[-1] == "signed_in"
    assert said.last == {
        "type": "connection",
        "key": "sandbox-oauth",
        "connector": "sandbox-oauth",
    }
    assert say("check", "sandbox-oauth").code == 0
    assert service.token_requests == 1


def test_what_a_person_reads_holds_the_address_and_no_secret(
    say, given, browser, service, log
):
    browser("approve")
    said = say("connect", *given, "--oauth")
    assert said.code == 0, said
    assert f"Open this address in a browser:\n\n  {service.url}/oauth/" in said.out
    assert "Redirect address: http://127.0.0.1:" in said.out
    assert "Ctrl-C ends it" in said.out
    assert "Signed in; granted: " in said.out
    assert "Connected “sandbox-oauth”" in said.out
    for secret in (CANARY, *service.issued):
        assert secret not in said.out + said.err


def test_the_browser_gets_neither_secret_nor_key(
    say, given, browser, service, log, monkeypatch
):
    monkeypatch.setenv("OF_NO_INTEREST", "harmless-4711-value")
    browser("approve")
    assert say("connect", *given, "--oauth").code == 0
    arguments, environment = json.loads(log.read_text())
    shown = json.dumps([arguments, environment])
    assert arguments[-1].startswith(f"{service.url}/oauth/authorize?")
    assert environment["OF_NO_INTEREST"] == "harmless-4711-value"
    assert "GIVEN_SECRET" not in environment
    assert "FERRULE_MASTER_KEY" not in environment
    assert CANARY not in shown


def test_a_connection_that_nobody_signed_in_says_how(say, given):
    said = say("connect", *given)
    assert said.code == 0
    assert "Nobody has signed in yet: ferrule reconnect sandbox-oauth" in said.out


def test_leave_that_is_not_given_makes_no_connection(say, given, browser):
    browser("deny")
    said = say("connect", *given, "--oauth")
    assert said.code == 1
    assert "Leave was not given" in said.err
    assert say("connections", "--json").lines == []


def test_a_failure_is_a_line_of_json_too(say, given, browser):
    browser("deny")
    said = say("connect", *given, "--oauth", "--json")
    assert said.code == 1
    assert said.last["step"] == "failed"
    assert "access_denied" in said.last["detail"]
    assert said.last["advice"]


@pytest.fixture
def typing(monkeypatch):
    """Return what lets a device be approved while the command waits."""

    def at(act):
        read = device.read_device_code

        def reading(*arguments):
            code = read(*arguments)
            act(code.user_code)
            return code

        monkeypatch.setattr(
            "ferrule.workspace.signing_in.flows.read_device_code", reading
        )
        monkeypatch.setattr(device, "_NAP_S", 60.0)
        monkeypatch.setattr(
            "ferrule.clock.SystemClock.sleep", lambda _self, _seconds: None
        )

    return at


def test_connect_signs_in_by_a_code_on_another_device(
    say, given, service, typing, monkeypatch
):
    monkeypatch.delenv("BROWSER", raising=False)
    typing(service.approve_device)
    said = say("connect", *given, "--device")
    assert said.code == 0, said
    assert f"Open {service.url}/oauth/device/verify on any device" in said.out
    assert "Signed in" in said.out


def test_a_device_that_is_denied_makes_no_connection(say, given, service, typing):
    typing(service.deny_device)
    said = say("connect", *given, "--device", "--json")
    assert said.code == 1
    assert steps(said) == ["code", "waiting", "failed"]


def test_reconnect_gives_fresh_tokens(say, given, browser, service):
    browser("approve")
    assert say("connect", *given, "--oauth").code == 0
    service.tell(revoke=True)
    assert say("check", "sandbox-oauth").code == 1
    said = say("reconnect", "sandbox-oauth", "--json")
    assert said.code == 0, said
    assert said.last["step"] == "signed_in"
    assert say("check", "sandbox-oauth").code == 0


def test_reconnect_of_what_is_not_there_says_so(say, home):
    said = say("reconnect", "nothing")
    assert said.code == 1
    assert "nothing" in said.err


def test_disconnect_ends_the_tokens_at_the_service(say, given, browser, service):
    browser("approve")
    assert say("connect", *given, "--oauth").code == 0
    (token,) = service.tokens
    said = say("disconnect", "sandbox-oauth", "--yes", "--json")
    assert said.code == 0
    assert said.last["tokensEnded"] is True
    assert said.last["detail"] == "The service ended its tokens."
    assert not service.accepts(token.access)


def test_disconnect_goes_on_where_the_service_does_not(say, given, browser, service):
    browser("approve")
    assert say("connect", *given, "--oauth").code == 0
    service.misbehave("no_metadata", "server_error")
    said = say("disconnect", "sandbox-oauth", "--yes")
    assert said.code == 0
    assert "The service did not end the token: it answers 500." in said.out
    assert "Deleted “sandbox-oauth”" in said.out


def test_signed_requests_are_disconnected_and_told_what_is_left(
    say, given, browser, service
):
    browser("approve")
    fields = ("consumerKey=@env:GIVEN_ID", "consumerSecret=@env:GIVEN_SECRET")
    secrets = [word for field in fields for word in ("--secret", field)]
    first = ("connect", "sandbox-oauth1", *given[1:3], *secrets, "--oauth")
    assert say(*first).code == 0
    said = say("disconnect", "sandbox-oauth1", "--yes")
    assert said.code == 0
    assert "its own list of connected applications" in said.out


def test_a_browser_that_does_not_start_is_told(say, given, service, monkeypatch):
    monkeypatch.setenv("BROWSER", "/no/such/browser --new")
    told = reconnect._Told.__call__

    def approving(self, step):
        told(self, step)
        if step.name == "waiting":
            service.approve(kept["url"])
        kept["url"] = step.url or kept.get("url")

    kept = {}
    monkeypatch.setattr(reconnect._Told, "__call__", approving)
    said = say("connect", *given, "--oauth")
    assert said.code == 0, said
    assert "warning: $BROWSER names no program that starts." in said.err
    assert "paste here the address it ends on" in said.out


def test_connect_says_how_to_paste_where_nobody_listens(capsys):
    tell = reconnect._Told(as_json=False)
    tell(SignInStep("listening", url="https://app.example/cb", paste=True))
    tell(SignInStep("waiting", until=datetime(2026, 3, 1, tzinfo=UTC)))
    said = capsys.readouterr().out
    assert "https://app.example/cb (nobody listens there" in said
    assert "paste here the address the browser ends on" in said


def test_an_address_is_pasted_into_standard_input(say, given, service, monkeypatch):
    """The browser runs on another machine: nothing listens where it is sent."""
    monkeypatch.delenv("BROWSER", raising=False)
    readable, writable = os.pipe()

    def tell(step):
        if step.name == "opened":
            good = service.approve(step.url, follow=False)
            os.write(
                writable, f"https://elsewhere.example/?code=1\n\n{good}\n".encode()
            )
        if step.last:
            os.close(writable)

    monkeypatch.setattr(reconnect._Told, "__call__", lambda _self, step: tell(step))
    with os.fdopen(readable) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        said = say("connect", *given, "--oauth")
    assert said.code == 0, said
    assert "not the one that the service redirects to" in said.err
    assert "elsewhere.example" not in said.err
