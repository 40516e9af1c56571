"""Credentials in a real window: looking, testing, rotating, showing, deleting."""

import json
from datetime import timedelta

import pytest
from pydantic import SecretStr
from PySide6 import QtGui, QtWidgets
from tests.support.signed_service import SignedService
from tests.support.traffic import counted
from tests.ui import catalogue_desk
from tests.ui.catalogue_desk import KEY, at_desk, clipped, nameless, until
from tests.workspace.test_rotating import DOCUMENT

from ferrule.credentials import Ref, forget_master_key
from ferrule.ui.models.credential_rows import MASK, span
from ferrule.ui.pages import PAGES
from ferrule.ui.widgets import secret_line
from ferrule.workspace.connecting import connect
from ferrule.workspace.signing_keys import new_key

OLD, NEW = "the-old-key-4711", "the-new-key-4712"
PASSPHRASE = "a long enough passphrase"


@pytest.fixture(autouse=True)
def no_keychain(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    here = [place for place in PAGES if place.key == "credentials"]
    monkeypatch.setattr(catalogue_desk, "PLACES", (*catalogue_desk.PLACES, *here))
    yield
    forget_master_key()


@pytest.fixture
def service():
    with SignedService() as running:
        running.gate = lambda asked: asked.headers.get("x-thing") in {OLD, NEW}
        yield running


def connected(service):
    """Return what connects to the service before the window opens."""

    def prepare(workspace):
        workspace.registry.register_descriptor(json.dumps(DOCUMENT).encode())
        connect(
            workspace,
            "rotated",
            {"baseUrl": service.origin},
            {"key": SecretStr(OLD)},
        )

    return prepare


async def opened(desk):
    page = desk.window.show_page("credentials")
    await page.tasks.wait("read")
    return page


def secret(desk):
    (one,) = desk.workspace.connections.list(desk.workspace.project.key)
    return desk.workspace.registry.secrets_of(one)["key"].get_secret_value()


def texts(widget):
    labels = widget.findChildren(QtWidgets.QLabel)
    return " ".join(label.text() for label in labels if label.isVisible())


def test_credentials_are_listed_without_a_value(run, tmp_path, service):
    async def work(desk):
        page = await opened(desk)
        (row,) = page.desk.rows
        assert (row.key, row.line.method, row.connector) == (
            "rotated", "API key", "Rotated",
        )  # fmt: skip
        assert MASK in texts(page.pane)
        assert OLD not in texts(page)
        assert "1 secret sealed in" in page.banner.told.text()
        assert clipped(desk.window) == []
        assert nameless(desk.window) == []

    run(at_desk(tmp_path / "home", work, prepare=connected(service)))


def test_without_credentials_the_page_says_what_to_do(run, tmp_path):
    async def work(desk):
        page = await opened(desk)
        assert "No credentials yet" in texts(page)
        page.catalogue.click()
        assert desk.page.isVisible()

    run(at_desk(tmp_path / "home", work))


def test_signing_keys_are_not_counted_among_the_credentials(run, tmp_path):
    def keys(workspace):
        for name in ("root@default", "anna"):
            new_key(workspace, name)

    async def work(desk):
        page = await opened(desk)
        assert "No credentials yet" in texts(page)
        assert page.banner.told.text().startswith("2 signing keys sealed in")
        desk.workspace.vault.put(Ref("default", "x"), {"token": SecretStr("a-token")})
        page.reload()
        await page.tasks.wait("read")
        told = page.banner.told.text()
        assert told.startswith("1 secret and 2 signing keys sealed in")

    run(at_desk(tmp_path / "home", work, prepare=keys))


def test_a_test_tells_its_steps_and_the_state(run, tmp_path, service):
    async def work(desk):
        page = await opened(desk)
        page.pane.test.click()
        await page.tasks.wait("check")
        assert page.desk.rows[0].state == "healthy"
        assert "Accepted" in texts(page.pane)

    run(at_desk(tmp_path / "home", work, prepare=connected(service)))


def test_a_test_counts_its_requests(run, tmp_path, service):
    async def work(desk):
        page = await opened(desk)
        before, asked = counted(desk.workspace, "rotated"), len(service.asked)
        page.pane.test.click()
        await page.tasks.wait("check")
        page.pane.rotate.click()
        page.pane.form.form.fill({"key": "refused-key"})
        page.pane.form.go.click()
        await page.tasks.wait("check")
        more = counted(desk.workspace, "rotated") - before
        assert more == len(service.asked) - asked >= 2

    run(at_desk(tmp_path / "home", work, prepare=connected(service)))


def test_a_good_new_credential_is_used_and_a_bad_one_is_not(run, tmp_path, service):
    async def work(desk):
        page = await opened(desk)
        for value, used in (("refused-key", OLD), (NEW, NEW)):
            page.pane.rotate.click()
            form = page.pane.form
            form.form.fill({"key": value})
            form.go.click()
            await page.tasks.wait("check")
            assert secret(desk) == used
        assert page.notices() == ["“rotated” uses the new credential now."]
        assert page.pane.form is None

    run(at_desk(tmp_path / "home", work, prepare=connected(service)))


def test_a_pending_credential_can_be_forgotten(run, tmp_path, service):
    async def work(desk):
        page = await opened(desk)
        page.pane.rotate.click()
        page.pane.form.form.fill({"key": "refused-key"})
        page.pane.form.go.click()
        await page.tasks.wait("check")
        assert page.desk.rows[0].line.pending_at is not None
        page.pane.rotate.click()
        page.pane.form.drop.click()
        await page.tasks.wait("discard")
        assert page.desk.rows[0].line.pending_at is None

    run(at_desk(tmp_path / "home", work, prepare=connected(service)))


def test_a_value_is_shown_for_ten_seconds_and_hidden_with_the_page(
    run, tmp_path, service, monkeypatch
):
    monkeypatch.setattr(secret_line, "SHOWN_MS", 60)

    async def work(desk):
        page = await opened(desk)
        line = page.pane.lines["key"]
        line.eye.click()
        await page.tasks.wait("reveal")
        assert line.value.text() == OLD
        await until(lambda: line.value.text() == MASK)
        monkeypatch.setattr(secret_line, "SHOWN_MS", 10_000)
        line.eye.click()
        await page.tasks.wait("reveal")
        desk.window.show_page("catalogue")
        assert line.value.text() == MASK

    run(at_desk(tmp_path / "home", work, prepare=connected(service)))


def test_what_is_copied_leaves_the_clipboard_again(run, tmp_path, service, monkeypatch):
    monkeypatch.setattr(secret_line, "COPIED_MS", 60)
    board = QtGui.QGuiApplication.clipboard()

    async def work(desk):
        page = await opened(desk)
        page.pane.lines["key"].copy.click()
        await page.tasks.wait("reveal")
        assert board.text() == OLD
        await until(lambda: not board.text())
        page.pane.lines["key"].copy.click()
        await page.tasks.wait("reveal")
        board.setText("something else")
        page.clipboard.clear()
        assert board.text() == "something else"
        monkeypatch.setattr(secret_line, "COPIED_MS", 10_000)
        page.pane.lines["key"].copy.click()
        await page.tasks.wait("reveal")
        await page.close_work()  # the window is closed before the time is over
        assert not board.text()

    run(at_desk(tmp_path / "home", work, prepare=connected(service)))


def test_a_vault_with_a_passphrase_asks_for_it_before_a_value_is_shown(
    run, tmp_path, service, monkeypatch
):
    monkeypatch.delenv("FERRULE_MASTER_KEY")

    def prepare(workspace):
        workspace.vault.set_passphrase(SecretStr(PASSPHRASE))
        connected(service)(workspace)

    async def work(desk):
        page = await opened(desk)
        line = page.pane.lines["key"]
        line.eye.click()
        await until(page.pane.passphrase.isVisible)
        assert line.value.text() == MASK
        page.pane.proved.emit("not the passphrase")
        await page.tasks.wait("reveal")
        assert line.value.text() == MASK
        assert page.notices()
        page.pane.proved.emit(PASSPHRASE)
        await page.tasks.wait("reveal")
        assert line.value.text() == OLD

    run(at_desk(tmp_path / "home", work, prepare=prepare))


def test_a_locked_vault_is_opened_from_the_page(run, tmp_path, service, monkeypatch):
    monkeypatch.delenv("FERRULE_MASTER_KEY")

    def prepare(workspace):
        workspace.vault.set_passphrase(SecretStr(PASSPHRASE))
        connected(service)(workspace)

    async def work(desk):
        page = await opened(desk)
        page.banner.lock.click()
        await page.tasks.wait("vault")
        assert page.banner.standing == "locked"
        page.banner.field.setText("wrong one, surely")
        page.banner.go.click()
        await page.tasks.wait("vault")
        assert page.banner.refusal.isVisible()
        page.banner.field.setText(PASSPHRASE)
        page.banner.go.click()
        await page.tasks.wait("vault")
        assert page.banner.standing == "unlocked"
        assert secret(desk) == OLD

    run(at_desk(tmp_path / "home", work, prepare=prepare))


def test_where_nothing_keeps_secrets_a_passphrase_is_set(
    run, tmp_path, service, monkeypatch
):
    monkeypatch.delenv("FERRULE_MASTER_KEY")

    async def work(desk):
        page = await opened(desk)
        assert page.banner.standing == "memory"
        page.banner.field.setText(PASSPHRASE)
        page.banner.go.click()
        await page.tasks.wait("vault")
        assert page.banner.standing == "unlocked"
        assert secret(desk) == OLD  # what was in memory only is sealed now

    run(at_desk(tmp_path / "home", work, prepare=connected(service)))


def test_deleting_is_asked_about_and_is_for_good(run, tmp_path, service):
    async def work(desk):
        page = await opened(desk)
        page.pane.forget.click()
        await until(lambda: page.findChild(QtWidgets.QDialog, "confirmation"))
        page.findChild(QtWidgets.QDialog, "confirmation").accept()
        await page.tasks.wait("forget")
        assert page.desk.rows == []
        (one,) = desk.workspace.connections.list(desk.workspace.project.key)
        assert one.credential_ref is None
        vault = (tmp_path / "home" / "vault.ferrule").read_text()
        assert "rotated" not in vault

    run(at_desk(tmp_path / "home", work, prepare=connected(service)))


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(seconds=42), "42 s"),
        (timedelta(minutes=4, seconds=59), "4 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(days=3, hours=4, minutes=9), "3 d 4 h"),
    ],
)
def test_a_length_of_time_is_told_in_its_largest_units(length, told):
    assert span(length) == told
