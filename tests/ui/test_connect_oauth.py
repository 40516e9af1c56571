"""Signing in from a real window: the sandbox's own service, a browser that answers.

The browser is a hand that approves over plain HTTP; a real one is in tests/oauth.
"""

import asyncio
import socket
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from tests.support.authority import CLIENT_ID, CLIENT_SECRET, AuthorityServer
from tests.ui import catalogue_desk
from tests.ui.catalogue_desk import KEY, at_desk, clipped, nameless, until

from ferrule.auth.token import TOKENS
from ferrule.clock import SystemClock
from ferrule.credentials import forget_master_key
from ferrule.store import Connection
from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.pages import PAGES
from ferrule.ui.widgets.connect.authorising import Authorising
from ferrule.workspace.health import Finding
from ferrule.workspace.health_record import record_finding

MOUSE = QtCore.Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def own_key(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    yield
    forget_master_key()


class Browser:
    """What opens addresses: it keeps them, and a hand approves or denies there."""

    def __init__(self, decide):
        self.opened = []
        self.clicks = 0
        self._decide = decide

    def __call__(self, url):
        self.opened.append(url)
        if self._decide is not None:
            self.clicks += 1
            threading.Thread(target=self._decide, args=(hand(), url)).start()
        return True


def hand():
    """Return what approves at the sandbox that the window started."""
    made = AuthorityServer(clock=None, items=1, slow_ms=0)
    made.url = sandbox.url
    return made


def approves(*scopes):
    return lambda server, url: server.approve(url, *scopes)


@pytest.fixture
def browser(monkeypatch):
    def use(decide):
        made = Browser(decide)
        monkeypatch.setattr(Authorising, "open_browser", staticmethod(made))
        return made

    return use


class Person:
    """Presses buttons and counts it."""

    def __init__(self):
        self.clicks = 0

    def press(self, button):
        assert button.isVisible(), button.text()
        assert button.isEnabled(), button.text()
        self.clicks += 1
        button.click()


async def begun(desk, connector="sandbox-oauth"):
    """Return the flow of a connector with client id and secret pasted into it."""
    desk.page.browser.cards.pick(connector)
    desk.page.do("act")
    await desk.settled()
    await desk.flow.tasks.wait("sandbox")
    flow = desk.flow
    keys = [field.key for field in flow.plan.credentials]
    flow.credentials.fill(dict(zip(keys, (CLIENT_ID, CLIENT_SECRET), strict=True)))
    return flow


async def at_authorise(flow, person):
    """Go to the step in which the browser opens."""
    person.press(flow._panels["credentials"].next)
    person.press(flow._panels["configuration"].next)
    await until(lambda: flow.at == "authorise")


def stored(desk) -> list[Connection]:
    return list(desk.workspace.connections.list(desk.workspace.project.key))


@pytest.mark.parametrize("connector", ["sandbox-oauth", "sandbox-oauth1"])
def test_a_new_service_is_signed_in_to_by_five_clicks(
    run, tmp_path, browser, connector
):
    opened = browser(approves())

    async def work(desk):
        person = Person()
        flow = await begun(desk, connector)
        await at_authorise(flow, person)
        await until(lambda: flow.passed)
        person.press(flow.check.next)
        person.press(flow.review.next)
        await until(lambda: flow.done is not None)
        assert person.clicks + opened.clicks <= 5
        (made,) = stored(desk)
        assert made.connector_id == connector
        assert TOKENS in desk.workspace.registry.secrets_of(made)

    run(at_desk(tmp_path / "home", work))


def test_the_stages_tell_what_happened(run, tmp_path, browser):
    opened = browser(approves("issues:read", "comments:read"))

    async def work(desk):
        flow = await begun(desk)
        await at_authorise(flow, Person())
        await until(lambda: flow.signing.tokens is not None)
        rows = flow.authorise.stages.rows
        await until(lambda: all(row.state == "done" for row in rows))
        assert rows[0].detail.text().endswith("/oauth/callback")
        assert (
            rows[1].detail.text() == urlsplit(sandbox.url).netloc + "/oauth/authorize"
        )
        assert rows[4].detail.text() == "issues:read, comments:read"
        assert flow.authorise.messages() == ["Not granted: profile"]
        assert flow.at == "authorise"  # a person looks at it before going on
        (url,) = opened.opened
        assert len(parse_qs(urlsplit(url).query)["state"][0]) >= 22
        shown = " ".join(label.text() for label in flow.findChildren(QtWidgets.QLabel))
        assert parse_qs(urlsplit(url).query)["state"][0] not in shown

    run(at_desk(tmp_path / "home", work))


def test_a_refusal_is_told_and_can_be_tried_again(run, tmp_path, browser):
    opened = browser(lambda server, url: server.deny(url))

    async def work(desk):
        flow = await begun(desk)
        person = Person()
        await at_authorise(flow, person)
        await until(flow.authorise.messages)
        assert flow.authorise.next.text() == "Try again"
        assert flow.authorise.stages.rows[2].state == "failed"
        opened._decide = approves()
        person.press(flow.authorise.next)
        await until(lambda: flow.passed)
        assert len(opened.opened) == 2

    run(at_desk(tmp_path / "home", work))


def test_a_wait_is_cancelled_at_once_and_the_listener_is_gone(run, tmp_path, browser):
    browser(None)

    async def work(desk):
        flow = await begun(desk)
        person = Person()
        await at_authorise(flow, person)
        await until(flow.authorise.room.isVisible)
        redirect = flow.authorise.stages.rows[0].detail.text()
        before = asyncio.get_running_loop().time()
        person.press(flow.authorise.room.cancel)
        await until(flow.authorise.next.isVisible)
        assert asyncio.get_running_loop().time() - before < 0.2
        assert flow.authorise.next.text() == "Open the browser"
        port = urlsplit(redirect).port
        await until(lambda: not _listens(port))

    run(at_desk(tmp_path / "home", work))


def _listens(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def test_the_address_that_the_browser_ended_on_is_pasted(run, tmp_path, browser):
    opened = browser(None)

    async def work(desk):
        flow = await begun(desk)
        await at_authorise(flow, Person())
        await until(flow.authorise.paste.isVisible)
        paste = flow.authorise.paste
        paste.field.setText("http://127.0.0.1:1/oauth/callback?code=x&state=y")
        paste.go.click()
        assert paste.notes.count() == 1  # it is of another sign-in: said, and waiting
        ended = await asyncio.to_thread(
            lambda: hand().approve(opened.opened[0], follow=False)
        )
        paste.field.setText(ended)
        paste.go.click()
        await until(lambda: flow.passed)

    run(at_desk(tmp_path / "home", work))


def test_a_device_code_is_shown_large_and_signs_in(run, tmp_path, browser):
    opened = browser(None)

    async def work(desk):
        flow = await begun(desk)
        person = Person()
        await at_authorise(flow, person)
        await until(flow.authorise.room.isVisible)
        person.press(flow.authorise.room.cancel)
        await until(flow.authorise.other.isVisible)
        person.press(flow.authorise.other)
        person.press(flow.authorise.next)
        await until(flow.authorise.room.code.isVisible)
        code = flow.authorise.room.code.text()
        assert "-" in code
        await asyncio.to_thread(lambda: hand().approve_device(code))
        await until(lambda: flow.passed)
        assert len(opened.opened) == 1

    run(at_desk(tmp_path / "home", work))


def test_changing_a_credential_forgets_the_sign_in(run, tmp_path, browser):
    browser(approves())

    async def work(desk):
        flow = await begun(desk)
        await at_authorise(flow, Person())
        await until(lambda: flow.passed)
        flow.go_to("credentials")
        flow.credentials.fill({"clientId": "another", "clientSecret": "x"})
        await until(lambda: flow.signing.tokens is None)
        assert not flow.go_to("check")
        assert flow.at == "authorise"

    run(at_desk(tmp_path / "home", work))


def test_a_connection_that_was_signed_out_is_reconnected_by_one_click(
    run, tmp_path, browser
):
    opened = browser(approves())

    async def work(desk):
        flow = await begun(desk)
        await at_authorise(flow, Person())
        await until(lambda: flow.passed)
        flow._panels["check"].next.click()
        flow.review.next.click()
        await until(lambda: flow.done is not None)
        (made,) = stored(desk)
        before = desk.workspace.registry.secrets_of(made)[TOKENS]
        _signed_out(desk, made.key)
        flow.done.home.click()
        await desk.page.tasks.wait("read")
        desk.page._refresh()
        await desk.settled()
        desk.page.browser.cards.pick("sandbox-oauth")
        await desk.settled()
        desk.page.do("act")  # the one click
        await desk.settled()
        again = desk.flow
        await until(lambda: again.done is not None)
        (kept,) = stored(desk)
        assert kept.state == "healthy"
        assert desk.workspace.registry.secrets_of(kept)[TOKENS] != before
        assert len(opened.opened) == 2

    run(at_desk(tmp_path / "home", work))


def _signed_out(desk, key):
    found = Finding("auth", "The sign-in has ended.")
    record_finding(desk.workspace, key, found, SystemClock().now())


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700)])
def test_nothing_is_clipped_and_everything_has_a_name(run, tmp_path, browser, size):
    browser(None)

    async def work(desk):
        flow = await begun(desk)
        await at_authorise(flow, Person())
        await until(flow.authorise.paste.isVisible)
        QtGui.QGuiApplication.processEvents()
        assert clipped(desk.window) == []
        assert nameless(desk.window) == []

    run(at_desk(tmp_path / "home", work, size))


