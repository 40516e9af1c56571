"""Draw signing in, and the credentials, in every state: to look at and to document.

Run it as a script: `python -m tests.ui.signing_states [FOLDER]` (`make pictures`). The
sandbox is the service; the browser is a hand that approves over plain HTTP.
"""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["FERRULE_KEYCHAIN"] = "off"

import qasync
from pydantic import SecretStr
from PySide6 import QtCore, QtGui, QtWidgets
from tests.support.authority import CLIENT_ID, CLIENT_SECRET, AuthorityServer
from tests.ui import catalogue_desk
from tests.ui.catalogue_desk import KEY, Desk, at_desk, until

from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.pages import PAGES
from ferrule.ui.theme import theme
from ferrule.ui.widgets.connect.authorising import Authorising
from ferrule.workspace import scopes
from ferrule.workspace.connecting import connect
from ferrule.workspace.project import init_project

OUT = Path("docs/pictures/signing-in")
WIDE, SMALL = (1280, 800), (1024, 700)
PASSPHRASE = "a long enough passphrase"
State = Callable[["Scene"], Awaitable[None]]
STATES: list[State] = []


def state(draw: State) -> State:
    """Keep a state; its name is that of its pictures."""
    STATES.append(draw)
    return draw


class Scene:
    """A window over a data directory of its own, and where its pictures go."""

    def __init__(self, desk: Desk, out: Path) -> None:
        self.desk = desk
        self.opened: list[str] = []
        self._out = out
        Authorising.open_browser = staticmethod(self._open)

    @property
    def flow(self):
        return self.desk.flow

    def _open(self, url: str) -> bool:
        self.opened.append(url)
        return True

    async def hand(self, deed: Callable[[AuthorityServer], object]) -> None:
        """Do something at the service as a person would."""
        server = AuthorityServer(clock=None, items=1, slow_ms=0)
        server.url = sandbox.url
        await asyncio.to_thread(deed, server)

    async def begun(self) -> None:
        """Come to the step in which the browser has opened."""
        self.desk.page.browser.cards.pick("sandbox-oauth")
        self.desk.page.do("act")
        await self.desk.settled()
        await self.flow.tasks.wait("sandbox")
        given = {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET}
        self.flow.credentials.fill(given)

    async def filling(self, connector: str) -> None:
        """Come to the first step of connecting something."""
        self.desk.page.browser.cards.pick(connector)
        self.desk.page.do("act")
        await self.desk.settled()

    async def waiting(self) -> None:
        """Wait for the browser."""
        await self.begun()
        self.flow.try_it()
        self.flow.authorise.next.click()
        await until(self.flow.authorise.paste.isVisible)

    async def connected(self) -> None:
        """Have a connection that is signed in."""
        await self.waiting()
        await self.hand(lambda server: server.approve(self.opened[0]))
        await until(lambda: self.flow.passed)
        self.flow.check.next.click()
        self.flow.review.next.click()
        await until(lambda: self.flow.done is not None)

    async def sharing(self, *projects: str) -> None:
        """Have two connections that use what is shared, and other projects."""
        await self.connected()
        workspace = self.desk.workspace
        folder = workspace.home.path.parent
        for name in projects:
            init_project(folder / name.lower(), workspace.home, name)
        await asyncio.to_thread(scopes.share, workspace, "sandbox-oauth")
        one = workspace.connections.get(workspace.project.key, "sandbox-oauth")
        await asyncio.to_thread(
            connect, workspace, "sandbox-oauth", one.config, {}, key="archive"
        )
        self.flow.done.home.click()
        await self.desk.settled()

    async def open(self, deed: str) -> None:
        """Open the flow of the sandbox that is signed in to."""
        self.desk.page.browser.cards.pick("sandbox-oauth")
        self.desk.page.do(deed)
        await self.desk.settled()
        await self.flow.tasks.wait("sandbox")

    def grow(self) -> None:
        """Let a later version of the connector ask for a host more."""
        workspace = self.desk.workspace
        document = json.loads(workspace.catalogue.document("sandbox-oauth"))
        hosts = {"hosts": ["127.0.0.1", "files.sandbox.example"], "scopes": []}
        later = {**document, "version": "1.5.0", "permissions": hosts | {"writes": []}}
        workspace.registry.register_descriptor(json.dumps(later).encode())

    async def credentials(self):
        """Show the page of credentials."""
        page = self.desk.window.show_page("credentials")
        await page.tasks.wait("read")
        return page

    async def pictures(self, name: str) -> None:
        """Save it light and dark, in the smallest window, and at 200 %.

        The documentation shows the last three of one state only.
        """
        await self._picture(name)
        if self._out == OUT and name not in {"waiting", "credentials"}:
            return
        await self._dressed(f"{name}-dark", WIDE, 1.0, "dark")
        await self._dressed(f"{name}-small", SMALL, 1.0, "light")
        await self._dressed(f"{name}-200", WIDE, 2.0, "light")

    async def _picture(self, name: str) -> None:
        for _ in range(10):
            await asyncio.sleep(0.02)
        self.desk.window.grab().save(str(self._out / f"{name}.png"))

    async def _dressed(self, name, size, zoom, scheme):
        app = QtWidgets.QApplication.instance()
        theme.zoom = zoom
        theme.apply(app, scheme)
        self.desk.window.resize(*size)
        await self._picture(name)
        theme.zoom = 1.0
        theme.apply(app, "light")
        self.desk.window.resize(*WIDE)


