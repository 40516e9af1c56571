"""The catalogue: find a connector, see how it does, connect it.

It paints from cards alone. How they stand is read in a thread after that, then every
document is checked whole; the Connect flow and the check are imported when first used.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.actions import Actions
from ferrule.ui.models import connector_facts, messages
from ferrule.ui.models.card_entries import Entry
from ferrule.ui.models.card_reading import CardReading
from ferrule.ui.models.card_standing import (
    SANDBOX,
    Link,
)
from ferrule.ui.models.catalogue import CatalogueModel
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.tasks import in_thread, when_painted
from ferrule.ui.widgets import connection_check
from ferrule.ui.widgets.catalogue import bundle_work
from ferrule.ui.widgets.catalogue import commands as catalogue_commands
from ferrule.ui.widgets.catalogue import connection_work as catalogue_work
from ferrule.ui.widgets.catalogue import detail as catalogue_detail
from ferrule.ui.widgets.catalogue.begin import Beginning
from ferrule.ui.widgets.catalogue.browser import Browser
from ferrule.ui.widgets.catalogue.cards import CardView
from ferrule.ui.widgets.catalogue.halves import Halves
from ferrule.ui.widgets.connect.flows import ConnectFlows
from ferrule.workspace.workspace import Workspace

_FIRST_PAINT_SECONDS: Final = 1.0


class CataloguePage(Page):
    """All connectors, the one that is picked, and the flows that connect them."""

    key = "catalogue"
    title = "Catalogue"

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__(workspace, actions)
        self.header.hide()  # the pane reaches to the top; the browser has a head
        self.model = CatalogueModel(self)
        self.model.set_cards(workspace.catalogue.cards())
        self.browser = Browser(self.model)
        self.pane: catalogue_detail.DetailPane  # comes with the rest
        self.halves = Halves(self.browser)
        self.reading = CardReading(workspace, self.model)
        self._fresh = True
        self._wanted: messages.ShowConnector | None = None
        self.flows = ConnectFlows(self.halves, workspace)
        self.body.add(self.flows, stretch=1)
        self.browser.cards.setCurrentIndex(self.model.index(0))
        when_painted(self._complete)

    @property
    def picked(self) -> Entry | None:
        """Return the connector that is picked."""
        return self.pane.entry

    def activated(self) -> None:
        """Read again what may have changed elsewhere."""
        self.tasks.start("read", self._read())
        if self.flows.at_home and self.focusWidget() is None:
            self.browser.cards.setFocus()

    def receive(self, what: object) -> None:
        """Show a connector, or begin connecting it."""
        if isinstance(what, messages.ShowConnector):
            self.flows.go_home()
            self._wanted = what
            self._show_wanted()

    def _show_wanted(self) -> None:
        """Show the connector that was asked for, once its card is there."""
        what = self._wanted
        if what is None or (entry := self.model.known(what.connector_id)) is None:
            return
        self._wanted = None
        if not self.browser.cards.pick(what.connector_id):
            self.browser.clear()
            self.browser.cards.pick(what.connector_id)
        if key := what.reconnect or what.change:
            again, version = bool(what.reconnect), what.version
            opened = self.flows.open(entry.card, key, reconnect=again, version=version)
            self.tasks.start("connect", opened)
        elif what.connect:
            self._connect(entry)

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return the search, the facets, the cards and the pane."""
        if not self.flows.at_home:
            return [self.flows]
        browser = self.browser
        panes = [browser.search, browser.facets.first(), browser.cards]
        beside = (self.pane, self.bundles.pane)
        return panes + [pane.first() for pane in beside if pane.isVisible()]

    async def close_work(self) -> None:
        """End the flows, the checks and the reading."""
        await self.flows.close_work()
        await super().close_work()

    def do(self, verb: str) -> None:
        """Do what a command, a button or a menu asks for."""
        if self.flows.at_home:
            self._deeds[verb]()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Take letters typed anywhere for the search."""
        text = event.text()
        plain = event.modifiers() in {
            QtCore.Qt.KeyboardModifier.NoModifier,
            QtCore.Qt.KeyboardModifier.ShiftModifier,
        }
        if self.flows.at_home and plain and text.strip() and text.isprintable():
            self.browser.type_here(text)
            return
        super().keyPressEvent(event)

    def _complete(self) -> None:
        """Fill what the first paint left empty: the pane's room, the commands."""
        self.pane = catalogue_detail.DetailPane()
        self.bundles = bundle_work.BundleWork(self.workspace, self.browser, self.tasks)
        for pane in (self.pane, self.bundles.pane):
            self.halves.add(pane)
        self.halves.show_pane(self.pane)
        self.work = catalogue_work.ConnectionWork(self.workspace, self.pane, self.tasks)
        self.beginning = Beginning(self.workspace, self.browser, self.tasks)
        self.beginning.begun.connect(partial(self.go.emit, "builder"))
        self._deeds = self._all_deeds()
        self._wire()
        catalogue_commands.add_commands(self.commands, self, self.browser, self.do)
        self._pick(self.browser.cards.current_id())

    def _wire(self) -> None:
        cards = self.browser.cards
        cards.acted.connect(self._act_on)
        cards.picked.connect(self._pick)
        cards.menu_wanted.connect(self._open_menu)
        self.browser.new_wanted.connect(self.do)
        once = QtCore.Qt.ConnectionType.SingleShotConnection
        self.browser.search.textChanged.connect(self._warm, once)
        self.model.arranged.connect(self._repick)
        self.pane.asked.connect(self.do)
        for pane in (self.pane, self.bundles.pane):
            pane.back.clicked.connect(partial(self.browser.details.setChecked, False))
        self.bundles.pane.members.acted.connect(self._act_on)
        self.bundles.changed.connect(self._refresh)
        self.bundles.told.connect(lambda *told: self.say(Notice(*told[:3]), *told[3]))
        self.pane.switched.connect(self._show_facts)
        self.work.changed.connect(self._refresh)
        self.pane.version.set_up.connect(self._set_up)
        self.work.told.connect(lambda *told: self.say(Notice(*told)))
        self.flows.saved.connect(self._refresh)
        self.flows.left.connect(cards.setFocus)
        self.flows.sync_wanted.connect(self._sync)

    def _all_deeds(self) -> dict[str, Callable[[], object]]:
        return {
            "act": lambda: self._act_on(self.browser.cards.current_id()),
            "enable": partial(self.bundles.switch_picked, on=True),
            "disable": partial(self.bundles.switch_picked, on=False),
            "enable_all": partial(self.bundles.switch_picked, on=True, whole=True),
            "disable_all": partial(self.bundles.switch_picked, on=False, whole=True),
            "edit": partial(self._on_picked, self._edit),
            "test": self._test,
            "cancel": partial(self.tasks.cancel, "test"),
            "change": partial(self._on_picked, self._change),
            "another": partial(self._on_picked, self._connect),
            "duplicate": partial(
                self._on_picked, lambda e: self.beginning.copy(e.card.id)
            ),
            "disconnect": self.work.disconnect_it,
            "docs": partial(
                self._on_picked, lambda e: catalogue_detail.open_docs(e.card.docs_url)
            ),
            "page": partial(self._on_picked, self._open_page),
            "blank": partial(self.beginning.blank, ""),
            "name": lambda: self.beginning.blank(self.model.query),
            "url": self.browser.url.ask,
            "import": lambda: self.go.emit("builder", messages.OpenDescriptor()),
            "learn": lambda: self.go.emit("builder", messages.BuildOnSandbox()),
            "sandbox": self._try_sandbox,
        }

    def _on_picked(self, deed: Callable[[Entry], object]) -> None:
        if self.picked is not None:
            deed(self.picked)

    @QtCore.Slot()
    def _warm(self) -> None:
        self.tasks.start("warm", in_thread(self.model.warm))

    async def _read(self) -> None:
        """Read how the cards stand; nothing heavy before the first paint."""
        if self._fresh:
            await _painted(self.browser.cards)
        else:
            self.model.set_cards(await in_thread(self.workspace.catalogue.cards))
        self._fresh = False
        await self.reading.read_links()
        self.judged.emit()
        self._show_wanted()
        self._show_facts()
        await self.reading.read_documents()

    @QtCore.Slot()
    def _refresh(self) -> None:
        self.tasks.start("read", self._read())

    health_changed = _refresh

    @QtCore.Slot(str)
    def _pick(self, connector_id: str) -> None:
        if self.picked is not None and self.picked.card.id != connector_id:
            self.tasks.cancel("test")
        entry = self.model.known(connector_id) if connector_id else None
        bundle = self.model.bundle(connector_id)
        if entry != self.picked:
            self.pane.show_entry(entry)
            self._show_facts()
        if bundle is not None:
            self.bundles.show_bundle(bundle)
        self.halves.show_pane(self.pane if bundle is None else self.bundles.pane)

    @QtCore.Slot()
    def _repick(self) -> None:
        """Show the picked connector as it stands now."""
        entry = self.model.known(self.picked.card.id) if self.picked else None
        if entry != self.picked:
            self.pane.show_entry(entry)
        if self.halves.pane is self.bundles.pane:
            self.bundles.show_again()

    @QtCore.Slot()
    def _show_facts(self) -> None:
        if self.pane.key:
            self.tasks.start("facts", self._read_facts(self.pane.key))

    async def _read_facts(self, key: str) -> None:
        facts = await in_thread(
            partial(connector_facts.read_facts, self.workspace, key)
        )
        if self.pane.key == key:
            self.pane.show_facts(facts)

    @QtCore.Slot(str)
    def _act_on(self, connector_id: str) -> None:
        entry = self.model.known(connector_id)
        if entry is not None:
            self._act(entry)
        else:
            self.model.turn(connector_id)

    def _act(self, entry: Entry) -> None:
        verb = entry.standing.verb
        if verb == "open":
            key = self.pane.key or entry.standing.connections[0]
            self.go.emit("runs", messages.ShowConnection(key))
        elif verb == "fix":
            self._change(entry)
        elif verb == "edit":
            self._edit(entry)
        elif verb == "enable":
            self.bundles.switch(entry.card.id, on=True)
        else:
            self._connect(entry, quick=verb == "try")

    def _connect(self, entry: Entry, *, quick: bool = False) -> None:
        port = self.reading.sandbox_port()
        opened = self.flows.open(entry.card, quick=quick, port=port)
        self.tasks.start("connect", opened)

    def _change(self, entry: Entry) -> None:
        keys = entry.standing.connections
        if keys:
            key = self.pane.key if self.pane.key in keys else self.reading.worst(keys)
            link = self.reading.find(key)
            again = link is not None and link.signed_out
            opened = self.flows.open(entry.card, key, reconnect=again)
            self.tasks.start("connect", opened)

    @QtCore.Slot(str)
    def _set_up(self, version: str) -> None:
        """Give a version what it needs: change the connection at that version."""
        if self.picked is not None:
            opened = self.flows.open(self.picked.card, self.pane.key, version=version)
            self.tasks.start("connect", opened)

    def _try_sandbox(self) -> None:
        entry = self.model.known(SANDBOX)
        if entry is not None:
            self.browser.clear()
            self.browser.cards.pick(SANDBOX)
            self._act(entry)

    def _edit(self, entry: Entry) -> None:
        where = messages.OpenDescriptor(entry.card.id, focus=entry.finding.pointer)
        self.go.emit("builder", where)

    def _open_page(self, entry: Entry) -> None:
        self.go.emit("connector", messages.OpenConnector(entry.card.id))

    @QtCore.Slot(str)
    def _sync(self, key: str) -> None:
        self.go.emit("runs", messages.StartSync(key, full=True))

    def _test(self) -> None:
        link = self.reading.find(self.pane.key)
        if link is not None:
            self.tasks.start("test", self._check(link))

    async def _check(self, link: Link) -> None:
        self.jobs.emit(1)
        try:
            await connection_check.check_connection(self.workspace, link, self.pane)
        finally:
            self.jobs.emit(0)
        self._refresh()

    @QtCore.Slot(str, object)
    def _open_menu(self, connector_id: str, at: object) -> None:
        entry, bundle = self.model.known(connector_id), self.model.bundle(connector_id)
        if entry is not None:
            self.pane.fill_menu(self.pane.menu, entry)
        elif bundle is not None:
            self.bundles.fill_menu(self.pane.menu, bundle)
        if isinstance(at, QtCore.QPoint):
            self.pane.menu.popup(at)


async def _painted(cards: CardView) -> None:
    """Wait until the cards were drawn, or cannot be seen anyway."""
    if cards.seen:
        return
    painted = asyncio.Event()
    cards.painted.connect(painted.set)
    with suppress(TimeoutError):
        async with asyncio.timeout(_FIRST_PAINT_SECONDS):
            await painted.wait()