def test_a_client_secret_is_tried_by_a_fresh_token_before_it_is_used(
    run, tmp_path, browser, monkeypatch
):
    browser(approves())
    here = [place for place in PAGES if place.key == "credentials"]
    monkeypatch.setattr(catalogue_desk, "PLACES", (*catalogue_desk.PLACES, *here))

    async def work(desk):
        flow = await begun(desk)
        await at_authorise(flow, Person())
        await until(lambda: flow.passed)
        flow._panels["check"].next.click()
        flow.review.next.click()
        await until(lambda: flow.done is not None)
        (made,) = stored(desk)
        page = desk.window.show_page("credentials")
        await page.tasks.wait("read")
        page.pane.rotate.click()
        page.pane.form.form.fill({"clientSecret": "not-the-secret"})
        page.pane.form.go.click()
        await page.tasks.wait("check")
        kept = desk.workspace.registry.secrets_of(made)
        assert kept["clientSecret"].get_secret_value() == CLIENT_SECRET
        assert page.notices() == []
        page.pane.test.click()  # the sign-in was not hurt by what was refused
        await page.tasks.wait("check")
        assert page.desk.rows[0].state == "healthy"

    run(at_desk(tmp_path / "home", work))


def test_what_is_discarded_waits_for_nobody_any_more(run, tmp_path, browser):
    browser(None)

    async def work(desk):
        flow = await begun(desk)
        await at_authorise(flow, Person())
        await until(flow.authorise.room.isVisible)
        port = urlsplit(flow.authorise.stages.rows[0].detail.text()).port
        assert _listens(port)
        flow.discard.click()
        await until(lambda: not _listens(port))
        assert not flow.signing.running

    run(at_desk(tmp_path / "home", work))


def test_attack_a_window_that_is_left_mid_flow_leaves_no_listener(
    run, tmp_path, browser
):
    browser(None)
    ports = []

    async def work(desk):
        flow = await begun(desk)
        await at_authorise(flow, Person())
        await until(flow.authorise.room.isVisible)
        port = urlsplit(flow.authorise.stages.rows[0].detail.text()).port
        assert _listens(port)
        ports.append(port)

    run(at_desk(tmp_path / "home", work))
    assert not _listens(ports[0])