@state
async def given(scene: Scene) -> None:
    """Client id and secret are typed."""
    await scene.begun()
    await scene.pictures("given")


@state
async def found(scene: Scene) -> None:
    """Where a token is found, below its field."""
    await scene.filling("github-issues")
    scene.flow.credentials.rows["token"].toggle_guide()
    await scene.pictures("found")


@state
async def moved(scene: Scene) -> None:
    """What was pasted is for another way to sign in."""
    await scene.filling("github-issues")
    text = '{"client_id": "1234.5678", "client_secret": "0123456789abcdef"}'
    QtGui.QGuiApplication.clipboard().setText(text)
    scene.flow.credentials.rows["token"].field.paste()
    await scene.pictures("moved")


@state
async def waiting(scene: Scene) -> None:
    """The browser is open."""
    await scene.waiting()
    await scene.pictures("waiting")


@state
async def pasted(scene: Scene) -> None:
    """What was pasted is of another sign-in."""
    await scene.waiting()
    paste = scene.flow.authorise.paste
    paste.field.setText("http://127.0.0.1:1/oauth/callback?code=x&state=y")
    paste.go.click()
    await scene.pictures("pasted")


@state
async def device(scene: Scene) -> None:
    """A code is typed elsewhere."""
    await scene.waiting()
    scene.flow.authorise.room.cancel.click()
    await until(scene.flow.authorise.other.isVisible)
    scene.flow.authorise.other.click()
    scene.flow.authorise.next.click()
    await until(scene.flow.authorise.room.code.isVisible)
    await scene.pictures("device")


@state
async def denied(scene: Scene) -> None:
    """The person pressed Deny."""
    await scene.waiting()
    await scene.hand(lambda server: server.deny(scene.opened[0]))
    await until(scene.flow.authorise.messages)
    await scene.pictures("denied")


@state
async def narrower(scene: Scene) -> None:
    """Fewer scopes were granted than were asked for."""
    await scene.waiting()
    await scene.hand(lambda server: server.approve(scene.opened[0], "issues:read"))
    await until(scene.flow.authorise.messages)
    await scene.pictures("narrower")


@state
async def checked(scene: Scene) -> None:
    """Signed in, and the check has passed."""
    await scene.waiting()
    await scene.hand(lambda server: server.approve(scene.opened[0]))
    await until(lambda: scene.flow.passed)
    await scene.pictures("checked")


