"""Shared credentials and held connections in real windows, over a real vault."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr
from PySide6 import QtWidgets
from tests.support.signed_service import SignedService
from tests.ui import catalogue_desk
from tests.ui.catalogue_desk import KEY, at_desk, clipped, nameless, strays, until
from tests.workspace import scoped
from tests.workspace.scoped import ISSUES, PAGES, TOKEN, bearer, made_of

from ferrule.clock import SystemClock
from ferrule.credentials import forget_master_key
from ferrule.ui.models import credential_rows
from ferrule.ui.models.connect_plan import read_plan
from ferrule.ui.models.credential_rows import MASK
from ferrule.ui.pages import PAGES as PLACES
from ferrule.ui.widgets.frame_keys import laid_out
from ferrule.workspace import scopes
from ferrule.workspace.connecting import connect
from ferrule.workspace.project import init_project
from ferrule.workspace.workspace import Workspace

ADDRESS = {"key": "baseUrl", "label": "Base URL", "type": "url", "required": True}
DOCUMENTS = {
    name: {
        **scoped.DOCUMENTS[name],
        "configFields": [ADDRESS],
        "permissions": {"hosts": ["127.0.0.1"], "scopes": [], "writes": []},
    }
    for name in (ISSUES, PAGES)
}
for document in DOCUMENTS.values():
    del document["baseUrl"]
OWN = "own-token-4711-4711"
SMALL = (1024, 700)


@pytest.fixture(autouse=True)
def no_keychain(monkeypatch, tmp_path):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))  # that of the children
    here = [place for place in PLACES if place.key in {"credentials", "runs"}]
    kept = [place for place in catalogue_desk.PLACES if place.key != "runs"]
    monkeypatch.setattr(catalogue_desk, "PLACES", (*kept, *here))
    yield
    forget_master_key()


@pytest.fixture
def service():
    with SignedService() as running:
        running.gate = lambda asked: bearer(TOKEN)(asked) or bearer(OWN)(asked)
        yield running


class Room:
    """What is there before the window opens: a bundle, connections, other projects."""

    def __init__(self, tmp_path, service, *, shared=True):
        self.home = tmp_path / "home"
        self.service = service
        self.shared = shared
        self.tmp_path = tmp_path

    def prepare(self, workspace):
        for one in DOCUMENTS.values():
            workspace.registry.register_descriptor(json.dumps(one).encode())
        folder = workspace.project.descriptors / "acme"
        title = {"schemaVersion": 1, "title": "Acme"}
        (folder / "bundle.json").write_text(json.dumps(title))
        init_project(self.tmp_path / "garden", workspace.home, "Garden")
        self.connect(workspace, ISSUES, TOKEN)
        if self.shared:
            scopes.share(workspace, ISSUES)

    def connect(self, workspace, name, token="", **more):
        config = {"baseUrl": self.service.origin}
        given = made_of(token) if token else {}
        return connect(workspace, name, config, given, must_store=True, **more)

    def run(self, run, work, size=(1280, 800), prepare=None):
        def both(workspace):
            self.prepare(workspace)
            if prepare is not None:
                prepare(workspace)

        run(at_desk(self.home, work, size, prepare=both))


@pytest.fixture
def room(tmp_path, service):
    return Room(tmp_path, service)


@pytest.fixture
def unshared(tmp_path, service):
    return Room(tmp_path, service, shared=False)


def grown(workspace, name=ISSUES, host="api.new.example.com"):
    """Let a later version of a connector ask for a host more."""
    document = DOCUMENTS[name]
    hosts = {"hosts": ["127.0.0.1", host], "scopes": [], "writes": []}
    later = {**document, "version": "1.5.0", "permissions": hosts}
    workspace.registry.update_descriptor(name, json.dumps(later).encode())


async def open_flow(desk, connector, deed="act"):
    desk.page.browser.cards.pick(connector)
    desk.page.do(deed)
    await desk.settled()
    return desk.flow


async def credentials(desk):
    page = desk.window.show_page("credentials")
    await page.tasks.wait("read")
    return page


def stored(desk, key):
    return desk.workspace.connections.get(desk.workspace.project.key, key)


def token_of(desk, key):
    found = desk.workspace.registry.secrets_of(stored(desk, key))
    return found["token"].get_secret_value()


def texts(widget):
    labels = widget.findChildren(QtWidgets.QLabel)
    return " ".join(label.text() for label in labels if label.isVisibleTo(widget))


async def to_review(flow, service):
    """Fill in the address, check, and come to the review."""
    flow.settings.fill({"baseUrl": service.origin})
    flow.try_it()
    await flow.tasks.wait("check")
    assert flow.passed, texts(flow.check)
    flow.check.next.click()
    assert flow.at == "review"


async def save(desk, flow):
    flow.review.next.click()
    await flow.tasks.wait("save")
    await desk.settled()
    assert flow.done is not None, texts(flow.review)


def test_a_shared_credential_that_fits_is_used_without_typing(run, room):
    async def work(desk):
        flow = await open_flow(desk, PAGES)
        assert flow.at == "credentials"
        told = texts(flow)
        for what in ("Shared from the Acme bundle", MASK, ISSUES, "Default"):
            assert what in told, what
        assert TOKEN not in told
        assert flow.credentials.rows == {}
        assert nameless(desk.window) == []
        assert clipped(desk.window) == []
        await to_review(flow, room.service)
        assert "Shared from the Acme bundle" in texts(flow.review)
        assert "is deleted" not in texts(flow.review)
        assert room.service.origin in texts(flow.review)
        assert not flow.review.share.isVisible()
        assert strays(desk.window) == []
        await save(desk, flow)
        assert stored(desk, PAGES).credential_ref is None
        assert token_of(desk, PAGES) == TOKEN

    room.run(run, work, SMALL)


def test_its_own_is_one_press_away_and_so_is_the_way_back(run, room):
    async def work(desk):
        flow = await open_flow(desk, PAGES)
        flow.settings.fill({"baseUrl": room.service.origin})
        assert flow.source.other.text() == "Use its own instead"
        flow.source.other.click()
        flow = desk.flow
        assert flow.settings.given()["baseUrl"] == room.service.origin
        assert "token" in flow.credentials.rows
        flow.source.other.click()
        assert desk.flow.credentials.rows == {}
        desk.flow.source.other.click()
        flow = desk.flow
        flow.credentials.fill({"token": OWN})
        await to_review(flow, room.service)
        assert "This connection" in texts(flow.review)
        await save(desk, flow)
        assert token_of(desk, PAGES) == OWN
        assert token_of(desk, ISSUES) == TOKEN

    room.run(run, work)


def test_a_connection_takes_its_own_and_goes_back_to_the_shared_one(run, room):
    async def work(desk):
        for used, given in ((OWN, {"token": OWN}), (TOKEN, None)):
            flow = await open_flow(desk, ISSUES, "change")
            flow.source.other.click()
            flow = desk.flow
            if given:
                flow.credentials.fill(given)
            else:
                assert "Its own credential is deleted" in texts(flow)
            await to_review(flow, room.service)
            gone = "Shared from the Acme bundle; its own is deleted"
            assert (gone in texts(flow.review)) is (given is None)
            await save(desk, flow)
            assert token_of(desk, ISSUES) == used
            flow.done.home.click()
            await desk.settled()
        assert stored(desk, ISSUES).credential_ref is None

    room.run(run, work)


def test_a_new_credential_is_shared_where_that_was_asked_for(run, unshared):
    async def work(desk):
        flow = await open_flow(desk, PAGES)
        assert flow.source is None
        flow.credentials.fill({"token": OWN})
        await to_review(flow, unshared.service)
        box = flow.review.share
        assert box.isVisible()
        assert not box.isChecked()
        assert "Acme" in box.text()
        box.click()
        await save(desk, flow)
        (shared,) = scopes.shared_credentials(desk.workspace)
        assert [use.key for use in shared.uses] == [PAGES]
        assert token_of(desk, PAGES) == OWN
        assert token_of(desk, ISSUES) == TOKEN  # which has its own

    unshared.run(run, work)


def test_a_shared_credential_goes_to_no_other_host_unasked(run, room):
    async def work(desk):
        with SignedService() as other:
            other.gate = bearer(TOKEN)
            flow = await open_flow(desk, PAGES)
            flow.settings.fill({"baseUrl": other.origin})
            flow.try_it()
            assert flow.at == "configuration"
            assert other.origin in flow.held.title.text()
            assert flow.held.confirm.hasFocus()
            flow.held.confirm.click()
            flow.held.agree.click()
            await flow.tasks.wait("check")
            assert flow.passed
            flow.check.next.click()
            await save(desk, flow)
            assert scopes.held_hosts(desk.workspace, stored(desk, PAGES)) == ()

    room.run(run, work)


def test_a_held_connection_says_so_on_its_card_and_is_let_go_there(run, unshared):
    async def work(desk):
        entry = desk.page.model.known(ISSUES)
        assert (entry.standing.word, entry.standing.verb) == (
            "Held: new hosts", "fix",
        )  # fmt: skip
        desk.page.browser.cards.pick(ISSUES)
        await desk.settled()
        block = desk.page.pane.held
        told = texts(block)
        assert strays(desk.window) == []
        assert "Held: version 1.5.0 asks to send to api.new.example.com too" in told
        assert "127.0.0.1" in told
        assert nameless(desk.window) == []
        block.focus()
        block.confirm.click()
        assert block.keep.hasFocus()
        block.keep.click()
        assert block.confirm.hasFocus()
        assert scopes.held_hosts(desk.workspace, stored(desk, ISSUES))
        block.confirm.click()
        block.agree.click()
        await desk.page.tasks.wait("hosts")
        await desk.settled()
        assert not block.isVisible()
        assert desk.page.model.known(ISSUES).standing.status != "held"

    unshared.run(run, work, prepare=grown)


def test_a_held_connection_is_confirmed_where_it_is_changed(run, unshared):
    async def work(desk):
        flow = await open_flow(desk, ISSUES)  # Fix…
        assert flow.at == "configuration"
        assert flow.held.isVisible()
        asked = len(unshared.service.asked)
        flow.held.confirm.click()
        flow.held.keep.click()
        assert flow.at == "review"
        assert len(unshared.service.asked) == asked
        flow.go_to("configuration")
        flow.held.confirm.click()
        flow.held.agree.click()
        await flow.tasks.wait("check")
        assert flow.passed, texts(flow.check)
        flow.check.next.click()
        await save(desk, flow)
        assert scopes.held_hosts(desk.workspace, stored(desk, ISSUES)) == ()

    unshared.run(run, work, prepare=grown)


def test_a_refused_run_leads_to_what_it_is_held_for(run, unshared):
    async def work(desk):
        runs = desk.window.show_page("runs")
        await runs.tasks.wait("read")
        runs.start(ISSUES, "full")
        await until(runs.notices)
        assert "api.new.example.com" in runs.notices()[0]
        (look,) = [
            button
            for button in runs.findChildren(QtWidgets.QPushButton)
            if button.text() == "Look at the hosts…" and button.isVisible()
        ]
        look.click()
        await desk.settled()
        assert desk.page.isVisible()
        assert desk.flow.held.isVisible()

    unshared.run(run, work, prepare=grown)


def test_the_page_lists_a_shared_credential_once_with_its_uses(run, room):
    def prepare(workspace):
        room.connect(workspace, PAGES)
        scopes.allow_projects(workspace, ISSUES, ["garden"])
        garden = Workspace(workspace.home, room.tmp_path / "garden")
        for one in (ISSUES, PAGES):
            document = json.dumps(DOCUMENTS[one]).encode()
            garden.registry.register_descriptor(document)
        room.connect(garden, ISSUES)
        garden.close()

    async def work(desk):
        page = await credentials(desk)
        (row,) = page.desk.rows
        assert row.name == "Acme bundle"
        assert {(use.project.name, use.key) for use in row.uses} == {
            ("Default", ISSUES), ("Default", PAGES), ("Garden", ISSUES),
        }  # fmt: skip
        assert strays(desk.window) == []
        told = texts(page.pane)
        for what in (
            "Garden",
            "Default",
            ISSUES,
            PAGES,
            "shares it",
            "Where it is used",
        ):
            assert what in told, what
        assert clipped(desk.window) == []
        assert nameless(desk.window) == []

    room.run(run, work, SMALL, prepare)


def test_projects_are_added_and_taken_and_every_one_is_asked_about(run, room):
    async def work(desk):
        page = await credentials(desk)
        block = page.pane.sharing

        def projects():
            (shared,) = scopes.shared_credentials(desk.workspace)
            return set(shared.projects)

        assert projects() == {"default"}
        block.projects.set_value("garden")
        block.add.click()
        await page.tasks.wait("projects")
        assert projects() == {"default", "garden"}
        block.removers["garden"].click()
        await page.tasks.wait("projects")
        assert projects() == {"default"}
        block.projects.set_value("*")
        block.add.click()
        assert block.every is not None
        assert "127.0.0.1" in texts(block.every)
        assert projects() == {"default"}
        (agree,) = [b for b in buttons(block.every) if b.text().startswith("Allow")]
        agree.click()
        await page.tasks.wait("projects")
        assert projects() == {"default", "*"}
        assert not block.add.isVisible()
        assert nameless(desk.window) == []
        block.removers["*"].click()
        await page.tasks.wait("projects")
        assert projects() == {"default"}

    room.run(run, work)


def buttons(widget):
    return widget.findChildren(QtWidgets.QPushButton)


def test_a_project_that_may_use_it_says_nothing_of_it(run, tmp_path, room):
    """It can neither delete it nor say who else may use it."""

    def prepare(workspace):
        room.prepare(workspace)
        scopes.allow_projects(workspace, ISSUES, ["garden"])
        garden = Workspace(workspace.home, tmp_path / "garden")
        document = json.dumps(DOCUMENTS[ISSUES]).encode()
        garden.registry.register_descriptor(document)
        room.connect(garden, ISSUES)
        workspace.project = garden.project
        workspace.catalogue = garden.catalogue
        workspace._opened.pop("registry")
        garden.close()

    async def work(desk):
        page = await credentials(desk)
        (row,) = page.desk.rows
        assert not row.ours
        assert "The project Default shares it" in texts(page.pane)
        for hidden in (page.pane.forget, page.pane.rotate, page.pane.sharing.add):
            assert not hidden.isVisible()

    run(at_desk(room.home, work, prepare=prepare))


def test_an_own_credential_is_shared_and_given_up_on_the_page(run, unshared):
    def prepare(workspace):
        unshared.connect(workspace, PAGES, OWN)

    async def work(desk):
        page = await credentials(desk)
        page.table.select_key(ISSUES)
        assert "Only this connection uses it." in texts(page.pane)
        page.pane.sharing.share.click()
        await page.tasks.wait("share")
        assert page.notices()[0].startswith(f"“{ISSUES}” uses what the Acme bundle")
        page.table.select_key(PAGES)
        assert not page.pane.sharing.share.isVisible()
        page.pane.sharing.unown.click()
        await until(lambda: page.findChild(QtWidgets.QDialog, "confirmation"))
        page.findChild(QtWidgets.QDialog, "confirmation").accept()
        await page.tasks.wait("unown")
        (row,) = page.desk.rows
        assert {use.key for use in row.uses} == {ISSUES, PAGES}
        assert token_of(desk, PAGES) == TOKEN

    unshared.run(run, work, prepare=prepare)


def test_deleting_a_shared_credential_names_all_that_use_it(run, room):
    def prepare(workspace):
        room.connect(workspace, PAGES)

    async def work(desk):
        page = await credentials(desk)
        page.pane.forget.click()
        await until(lambda: page.findChild(QtWidgets.QDialog, "confirmation"))
        dialog = page.findChild(QtWidgets.QDialog, "confirmation")
        told = texts(dialog)
        for key in (ISSUES, PAGES):
            assert f"{key} (Default) cannot be used" in told
        dialog.accept()
        await page.tasks.wait("forget")
        assert page.desk.rows == []
        assert scopes.shared_credentials(desk.workspace) == []
        assert "acme" not in (room.home / "vault.ferrule").read_text()

    room.run(run, work, prepare=prepare)


def test_what_is_shared_and_used_by_nobody_can_still_be_deleted(run, room):
    def prepare(workspace):
        workspace.registry.delete_connection(workspace.project.key, ISSUES)

    async def work(desk):
        page = await credentials(desk)
        (row,) = page.desk.rows
        assert credential_rows.standing(row) == ("disabled", "Not used here")
        told = texts(page.pane)
        assert "No connection uses it." in told
        assert "Nothing of this project uses it." in told
        for hidden in (page.pane.test, page.pane.rotate, page.pane.sharing.add):
            assert not hidden.isVisible()
        page.pane.forget.click()
        await until(lambda: page.findChild(QtWidgets.QDialog, "confirmation"))
        page.findChild(QtWidgets.QDialog, "confirmation").accept()
        await page.tasks.wait("forget")
        assert page.desk.rows == []
        assert "No credentials yet" in texts(page)

    room.run(run, work, prepare=prepare)


def test_a_held_one_is_let_go_on_the_page(run, room):
    async def work(desk):
        page = await credentials(desk)
        (row,) = page.desk.rows
        assert credential_rows.standing(row) == ("warning", "Held")
        block = page.pane.held[ISSUES]
        assert "api.new.example.com" in texts(block)
        block.confirm.click()
        block.agree.click()
        await page.tasks.wait("hosts")
        assert page.pane.held == {}
        assert page.desk.rows[0].held == ()

    room.run(run, work, prepare=grown)


def test_a_check_of_the_page_tells_who_is_signed_in(run, room):
    def prepare(workspace):
        document = DOCUMENTS[ISSUES]
        check = {**document["healthCheck"], "identity": "{{$[0].echo}}"}
        changed = {**document, "healthCheck": check}
        raw = json.dumps(changed).encode()
        workspace.registry.update_descriptor(ISSUES, raw)
        room.service.echo = "anna"

    async def work(desk):
        page = await credentials(desk)
        assert "Last signed in as" not in texts(page.pane)
        page.pane.test.click()
        await page.tasks.wait("check")
        assert page.desk.rows[0].identity == "anna"
        assert "Last signed in as anna" in texts(page.pane)

    room.run(run, work, prepare=prepare)


def test_the_end_of_a_token_is_counted_by_the_second(run, room):
    async def work(desk):
        page = await credentials(desk)
        page._tick.stop()
        (row,) = page.desk.rows
        now = SystemClock().now()
        ends = now + timedelta(minutes=4, seconds=9)
        kept = replace(row.kept, has_tokens=True, expires_at=ends)
        soon = replace(row, kept=kept)
        assert credential_rows.expiry(soon, now) == "in 4 min 09 s"
        assert credential_rows.counts_down(soon, now)
        page.desk.rows = [soon]
        page.model.set_rows(page.desk.rows)
        page.table.selectRow(0)
        page.pane.show_row(soon, now, {})
        await asyncio.sleep(0.02)  # what is new is seen with the next event
        assert "in 4 min 09 s" in texts(page.pane)
        page._count_down()
        assert "in 4 min" in page.model.index(0, 4).data()
        page.pane.tick(now + timedelta(seconds=10))
        assert "in 3 min 59 s" in texts(page.pane)

    room.run(run, work)


@pytest.mark.parametrize(
    ("period", "told"),
    [("P6M", "6 months"), ("P12M", "year"), ("P30D", "30 days"), ("P1M", "month")],
)
def test_a_policy_is_told_in_words(period, told):
    assert credential_rows.period_words(period) == told


def test_signing_in_again_is_offered_for_what_is_shared(run, room, tmp_path):
    def prepare(workspace):
        given = {name: SecretStr(OWN) for name in ("clientId", "clientSecret")}
        config = {"baseUrl": room.service.origin, "owner": "a", "repo": "b"}
        connect(workspace, "sandbox-oauth", config, given)
        scopes.share(workspace, "sandbox-oauth")
        cards = {card.id: card for card in workspace.catalogue.cards()}
        card = cards["sandbox-oauth"]
        plan = read_plan(workspace, card, "sandbox-oauth")
        assert (plan.uses_shared, plan.ways) == (True, ())
        again = read_plan(workspace, card, "sandbox-oauth", again=True)
        assert again.ways == ("browser", "device")

    async def work(_desk):
        pass

    room.run(run, work, prepare=prepare)


def test_what_has_no_height_yet_holds_up_no_tab(qapp):
    frame = QtWidgets.QWidget()
    first, empty = QtWidgets.QPushButton(frame), QtWidgets.QWidget(frame)
    empty.setGeometry(0, 40, 100, 0)
    frame.show()
    assert set(laid_out(frame)) == {first, empty}
