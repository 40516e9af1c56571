"""Installing a verified bundle: what it may do, what changes, what is enabled."""

from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.verifying_desk import Choice, SeenBundle
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.chip import Chip, Tone
from ferrule.ui.widgets.choice import CheckBox, Switch
from ferrule.ui.widgets.code import Sunken
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Divider, Row, boxed
from ferrule.workspace.import_facts import OfferedConnector

_STATES: Final[dict[str, Tone]] = {
    "new": "success",
    "updated": "info",
    "unchanged": "neutral",
    "older": "warning",
}


class InstallForm(Sunken):
    """What taking a bundle in changes, connector by connector; off unless enabled.

    Signals:
        chosen(object): install this `Choice`.
        closed(): put it away.
    """

    chosen = QtCore.Signal(object)
    closed = QtCore.Signal()

    def __init__(self, seen: SeenBundle) -> None:
        self._seen = seen
        offer = seen.offer
        self.switches: dict[str, Switch] = {}
        title = (
            f"{Data(offer.facts.bundle_id)} {Data(offer.facts.version)}"
            if (offer.facts)
            else ""
        )
        told = "Connectors come disabled: nothing runs until you enable it."
        column = Column(gap=8, margins=(14, 12, 14, 12))
        column.add(Label(Data(title), "emphasis"))
        column.add(Label(told, "caption", "muted", wrap=True))
        self.all = CheckBox("Enable all")
        self.all.setObjectName("bundles.enable_all")
        column.add(self.all)
        for one in offer.connectors:
            column.add(Divider(), self._connector(one))
        for gone in offer.gone:
            told = f"{Data(gone)} is no longer in the bundle; it stays as it is."
            column.add(Label(told, "caption", "warning", wrap=True))
        self.reason = LineEdit(name="Why an older version is installed")
        self.reason.setObjectName("bundles.older_reason")
        why = Form(
            FormRow("Why an older one", self.reason, help_text="It is kept on record."),
            wide_from=10_000,
        )
        why.setVisible(bool(offer.older))
        self.install = Button("Install", compact=True)
        self.install.setObjectName("bundles.install_now")
        close = Button("Cancel", kind="plain", compact=True)
        close.setAccessibleName("Cancel the installation")
        column.add(why, Row(self.install, close, None, gap=8))
        super().__init__(column)
        self.all.toggled.connect(self._turn_all)
        self.reason.textChanged.connect(self._weigh)
        self.install.clicked.connect(self._choose)
        close.clicked.connect(self.closed)
        self._weigh()

    def _connector(self, one: OfferedConnector) -> QtWidgets.QWidget:
        switch = Switch(Data(one.name))
        switch.setObjectName(f"bundles.enable.{one.id}")
        switch.setAccessibleName(f"Enable {Data(one.name)}")
        switch.setChecked(one.enabled)
        self.switches[one.id] = switch
        version = f"{one.before} → {one.version}" if one.before else one.version
        head = Row(gap=8)
        head.add(switch, stretch=1)
        head.add(Label(Data(version), "code_small", "muted"))
        head.add(Chip(one.state, _STATES[one.state]))
        column = Column(head, gap=2)
        for text, ink in _told(one):
            column.add(Label(text, "caption", ink, wrap=True))
        return boxed(column)

    @QtCore.Slot(bool)
    def _turn_all(self, on: bool) -> None:  # noqa: FBT001  as the signal gives it
        for switch in self.switches.values():
            switch.setChecked(on)

    @QtCore.Slot()
    def _weigh(self) -> None:
        """An older version comes only with a reason."""
        older = bool(self._seen.offer.older)
        self.install.setEnabled(not older or bool(self.reason.text().strip()))

    @QtCore.Slot()
    def _choose(self) -> None:
        facts = self._seen.offer.facts
        if facts is None:
            return
        on = tuple(key for key, one in self.switches.items() if one.isChecked())
        was = {one.id for one in self._seen.offer.connectors if one.enabled}
        off = tuple(sorted(was - set(on)))
        path, digest = self._seen.found.path, facts.payload_digest
        why = self.reason.text().strip()
        self.chosen.emit(Choice(path, digest, on, off, why))


def _told(one: OfferedConnector) -> list[tuple[str, str]]:
    """Return what a person should know of a connector, each with its ink."""
    found = [(f"Asks newly for {Data(line)}", "warning") for line in one.more.lines()]
    found += [
        (f"No longer asks for {Data(line)}", "muted") for line in one.fewer.lines()
    ]
    if not one.more:
        asked = Data(", ".join(one.asks.hosts)) or "the address that is configured"
        found.append((f"Sends to {asked}", "muted"))
    if one.breaking:
        places = Data(", ".join(one.breaking[:3]))
        found.append((f"Breaking since {Data(one.before)}: {places}", "warning"))
    if one.hides:
        found.append(("Takes the place of the shipped one once enabled", "muted"))
    if one.hidden_by:
        found.append(
            ("The project's own connector of this id is used instead", "warning")
        )
    if one.instead_of:
        found.append((f"Was installed from {Data(one.instead_of)} before", "warning"))
    if one.shares:
        found.append(
            (f"Can use the credential that {Data(one.shares)} shares", "muted")
        )
    for held in one.affected:
        key, hosts = Data(held.key), Data(", ".join(held.hosts))
        what = f"“{key}” is held until {hosts} is allowed"
        found.append((Data(held.trouble) if held.trouble else what, "warning"))
    return found
