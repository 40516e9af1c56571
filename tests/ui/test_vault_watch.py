"""The vault in the window: a word that is true, and locking when nobody uses it."""

import base64
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr
from PySide6 import QtCore, QtTest, QtWidgets
from tests.support.clock import FakeClock

from ferrule.credentials import HomeVault, Ref, forget_master_key
from ferrule.credentials.stretching import Cost
from ferrule.ui.models.vault_watch import AFTER, AWAY, EVERY, VaultWatch
from ferrule.ui.models.vault_words import kept_by, lockable, unasked, words_of
from ferrule.ui.tasks import Tasks
from ferrule.ui.theme import preferences
from ferrule.ui.theme.icons import NAMES
from ferrule.ui.widgets.status_bar import StatusBar
from ferrule.ui.widgets.vault_lamp import VaultLamp
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

OLD = SecretStr("four words are enough")
QUICK = Cost(19 * 1024, 2, 1)
KEY = base64.b64encode(b"k" * 32).decode()
REF = Ref("p", "work")
TOKEN = {"token": SecretStr("t0ken-of-work")}


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    for name in ("FERRULE_MASTER_KEY", "FERRULE_MASTER_KEY_COMMAND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    forget_master_key()
    made = Workspace(Home(tmp_path / "home"))
    yield made
    made.close()
    forget_master_key()


@pytest.fixture
def sealed(workspace):
    """Return the workspace, its vault opened by a passphrase."""
    vault = HomeVault(workspace.home.made().path, cost=QUICK)
    vault.set_passphrase(OLD)
    vault.put(REF, TOKEN)
    workspace._opened["vault"] = vault
    return workspace


class Room:
    """A window with a watch, a clock that is moved by hand, and what was told."""

    def __init__(self, workspace, qtbot):
        self.window = QtWidgets.QWidget()
        qtbot.addWidget(self.window)
        self.window.show()
        self.clock, self.busy, self.told, self.hidden = FakeClock(), False, [], 0
        self.tasks = Tasks(self.window)
        self.watch = VaultWatch(
            workspace, self.tasks, self.window, lambda: self.busy, self.clock
        )
        self.watch.told.connect(lambda status: self.told.append(status.standing))
        self.watch.hiding.connect(self.hide)

    def hide(self):
        self.hidden += 1

    async def looked(self):
        self.watch.look()
        await self.tasks.wait("vault")

    async def ticked(self, seconds=0.0):
        self.clock.advance(seconds)
        self.watch.tick()
        await self.tasks.wait("vault lock")


@pytest.fixture
def room(qtbot):
    return lambda workspace: Room(workspace, qtbot)


def test_nothing_is_asked_while_nobody_needs_a_secret(run, workspace, room):
    here = room(workspace)
    run(here.looked())
    assert workspace.opened_vault is None
    assert here.told == []


def test_it_is_locked_when_nobody_used_the_window(run, sealed, room):
    here = room(sealed)

    async def work():
        await here.looked()
        await here.ticked(15 * 60 - 1)
        assert here.told == ["unlocked"]
        await here.ticked(1)

    run(work())
    assert here.told == ["unlocked", "locked"]
    assert here.hidden >= 1
    told = sealed.vault.state.message
    assert "nobody used it for 15 minutes" in told


@pytest.mark.parametrize(
    "use",
    [
        lambda w: QtTest.QTest.keyClick(w, QtCore.Qt.Key.Key_A),
        lambda w: QtTest.QTest.mouseClick(w, QtCore.Qt.MouseButton.LeftButton),
    ],
)
def test_a_key_or_a_press_is_use(run, sealed, room, use):
    here = room(sealed)

    async def work():
        await here.looked()
        await here.ticked(600)
        use(here.window.windowHandle())
        await here.ticked(600)

    run(work())
    assert here.told == ["unlocked"]


def test_a_pointer_that_only_moves_is_none(run, sealed, room):
    here = room(sealed)

    async def work():
        await here.looked()
        await here.ticked(600)
        QtTest.QTest.mouseMove(here.window.windowHandle(), QtCore.QPoint(5, 5))
        await here.ticked(600)

    run(work())
    assert here.told == ["unlocked", "locked"]


def test_while_a_sign_in_waits_it_stays_open(run, sealed, room):
    here = room(sealed)
    here.busy = True

    async def work():
        await here.looked()
        await here.ticked(3600)
        here.busy = False
        await here.ticked(899)
        assert here.told == ["unlocked"]
        await here.ticked(1)

    run(work())
    assert here.told == ["unlocked", "locked"]


@pytest.mark.parametrize(("after", "locks"), [("0", False), ("300", True)])
def test_the_time_is_the_chosen_one(run, sealed, room, after, locks):
    preferences.put(AFTER, after)
    here = room(sealed)

    async def work():
        await here.looked()
        await here.ticked(301)

    run(work())
    assert ("locked" in here.told) is locks


@pytest.mark.parametrize("every", ["off", "on"])
def test_what_opens_by_itself_is_locked_where_that_is_wished(
    run, workspace, room, monkeypatch, every
):
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    preferences.put(EVERY, every)
    workspace.vault.put(REF, TOKEN)
    here = room(workspace)

    async def work():
        await here.looked()
        await here.ticked(901)

    run(work())
    assert here.told == (["unlocked", "locked"] if every == "on" else ["unlocked"])
    if every == "on":
        workspace.vault.unlock()
    assert workspace.vault.get(REF) == TOKEN


def test_after_unlocking_the_time_begins_anew(run, sealed, room):
    here = room(sealed)

    async def work():
        await here.looked()
        await here.ticked(900)
        here.clock.advance(5000)
        sealed.vault.unlock(OLD)
        await here.looked()
        await here.ticked(899)

    run(work())
    assert here.told == ["unlocked", "locked", "unlocked"]


def test_what_is_shown_goes_before_the_vault_is_locked(run, sealed, room):
    here = room(sealed)
    order = []
    here.watch.hiding.connect(lambda: order.append(sealed.vault.status().standing))

    async def work():
        await here.looked()
        here.watch.lock()
        await here.tasks.wait("vault lock")

    run(work())
    assert order[0] == "unlocked"
    assert here.told[-1] == "locked"


BUS = shutil.which("dbus-run-session")
ON_THE_BUS = """
import asyncio, subprocess
import qasync
from PySide6 import QtWidgets
from ferrule.ui.models.away import Away

app = QtWidgets.QApplication(["bus"])
away = Away()
heard = []
away.went.connect(heard.append)
assert away.offered

def send(path, signal):
    for on in ("false", "true"):
        words = ["dbus-send", "--session", "--type=signal", path, signal]
        subprocess.run([*words, f"boolean:{on}"], check=True)

send("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged")
send("/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForSleep")

async def wait():
    async with asyncio.timeout(10):
        while len(heard) < 2:
            await asyncio.sleep(0.01)

with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
    runner.run(wait())
print(heard)
"""


@pytest.mark.skipif(BUS is None, reason="needs a session bus of its own")
def test_the_desktop_tells_that_the_screen_is_locked_and_that_it_sleeps():
    inner = 'DBUS_SYSTEM_BUS_ADDRESS="$DBUS_SESSION_BUS_ADDRESS" exec "$0" -c "$1"'
    done = subprocess.run(
        [str(BUS), "--", "sh", "-c", inner, sys.executable, ON_THE_BUS],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    heard = "['the screen was locked', 'the computer went to sleep']"
    assert done.stdout.splitlines()[-1:] == [heard], done.stderr


@pytest.mark.parametrize("wished", ["on", "off"])
def test_it_locks_with_the_screen_where_that_is_wished(run, sealed, room, wished):
    preferences.put(AWAY, wished)
    here = room(sealed)

    async def work():
        await here.looked()
        here.watch.away.went.emit("the screen was locked")
        await here.tasks.wait("vault lock")

    run(work())
    assert ("locked" in here.told) is (wished == "on")


class Told:
    """How a vault is, as far as words need it."""

    def __init__(self, standing, backend="passphrase", secrets=3):
        self.standing, self.backend, self.secrets = standing, backend, secrets
        self.source, self.path, self.ways = "the passphrase", Path("/v"), ()


@pytest.mark.parametrize(
    ("standing", "backend", "word", "place"),
    [
        ("unlocked", "keychain", "Keychain", "settings"),
        ("unlocked", "passphrase", "Vault unlocked", "settings"),
        ("unlocked", "environment", "Master key", "settings"),
        ("unlocked", "command", "Key from a command", "settings"),
        ("unlocked", "recovery", "Opened by the recovery key", "settings"),
        ("empty", "keychain", "Keychain", "settings"),
        ("locked", "environment", "Vault locked", "credentials"),
        ("locked", "keychain", "Vault locked", "credentials"),
        ("memory", "memory", "Secrets in memory only", "credentials"),
        ("broken", "keychain", "Vault damaged", "credentials"),
    ],
)
def test_each_state_has_a_word_an_icon_and_a_place(standing, backend, word, place):
    words = words_of(Told(standing, backend))
    assert (words.word, words.place) == (word, place)
    assert words.icon in NAMES
    assert words.tip.endswith(".")
    assert lockable(Told(standing, backend), every=True) is (standing == "unlocked")


def test_a_vault_that_nobody_asked_is_called_that():
    assert unasked(has_file=True).word == "Vault not opened"
    assert unasked(has_file=False).word == "No secrets yet"


@pytest.mark.parametrize(
    ("secrets", "says"),
    [(1, "1 secret is sealed"), (4, "4 secrets are"), (None, "Secrets are sealed")],
)
def test_how_many_are_kept_is_said(secrets, says):
    assert kept_by(Told("locked", secrets=secrets)).startswith(says)


def test_the_lamp_follows_the_vault_and_leads_to_it(run, sealed, qtbot):
    window = QtWidgets.QWidget()
    qtbot.addWidget(window)
    bar = StatusBar()
    bar.setParent(window)
    tasks = Tasks(window)
    lamp = VaultLamp(bar.vault, sealed, tasks, window, lambda: False)
    wanted = []
    lamp.wanted.connect(lambda *where: wanted.append(where))
    assert bar.vault.shown == "Vault not opened"

    async def work():
        lamp.watch.look()
        await tasks.wait("vault")
        assert bar.vault.shown == "Vault unlocked"
        bar.vault.click()
        lamp.watch.lock()
        await tasks.wait("vault lock")

    run(work())
    assert bar.vault.shown == "Vault locked"
    assert bar.vault.accessibleName() == "Secrets: Vault locked"
    bar.vault.click()
    assert wanted == [("settings", "backend"), ("credentials", None)]
