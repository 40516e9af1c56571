"""The Bundles page in a window of its own, and what a person does with it."""

import base64
import json
from contextlib import contextmanager
from pathlib import Path

from PySide6 import QtWidgets

from ferrule.credentials import forget_master_key
from ferrule.ui.actions import Actions
from ferrule.ui.pages.bundles import BundlesPage
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

_BUNDLE = Path(__file__).parents[2] / "descriptors" / "github" / "bundle.json"
GITHUB = json.loads(_BUNDLE.read_text("utf-8"))["version"]
CALLED = frozenset({"github-prs"})
"""Connectors of the providers here that these tests leave out: they choose one."""


@contextmanager
def workshop(tmp_path, monkeypatch):
    """Give a workspace of its own, with a vault that a master key opens."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.chdir(tmp_path)
    forget_master_key()
    made = Workspace(Home(tmp_path / "home"))
    yield made
    made.close()
    forget_master_key()


class Desk:
    """The page, and what a person does with it."""

    def __init__(self, workspace, qtbot):
        self.page = BundlesPage(workspace, Actions())
        self.page.resize(1180, 760)
        qtbot.addWidget(self.page)
        self.page.show()

    async def __aenter__(self):
        self.page.activated()
        await self.settled("read", "check", "trust list")
        return self

    async def __aexit__(self, *_error):
        await self.page.close_work()

    def __getattr__(self, name):
        return getattr(self.page, name)

    def widget(self, name, kind=QtWidgets.QWidget):
        return self.page.findChild(kind, name)

    def button(self, name):
        return self.widget(name, QtWidgets.QAbstractButton)

    async def settled(self, *names):
        for name in names:
            await self.page.tasks.wait(name)

    async def choose(self, provider):
        box = self.compose.provider
        for number in range(box.count()):
            box.setCurrentIndex(number)
            if self.compose.folder().provider == provider:
                box.activated.emit(number)
                break
        await self.settled("check")
        for other in CALLED & set(self.compose.chosen()):
            self.button(f"bundles.connector.{other}").click()
            await self.settled("check")

    async def make_key(self, name="anna@acme.example"):
        self.widget("bundles.key_name").setText(name)
        self.button("bundles.new_key").click()
        await self.settled("key")

    async def signed(self, out):
        await self.choose("github")
        await self.make_key()
        await self.page.sign_into(out)
        await self.settled("verify")