@state
async def credentials(scene: Scene) -> None:
    """What is kept, and how it stands."""
    await scene.connected()
    await scene.credentials()
    await scene.pictures("credentials")


@state
async def rotated(scene: Scene) -> None:
    """A new credential was tried and is not taken."""
    await scene.connected()
    page = await scene.credentials()
    page.pane.rotate.click()
    page.pane.form.form.fill({"clientSecret": "not-the-secret"})
    page.pane.form.go.click()
    await page.tasks.wait("check")
    await scene.pictures("rotated")


@state
async def shared(scene: Scene) -> None:
    """What a bundle shares fits a new connection, and is chosen."""
    await scene.sharing()
    await scene.open("another")
    await scene.pictures("shared")


@state
async def offered(scene: Scene) -> None:
    """A new credential could be shared with the bundle's other connectors."""
    await scene.waiting()
    await scene.hand(lambda server: server.approve(scene.opened[0]))
    await until(lambda: scene.flow.passed)
    scene.flow.check.next.click()
    area = scene.flow.review.area.verticalScrollBar()
    await asyncio.sleep(0.1)
    area.setValue(area.maximum())
    await scene.pictures("offered")


@state
async def held(scene: Scene) -> None:
    """A later version asks for a host more: the card, the page, where it is changed."""
    await scene.sharing()
    scene.grow()
    page = scene.desk.window.show_page("catalogue")
    page.browser.cards.pick("sandbox-oauth")
    page.activated()
    await scene.desk.settled()
    await until(page.pane.held.isVisible)
    await scene.pictures("held-card")
    await scene.credentials()
    await scene.pictures("held")
    scene.desk.window.show_page("catalogue")
    await scene.open("change")
    scene.flow.held.confirm.click()
    await scene.pictures("held-changed")


@state
async def projects(scene: Scene) -> None:
    """Who may use what is shared, and the question before every project may."""
    await scene.sharing("Garden", "Orchard")
    page = await scene.credentials()
    block = page.pane.sharing
    block.projects.set_value("garden")
    block.add.click()
    await page.tasks.wait("projects")
    await scene.pictures("owners")
    block.projects.set_value("*")
    block.add.click()
    await asyncio.sleep(0.1)
    page.pane.area.ensureWidgetVisible(block.every)
    await scene.pictures("every-project")


@state
async def locked(scene: Scene) -> None:
    """A passphrase opens the vault, and it is locked."""
    await scene.connected()
    vault = scene.desk.workspace.vault
    await asyncio.to_thread(vault.set_passphrase, SecretStr(PASSPHRASE), only=True)
    await asyncio.to_thread(vault.lock)
    await scene.credentials()
    await scene.pictures("locked")


@state
async def nothing(scene: Scene) -> None:
    """No credential is kept."""
    await scene.credentials()
    await scene.pictures("nothing")


async def _draw(draw: State, out: Path) -> None:
    async def work(desk: Desk) -> None:
        await draw(Scene(desk, out))

    with tempfile.TemporaryDirectory() as home:
        os.environ["FERRULE_HOME"] = home
        await at_desk(Path(home) / "data", work, WIDE)


def main(out: Path, wanted: list[str]) -> None:
    """Draw the states; `wanted` names some, none is all."""
    os.environ["FERRULE_MASTER_KEY"] = KEY
    out.mkdir(parents=True, exist_ok=True)
    app = QtWidgets.QApplication(["ferrule", "-style", "fusion"])
    app.setQuitOnLastWindowClosed(False)
    theme.motion = False
    theme.apply(app, "light")
    catalogue_desk.PLACES = PAGES
    for draw in STATES:
        if wanted and draw.__name__ not in wanted:
            continue
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
            runner.run(_draw(draw, out))
        sys.stdout.write(f"{draw.__name__}\n")
        sys.stdout.flush()
    QtCore.QCoreApplication.processEvents()


if __name__ == "__main__":
    folder, *names = sys.argv[1:] or [str(OUT)]
    main(Path(folder), names)
