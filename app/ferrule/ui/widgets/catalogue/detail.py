"""The pane of one connector: what it is, how its connections do, what may be done.

Its actions are secondary: the page's one primary action is elsewhere.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data, ours
from ferrule.ui.models.catalogue import Entry
from ferrule.ui.models.connector_facts import Facts
from ferrule.ui.theme import icon, metrics, theme
from ferrule.ui.widgets.api_version import VersionBlock
from ferrule.ui.widgets.blocks import (
    WrapRow,
    fact,
    glyph_line,
    health_block,
    latency_block,
    runs_block,
)
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.check import CheckReport
from ferrule.ui.widgets.chip import Chip, StatusLabel
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.held_hosts import HeldHosts
from ferrule.ui.widgets.label import Label, SectionHead, Tile
from ferrule.ui.widgets.layouts import Column, Divider, Pane, Row, Scroll, boxed

_PAD: Final = 20
_NO_LIMIT: Final = 16777215  # QWIDGETSIZE_MAX


class DetailPane(Pane):
    """The connector that is picked; `fit_in` makes room for the cards.

    Signals:
        asked(str): a verb was pressed: act, edit, test, cancel, another, change, page,
            duplicate, disconnect, docs, enable, disable.
        switched(str): another connection of the connector, by its key.
        version_chosen(str): another API version of the connection, by its id.
        agreed(str): the connection of that key may go to all hosts that it asks for.
    """

    asked = QtCore.Signal(str)
    switched = QtCore.Signal(str)
    version_chosen = QtCore.Signal(str)
    agreed = QtCore.Signal(str)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(edges="l", parent=parent)
        self.setAccessibleName("Connector")
        self.entry: Entry | None = None
        self.facts: Facts | None = None
        self._slim = self._alone = False
        self.back = Button("Cards", kind="link", icon="arrow-left")
        self.back.setAccessibleName("Back to the cards")
        self.name = Label("", "title", wrap=True)
        self.connector_id = Label("", "code_small", "muted", elide=True)
        self.tile = Tile("", "", 48)
        self.act = Button("Connect", icon="plug")
        self.edit = Button("Edit")
        self.test = Button("Test")
        self.menu = QtWidgets.QMenu()
        self.page = Button("Everything about it", kind="link", icon="file-text")
        self.more = IconButton("ellipsis", "More actions", compact=False,
                               menu=self.menu)  # fmt: skip
        self.connection = ComboBox(name="Connection", compact=True)
        self.version, self.held = VersionBlock(), HeldHosts()
        self.report = CheckReport()
        self._chips = WrapRow()
        self._blocks = Column(gap=14)
        self._build()
        self._wire()
        self._fit()
        theme.changed.connect(self._fit)

    @property
    def key(self) -> str:
        """Return the key of the connection shown, empty for none."""
        value = self.connection.value() if self.entry is not None else None
        return value if isinstance(value, str) else ""

    def show_entry(self, entry: Entry | None) -> None:
        """Show another connector, or the same one as it stands now."""
        fresh = entry is None or self.entry is None or entry.card != self.entry.card
        self.entry = entry
        if fresh:
            self.facts = None
            self.version.show_versions(None)
            self.held.show_hosts(())
            self.report.hide()
        self._content.setVisible(entry is not None)
        if entry is not None:
            self._head(entry)
            self._offer(entry)
            self._refill()

    def show_facts(self, facts: Facts | None) -> None:
        """Show the figures of the connection that is chosen."""
        self.facts = facts
        self.version.show_versions(facts.versions if facts else None)
        held = facts.held if facts else None
        if held is None:
            self.held.show_hosts(())
        else:
            self.held.show_hosts(held.hosts, held.shown, held.version)
        self._refill()

    def show_testing(self, *, running: bool) -> None:
        """Let Test be Cancel while a check runs."""
        self.test.setText("Stop" if running else "Test")
        if running:
            self.report.show()

    def fit_in(self, *, slim: bool, alone: bool) -> None:
        """Take less width; or, `alone`, all there is, with a way back to the cards."""
        self._slim, self._alone = slim, alone
        self.back.setVisible(alone)
        self._fit()

    def first(self) -> QtWidgets.QWidget:
        """Return where F6 goes."""
        return self.act

    def fill_menu(self, menu: QtWidgets.QMenu, entry: Entry) -> None:
        """Fill a menu with what can be done with a connector."""
        menu.clear()
        for verb, text, picture in _offers(entry):
            if not verb:
                menu.addSeparator()
                continue
            action = menu.addAction(icon(picture), text)
            action.triggered.connect(partial(self._ask, verb))

    def _build(self) -> None:
        title = Column(self.name, self.connector_id, gap=2)
        head = Row(gap=12)
        head.addWidget(self.tile, 0, QtCore.Qt.AlignmentFlag.AlignTop)
        head.add(title, stretch=1)
        actions = Row(self.act, self.edit, self.test, None, self.more, gap=4)
        self._which = fact("Connection", self.connection)
        sides = (_PAD - 2, _PAD, _PAD - 2, _PAD)
        self.back.hide()
        column = Column(self.back, head, self._chips, actions, gap=14, margins=sides)
        column.add(self.page, self._which, self.held, self.version, self.report)
        column.add(self._blocks, None)
        self._content = boxed(column)
        self.report.hide()
        outer = Column(gap=0, margins=(1, 0, 0, 0))
        outer.add(Scroll(self._content, "Connector"), stretch=1)
        self.setLayout(outer)

    def _wire(self) -> None:
        self.act.clicked.connect(partial(self._ask, "act"))
        self.edit.clicked.connect(partial(self._ask, "edit"))
        self.page.clicked.connect(partial(self._ask, "page"))
        self.test.clicked.connect(self._test)
        self.report.cancelled.connect(partial(self._ask, "cancel"))
        self.connection.chosen.connect(self._switch)
        self.held.confirmed.connect(lambda: self.agreed.emit(self.key))
        self.version.chosen.connect(self.version_chosen)

    def _head(self, entry: Entry) -> None:
        card = entry.card
        self.name.setText(Data(card.name))
        self.connector_id.setText(card.id)
        self.tile.show_connector(card.name, card.id)
        chips = [Chip(f"v{card.version}", "outline")] if card.version else []
        chips.append(Chip(card.category))
        if card.status and card.status != "stable":
            chips.append(Chip(card.status.capitalize(), "info"))
        if card.origin == "project":
            chips.append(Chip("Your project"))
        if entry.signed:
            chips.append(Chip("Signed", "success", icon="badge-check"))
        self._chips.show_widgets(chips)

    def _offer(self, entry: Entry) -> None:
        """Set the actions to what can be done with this connector."""
        standing = entry.standing
        picture = {"open": "external-link", "fix": "wrench", "try": "play"}
        picture |= {"enable": "power"}
        words = "Open" if standing.verb == "edit" else standing.button
        self.act.setText(words)
        self.act.set_icon(picture.get(standing.verb, "plug"))
        self.act.setVisible(standing.verb != "edit")
        self.edit.setText("Open in Builder" if standing.verb == "edit" else "Edit")
        self.edit.setVisible(standing.verb != "enable")
        self.test.setVisible(bool(standing.connections) and not _unusable(entry))
        self.fill_menu(self.menu, entry)
        kept = self.key
        self.connection.set_options([(key, key) for key in standing.connections])
        if kept in standing.connections:
            self.connection.set_value(kept)
        self._which.setVisible(len(standing.connections) > 1)

    def _refill(self) -> None:
        self._blocks.clear()
        entry = self.entry
        if entry is None:
            return
        blocks = [self._standing(entry)]
        if self.facts is not None and len(self.facts.answers) > 1:
            blocks.append(health_block(self.facts))
        if self.facts is not None and len(self.facts.page_ms) > 1:
            blocks.append(latency_block(self.facts))
        if entry.card.signal_types:
            blocks.append(_signals(entry.card.signal_types))
        blocks.append(_permissions(entry))
        if self.facts is not None and self.facts.runs:
            blocks.append(runs_block(self.facts.runs))
        for block in blocks:
            self._blocks.add(Divider(), block)

    def _standing(self, entry: Entry) -> QtWidgets.QWidget:
        standing = entry.standing
        rows = Column(gap=8)
        rows.add(fact("Status", StatusLabel(standing.shape, standing.word)))
        if len(standing.connections) == 1:
            rows.add(fact("Connection", standing.connections[0]))
        for label, value in _figures(self.facts):
            rows.add(fact(label, value))
        why = entry.problem or (self.facts.error if self.facts else "")
        if why:
            rows.add(Label(why, "caption", "danger", wrap=True))
        if entry.finding.needs:
            needs = ", ".join(entry.finding.needs)
            text = f"Cannot run yet, it needs: {needs}."
            rows.add(Label(text, "caption", "warning", wrap=True))
        return boxed(rows)

    @QtCore.Slot()
    def _test(self) -> None:
        self._ask("cancel" if self.test.text() == "Stop" else "test")

    @QtCore.Slot(object)
    def _switch(self, key: object) -> None:
        self.switched.emit(str(key))

    def _ask(self, verb: str, *_checked: object) -> None:
        self.asked.emit(verb)

    @QtCore.Slot()
    def _fit(self) -> None:
        width = theme.px(
            metrics.DETAIL_PANE_SLIM if self._slim else metrics.DETAIL_PANE
        )
        self.setMinimumWidth(width)
        self.setMaximumWidth(_NO_LIMIT if self._alone else width)


def _offers(entry: Entry) -> Sequence[tuple[str, str, str]]:
    """Return what the menu offers, as (verb, text, icon); an empty verb parts."""
    connected = bool(entry.standing.connections)
    offers = []
    if entry.standing.verb != "edit":
        offers.append(("act", entry.standing.button, "plug"))
    if connected and not _unusable(entry):
        offers += [
            ("test", "Test the connection", "activity"),
            ("change", "Change the connection…", "settings"),
            ("another", "Connect another…", "plus"),
        ]
    if entry.on is True:
        offers.append(("disable", "Disable", "circle-slash"))
    if entry.on is False and entry.standing.verb != "enable":
        offers.append(("enable", "Enable", "power"))
    edit = "Open in Builder" if entry.problem else "Edit in Builder"
    if entry.standing.verb != "enable":
        offers.append(("edit", edit, "pencil"))
    if not _unusable(entry):
        offers.append(("duplicate", "Duplicate", "copy"))
    if entry.card.docs_url:
        offers.append(("docs", "Open its documentation", "external-link"))
    offers.append(("page", "Open its page", "file-text"))
    if connected:
        offers += [("", "", ""), ("disconnect", "Disconnect…", "unplug")]
    return offers


def _unusable(entry: Entry) -> bool:
    """Return whether nothing can be done with a connector but to look, or enable it."""
    return bool(entry.problem) or entry.standing.verb == "enable"


def _figures(facts: Facts | None) -> Sequence[tuple[str, str]]:
    if facts is None:
        return ()
    figures = [("Last sync", facts.last_sync or ours("never"))]
    if facts.last_check:
        figures.append(("Last check", facts.last_check))
    if facts.answers_p95 is not None:
        figures.append(("Answers, p95", f"{facts.answers_p95:,.0f} ms"))
    elif facts.latency:
        figures.append(("Last answer", facts.latency))
    if facts.failures:
        figures.append(("Failures in a row", str(facts.failures)))
    figures.append(("Signals, 24 h", f"{facts.last_day:,}"))
    figures.append(("Stored", f"{facts.stored:,} signals"))
    return figures


def _signals(types: Sequence[str]) -> QtWidgets.QWidget:
    row = WrapRow()
    row.show_widgets([Chip(kind, mono=True) for kind in types])
    return boxed(Column(SectionHead("Signals it produces", role="emphasis"), row))


def _permissions(entry: Entry) -> QtWidgets.QWidget:
    column = Column(SectionHead("Permissions", role="emphasis"))
    for host in entry.card.hosts or entry.finding.hosts:
        column.add(glyph_line("globe", host, mono=True))
    writes = entry.card.writes
    text = f"Writes: {', '.join(writes)}" if writes else "Reads only, writes nothing"
    column.add(glyph_line("pencil" if writes else "eye", text))
    return boxed(column)


def open_docs(address: str) -> None:
    """Show a connector's documentation in the browser."""
    QtGui.QDesktopServices.openUrl(QtCore.QUrl(address))
