"""A sign-in that is ended on its way, by Ctrl-C or worse: nothing of it is left."""

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.authority import (
    CLIENT_ID,
    CLIENT_SECRET,
    AuthorityServer,
    authority,
    visit,
)
from tests.support.commands import Ferrule

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def service() -> Iterator[AuthorityServer]:
    with authority(items=5, slow_ms=20_000) as running:
        yield running


@pytest.fixture
def ferrule(tmp_path: Path) -> Ferrule:
    given = {"GIVEN_ID": CLIENT_ID, "GIVEN_SECRET": CLIENT_SECRET}
    return Ferrule(tmp_path / "home", tmp_path, given)


@pytest.fixture
def start(ferrule: Ferrule) -> Iterator[Start]:
    """Start a command; what is left of it is killed."""
    started = []

    def begin(*arguments: str) -> subprocess.Popen[bytes]:
        started.append(ferrule.start(*arguments, "--json"))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def connect(service: AuthorityServer) -> tuple[str, ...]:
    """The words that connect to the sandbox, but for the way."""
    secrets = ("clientId=@env:GIVEN_ID", "clientSecret=@env:GIVEN_SECRET")
    chosen = [word for secret in secrets for word in ("--secret", secret)]
    return ("connect", "sandbox-oauth", "--set", f"baseUrl={service.url}", *chosen)


def told(process: subprocess.Popen[bytes], step: str) -> Any:
    """Read until a step is told, and return it."""
    for line in process.stdout:
        found = json.loads(line)
        if found.get("step") == step:
            return found
    raise AssertionError(process.stderr.read())


def rest(process: subprocess.Popen[bytes]) -> tuple[list[Any], bytes]:
    """Return what else it said in lines, and on standard error."""
    out, err = process.communicate(timeout=10)
    return [json.loads(line) for line in out.splitlines()], err


def nothing_is_left(ferrule: Ferrule, redirect: str = "") -> None:
    assert ferrule("connections", "--json").lines == []
    assert not (ferrule.home / "vault.ferrule").exists()
    if redirect:
        assert visit(f"{redirect}?code=late&state=x") == 0


@pytest.mark.parametrize(
    ("name", "code"),
    [("SIGINT", 130), ("SIGTERM", -15), ("SIGKILL", -9)],
)
def test_attack_ended_while_the_browser_is_open_nothing_is_left(
    ferrule, start, connect, name: str, code: int
) -> None:
    process = start(*connect, "--oauth")
    redirect = told(process, "listening")["url"]
    told(process, "waiting")
    process.send_signal(getattr(signal, name))
    lines, err = rest(process)
    assert process.returncode == code
    assert "signed_in" not in {line.get("step") for line in lines}
    assert err == (b"\nEnded by Ctrl-C.\n" if name == "SIGINT" else b"")
    nothing_is_left(ferrule, redirect)


def test_attack_ended_while_a_code_is_typed_elsewhere_nothing_is_left(
    ferrule, start, connect, service
) -> None:
    process = start(*connect, "--device")
    shown = told(process, "code")["userCode"]
    told(process, "waiting")
    process.send_signal(signal.SIGINT)
    _, err = rest(process)
    assert (process.returncode, err) == (130, b"\nEnded by Ctrl-C.\n")
    service.approve_device(shown)  # too late: nobody asks any more
    assert service.tokens == []
    nothing_is_left(ferrule)


def test_attack_ended_while_the_token_is_asked_for_nothing_is_left(
    ferrule, start, connect, service
) -> None:
    process = start(*connect, "--oauth")
    opened = told(process, "opened")["url"]
    leads = service.approve(opened, follow=False)
    service.misbehave("slow")
    visit(leads)
    told(process, "exchanging")
    process.send_signal(signal.SIGINT)
    rest(process)
    assert process.returncode == 130
    nothing_is_left(ferrule, leads.partition("?")[0])


def test_attack_ended_while_signing_in_again_the_old_tokens_stay(
    ferrule, start, connect, service
) -> None:
    first = start(*connect, "--oauth")
    service.approve(told(first, "opened")["url"])
    rest(first)
    assert first.returncode == 0
    again = start("reconnect", "sandbox-oauth")
    told(again, "waiting")
    again.send_signal(signal.SIGINT)
    rest(again)
    assert again.returncode == 130
    assert ferrule("check", "sandbox-oauth").code == 0
