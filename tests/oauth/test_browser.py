"""A real browser in which a person approves, denies, or closes the window."""

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.oauth.parties import follow, names, oauth2, sign_in
from tests.support.authority import CLIENT_ID, CLIENT_SECRET, authority, visit
from tests.support.browser import Browser, Hand, close, decide
from tests.support.clock import FakeClock
from tests.support.commands import Ferrule

from ferrule.errors import SignInFailed

INTERRUPTED = 130
Start = Callable[..., subprocess.Popen]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as running:
        yield running


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[Hand]:
    with Hand(tmp_path) as waiting:
        yield waiting


@pytest.fixture
def ferrule(tmp_path: Path, hand: Hand) -> Ferrule:
    secrets = {"GIVEN_ID": CLIENT_ID, "GIVEN_SECRET": CLIENT_SECRET}
    extra = {"BROWSER": str(hand.script), **secrets}
    return Ferrule(tmp_path / "home", tmp_path, extra)


@pytest.fixture
def connecting(ferrule: Ferrule, service) -> Iterator[Start]:
    """Start `ferrule connect … --oauth` as a person does; what is left is killed."""
    started = []

    def start(connector: str, key: str, secret: str, *more: str) -> subprocess.Popen:
        fields = (f"{key}=@env:GIVEN_ID", f"{secret}=@env:GIVEN_SECRET")
        chosen = [word for field in fields for word in ("--secret", field)]
        address = ("--set", f"baseUrl={service.url}")
        process = ferrule.start(
            "connect", connector, *address, *chosen, "--oauth", "--json", *more
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def second(connecting: Start) -> subprocess.Popen:
    """OAuth 2 with a code, waiting for the browser."""
    return connecting("sandbox-oauth", "clientId", "clientSecret")


def ended(process: subprocess.Popen) -> tuple[int, list]:
    out, _ = process.communicate(timeout=30)
    return process.returncode, [json.loads(line) for line in out.splitlines()]


def test_a_person_approves_and_is_signed_in(browser, hand, ferrule, service, second):
    before = len(browser.asked)
    page = browser.at(hand.taken())
    assert "Ferrule demo" in page.get_by_role("heading").inner_text()
    decide(page, "Approve")
    page.wait_for_url("http://127.0.0.1:*/oauth/callback?*")
    assert page.title() == "Back to Ferrule"
    code, lines = ended(second)
    assert code == 0
    assert lines[-1] == {
        "type": "connection",
        "key": "sandbox-oauth",
        "connector": "sandbox-oauth",
    }
    checked = ferrule("check", "sandbox-oauth", "--json").lines
    assert all(line["ok"] is not False for line in checked)
    assert "signed in as sample" in {line["detail"] for line in checked}
    assert service.token_requests == 1
    asked = {urlsplit(url).hostname for url in browser.asked[before:]}
    assert asked == {"127.0.0.1"}


def test_a_person_leaves_a_scope_out(browser, service):
    signing = sign_in(service.url)
    steps = follow(
        signing,
        opened=lambda step: decide(browser.at(step.url), "Approve", "comments:read"),
    )
    assert steps[-1].granted == ("issues:read", "profile")
    assert steps[-1].missing == ("comments:read",)


def test_a_person_denies_and_nothing_is_made(browser, hand, ferrule, service, second):
    page = browser.at(hand.taken())
    decide(page, "Deny")
    page.wait_for_url("http://127.0.0.1:*/oauth/callback?*")
    assert page.title() == "Not signed in"
    code, lines = ended(second)
    assert code == 1
    assert lines[-1]["step"] == "failed"
    assert lines[-1]["detail"]
    assert ferrule("connections", "--json").lines == []
    assert service.token_requests == 0


def test_a_person_closes_the_window_and_ends_the_command(
    browser, hand, ferrule, service, second
):
    address = hand.taken()
    close(browser.at(address))
    second.send_signal(signal.SIGINT)
    code, lines = ended(second)
    assert code == INTERRUPTED
    assert "signed_in" not in {line.get("step") for line in lines}
    listening = next(line["url"] for line in lines if line.get("step") == "listening")
    assert visit(f"{listening}?code=late&state=x") == 0
    assert ferrule("connections", "--json").lines == []
    assert service.tokens == []


def test_a_person_closes_the_window_and_it_is_over_in_time(browser, service):
    signing = sign_in(service.url, timeout_s=1.5)
    steps = follow(signing, opened=lambda step: close(browser.at(step.url)))
    assert names(steps)[-1] == "failed"
    assert "in time" in steps[-1].detail
    assert signing.tokens is None


def test_a_closed_window_may_be_opened_again(browser, service):
    def act(step) -> None:
        close(browser.at(step.url))
        decide(browser.at(step.url), "Approve")

    assert names(follow(sign_in(service.url), opened=act))[-1] == "signed_in"


def test_a_person_approves_twice_and_only_the_first_counts(browser, service):
    windows = []

    def act(step) -> None:
        windows.extend(browser.at(step.url) for _ in range(2))
        decide(windows[0], "Approve")

    assert names(follow(sign_in(service.url), opened=act))[-1] == "signed_in"
    with windows[1].expect_event("requestfailed") as failed:
        decide(windows[1], "Approve")
    assert failed.value.failure == "net::ERR_CONNECTION_REFUSED"
    assert service.token_requests == 1


def test_a_person_goes_back_and_approves_again_and_it_is_in_vain(browser, service):
    """The back button after it went well: the listener is gone, nothing is sent."""
    pages = []

    def act(step) -> None:
        page = browser.at(step.url)
        decide(page, "Approve")
        page.wait_for_url("http://127.0.0.1:*/oauth/callback?*")
        pages.append(page)

    signing = sign_in(service.url)
    assert names(follow(signing, opened=act))[-1] == "signed_in"
    (page,) = pages
    page.go_back()
    assert "wants to use" in page.get_by_role("heading").inner_text()
    with page.expect_event("requestfailed") as failed:
        decide(page, "Approve")
    assert failed.value.failure == "net::ERR_CONNECTION_REFUSED"
    assert service.token_requests == 1
    assert service.accepts(signing.tokens.access.get_secret_value())


def test_a_person_reloads_the_page_at_the_end_and_nothing_is_asked_twice(
    browser, service
):
    pages = []

    def act(step) -> None:
        pages.append(browser.at(step.url))
        decide(pages[0], "Approve")
        pages[0].wait_for_url("http://127.0.0.1:*/oauth/callback?*")

    assert names(follow(sign_in(service.url), opened=act))[-1] == "signed_in"
    with pages[0].expect_event("requestfailed"), pytest.raises(Exception, match="ERR_"):
        pages[0].reload()
    assert service.token_requests == 1


def test_a_person_denies_in_a_second_tab_after_approving_in_the_first(browser, service):
    windows = []

    def act(step) -> None:
        windows.extend(browser.at(step.url) for _ in range(2))
        decide(windows[0], "Approve")

    signing = sign_in(service.url)
    assert names(follow(signing, opened=act))[-1] == "signed_in"
    with windows[1].expect_event("requestfailed"):
        decide(windows[1], "Deny")
    assert service.accepts(signing.tokens.access.get_secret_value())


def test_a_person_approves_requests_that_are_signed(browser, hand, ferrule, connecting):
    process = connecting("sandbox-oauth1", "consumerKey", "consumerSecret")
    page = browser.at(hand.taken())
    assert "Ferrule demo" in page.get_by_role("heading").inner_text()
    decide(page, "Approve")
    assert ended(process)[0] == 0
    assert ferrule("sync", "sandbox-oauth1", "--json").last["status"] == "done"


@pytest.mark.parametrize(
    ("button", "last"), [("Approve", "signed_in"), ("Deny", "failed")]
)
def test_a_person_decides_about_a_device(browser, service, button, last):
    auth = oauth2(deviceUrl="{{baseUrl}}/oauth/device")
    signing = sign_in(service.url, auth, way="device", clock=FakeClock())

    def act(step) -> None:
        page = browser.at(step.url)
        page.get_by_label("Code").fill(step.user_code)
        page.get_by_role("button", name="Continue").click()
        decide(page, button)
        page.get_by_role("heading").wait_for()

    assert names(follow(signing, code=act))[-1] == last
    assert len(service.tokens) == (button == "Approve")


def test_a_redirect_with_a_foreign_state_is_told_on_the_page(browser):
    with authority("wrong_state") as service:
        signing = sign_in(service.url, timeout_s=20)

        def act(step) -> None:
            page = browser.at(step.url)
            decide(page, "Approve")
            page.wait_for_url("http://127.0.0.1:*/oauth/callback?*")
            assert page.title() == "Not this sign-in"
            signing.cancel()

        assert names(follow(signing, opened=act))[-1] == "cancelled"
        assert service.token_requests == 0


def test_the_page_at_the_end_shows_nothing_of_the_redirect(browser):
    with authority("html_error") as service:
        pages = []

        def act(step) -> None:
            page = browser.at(step.url)
            decide(page, "Approve")
            page.wait_for_url("http://127.0.0.1:*/oauth/callback?*")
            pages.append(page.content())
            card = "getComputedStyle(document.querySelector('main')).borderRadius"
            assert page.evaluate(card) == "12px"  # its policy lets its style in

        steps = follow(sign_in(service.url), opened=act)
        assert steps[-1].name == "failed"
        assert "bold" not in pages[0]
        assert "server_error" not in pages[0]


def test_a_person_pastes_the_address_that_leads_nowhere(browser, service):
    auth = oauth2(redirect={"httpsUri": "https://ferrule.example/oauth/callback"})
    signing = sign_in(service.url, auth)

    def act(step) -> None:
        page = browser.at(step.url)
        with page.expect_event("requestfailed") as failed:
            decide(page, "Approve")
        with pytest.raises(SignInFailed):
            signing.paste(failed.value.url.replace("state=", "state=x"))
        signing.paste(failed.value.url)

    steps = follow(signing, opened=act)
    assert steps[-1].name == "signed_in"
    assert service.accepts(signing.tokens.access.get_secret_value())
