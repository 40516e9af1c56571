"""The vault in the settings: what opens it, changing that, and when it locks."""

import asyncio

import pytest
from pydantic import SecretStr
from PySide6 import QtWidgets
from tests.ui.frame_room import walk_through

from ferrule.credentials import HomeVault, Ref, ask_passphrase_by, forget_master_key
from ferrule.credentials.stretching import Cost
from ferrule.errors import VaultLocked
from ferrule.ui import dialogs
from ferrule.ui.actions import Actions
from ferrule.ui.models.vault_watch import AFTER, AWAY, EVERY
from ferrule.ui.pages.settings import SettingsPage
from ferrule.ui.theme import preferences
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

OLD, NEW = SecretStr("four words are enough"), SecretStr("four other words")
QUICK = Cost(19 * 1024, 2, 1)
REF = Ref("p", "work")
TOKEN = {"token": SecretStr("t0ken-of-work")}


@pytest.fixture(autouse=True)
def no_other_key(monkeypatch, tmp_path):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    for name in ("FERRULE_MASTER_KEY", "FERRULE_MASTER_KEY_COMMAND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    forget_master_key()
    yield
    forget_master_key()
    ask_passphrase_by(None)


def vault_in(home):
    vault = HomeVault(home.made().path, cost=QUICK)
    vault.set_passphrase(OLD)
    vault.put(REF, TOKEN)
    return vault


class Room:
    """The page over a vault that a passphrase opens."""

    def __init__(self, tmp_path, qtbot, *, sealed=True):
        self.workspace = Workspace(Home(tmp_path / "home"))
        if sealed:
            self.workspace._opened["vault"] = vault_in(self.workspace.home)
        self.page = SettingsPage(self.workspace, Actions())
        self.page.resize(1000, 700)
        qtbot.addWidget(self.page)
        self.page.show()
        self.vault, self.form = self.page.vault, self.page.vault.form

    def told(self, key):
        return self.page.rows[key].about.text().replace("\u200b", "")

    async def read(self):
        self.page.activated()
        await self.page.tasks.wait("read")

    async def send(self, **texts):
        for key, text in texts.items():
            self.form.fields[key].setText(text)
        self.form.go.click()
        await self.page.tasks.wait("vault")

    async def leave(self):
        await self.page.close_work()
        self.workspace.close()


@pytest.fixture
def work_in(run, tmp_path, qtbot):
    def work(scenario, **how):
        async def whole():
            room = Room(tmp_path, qtbot, **how)
            await room.read()
            try:
                await scenario(room)
            finally:
                await room.leave()

        run(whole())

    return work


def test_it_says_what_opens_the_vault_and_what_else_could(work_in):
    async def scenario(room):
        assert room.vault.backend.text() == "A passphrase"
        assert room.vault.backend.state == "ready"
        assert "1 secret is sealed in" in room.told("backend")
        assert room.told("backend").endswith("Ways in: a passphrase.")
        assert room.vault.passphrase.text() == "Change…"

    work_in(scenario)


def test_locking_it_here_shows_it_locked_and_leads_to_unlocking(work_in):
    async def scenario(room):
        wanted = []
        room.page.go.connect(lambda *where: wanted.append(where))
        room.vault.lock.click()
        await room.page.tasks.wait("vault")
        with pytest.raises(VaultLocked, match="you locked it"):
            room.workspace.vault.get(REF)
        assert (room.vault.backend.text(), room.vault.lock.text()) == (
            "Locked",
            "Unlock…",
        )
        changing = (room.vault.passphrase, room.vault.key, room.vault.recovery)
        assert not any(one.isEnabled() for one in changing)
        room.vault.lock.click()
        assert wanted == [("credentials", None)]

    work_in(scenario)


def test_the_passphrase_is_changed_with_the_one_of_now(work_in):
    async def scenario(room):
        new = NEW.get_secret_value()
        room.vault.passphrase.click()
        assert list(room.form.fields) == ["current", "new", "again"]
        await room.send(current="wrong", new=new, again=new)
        assert "The passphrase is wrong." in room.form.refusal.text()
        await room.send(again="another one")
        assert room.form.refusal.text() == "The two new passphrases differ."
        await room.send(current="", again=new)
        assert room.form.refusal.text() == "Fill in every field."
        await room.send(current=OLD.get_secret_value())
        assert not room.form.isVisible()
        assert room.form.fields == {}
        assert room.page.notices() == ["The passphrase opens the vault from now on."]
        room.workspace.vault.shut("you locked it")
        assert room.workspace.vault.unlock(NEW).standing == "unlocked"

    work_in(scenario)


def test_where_nothing_keeps_secrets_a_passphrase_begins_a_vault(work_in, monkeypatch):
    monkeypatch.setattr("ferrule.credentials.home_vault.DEFAULT", QUICK)

    async def scenario(room):
        assert room.vault.backend.text() == "Memory only"
        assert room.vault.passphrase.text() == "Set…"
        room.vault.passphrase.click()
        new = NEW.get_secret_value()
        await room.send(new=new, again=new)
        assert room.vault.backend.text() == "A passphrase"
        assert room.workspace.vault.status().ways == ("passphrase",)

    work_in(scenario, sealed=False)


def test_the_data_key_is_changed_after_a_fresh_unlock(work_in):
    async def scenario(room):
        before = room.workspace.vault.path.read_bytes()
        room.vault.key.click()
        assert list(room.form.fields) == ["current"]
        await room.send(current="wrong")
        assert "wrong" in room.form.refusal.text()
        assert room.workspace.vault.path.read_bytes() == before
        await room.send(current=OLD.get_secret_value())
        assert room.page.notices() == ["1 secret is sealed with a new data key."]
        assert room.workspace.vault.get(REF) == TOKEN

    work_in(scenario)


def test_a_recovery_key_is_written_where_the_person_says(
    work_in, tmp_path, monkeypatch
):
    out = tmp_path / "recovery.txt"

    async def save(_parent, _title, proposal, _filters=""):
        assert proposal.endswith("ferrule-recovery-key.txt")
        return out

    monkeypatch.setattr(dialogs, "save_file", save)

    async def scenario(room):
        room.vault.recovery.click()
        await room.send(current="wrong")
        assert not out.exists()
        await room.send(current=OLD.get_secret_value())
        assert out.stat().st_mode & 0o777 == 0o600
        assert str(out) in room.page.notices()[0]
        assert room.told("backend").endswith("Ways in: a passphrase, the recovery key.")

    work_in(scenario)


def test_when_it_locks_is_remembered(work_in):
    async def scenario(room):
        assert room.vault.after.value() == 900
        room.vault.after.chosen.emit(300)
        room.vault.every.click()
        assert preferences.text(AFTER) == "300"
        assert preferences.text(EVERY) == "on"
        await room.read()
        assert room.vault.after.value() == 300

    work_in(scenario)


@pytest.mark.parametrize("offered", [True, False])
def test_locking_with_the_screen_is_offered_where_the_desktop_tells(work_in, offered):
    async def scenario(room):
        room.vault._away._heard = [offered]
        await room.read()
        assert room.vault.away.isEnabled() is offered
        assert room.vault.away.isChecked() is offered
        assert room.told("away").startswith("When" if offered else "Not offered")
        if offered:
            room.vault.away.click()
            assert preferences.text(AWAY) == "off"

    work_in(scenario)


def test_a_lock_empties_a_form_that_was_begun(work_in):
    async def scenario(room):
        room.vault.passphrase.click()
        field = room.form.fields["current"]
        field.setText("half a passphrase")
        room.page.hide_secrets()
        assert field.text() == ""
        assert not room.form.isVisible()

    work_in(scenario)


@pytest.mark.parametrize("key", ["master", "command"])
def test_each_way_in_from_outside_is_explained(work_in, key):
    async def scenario(room):
        assert room.page.rows[key].name.text().startswith("FERRULE_MASTER_KEY")
        assert len(room.told(key)) > 60

    work_in(scenario)


def test_in_the_whole_window_locking_hides_clears_and_tells(qapp, tmp_path):
    """A revealed value goes, the clipboard is cleared, bar and pages say it."""
    home = tmp_path / "home"
    vault_in(Home(home)).unlock(OLD)

    async def scenario(frame):
        frame.workspace.vault.unlock(OLD)
        page = frame.window.show_page("credentials")
        await page.tasks.wait("read")
        await frame.window.tasks.wait("vault")
        bar = frame.window.status.vault
        assert bar.shown == "Vault unlocked"
        page.clipboard.take("a value that was copied")
        frame.window.vault.watch.lock("nobody used it for 15 minutes")
        assert QtWidgets.QApplication.clipboard().text() == ""
        await frame.window.tasks.wait("vault lock")
        await page.tasks.wait("read")
        assert bar.shown == "Vault locked"
        assert page.banner.standing == "locked"
        assert "nobody used it for 15 minutes" in page.banner.told.text()
        bar.click()
        assert frame.window.current is page
        page.banner.field.setText(OLD.get_secret_value())
        page.banner.go.click()
        await page.tasks.wait("vault")
        await frame.window.tasks.wait("vault")
        await asyncio.sleep(0)
        assert bar.shown == "Vault unlocked"
        bar.click()
        assert frame.window.current.key == "settings"

    walk_through(qapp, home, scenario)


def test_one_press_unlocks_what_no_passphrase_opens(qapp, tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_MASTER_KEY", "ab" * 32)

    async def scenario(frame):
        frame.workspace.vault.put(REF, TOKEN)
        page = frame.window.show_page("credentials")
        await page.tasks.wait("read")
        page.banner.lock.click()
        await page.tasks.wait("vault")
        assert page.banner.standing == "locked"
        assert not page.banner.field.isVisible()
        page.banner.go.click()
        await page.tasks.wait("vault")
        assert page.banner.standing == "unlocked"

    walk_through(qapp, tmp_path / "home", scenario)
