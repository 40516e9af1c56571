"""The pane of a bundle: where it comes from, what its connectors share, their switches.

Seed 003: a grouped card with "Enable all" and a switch for each integration, which says
plainly where a credential is shared. Its actions are secondary, as in `DetailPane`.
"""

from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.bundle_deeds import SharedFacts
from ferrule.ui.models.card_entries import BundleEntry
from ferrule.ui.theme import metrics, theme
from ferrule.ui.widgets.blocks import WrapRow, fact
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.catalogue.bundle_members import MemberList
from ferrule.ui.widgets.chip import Chip, StatusLabel
from ferrule.ui.widgets.label import Glyph, Label, SectionHead, Tile
from ferrule.ui.widgets.layouts import (
    NO_MARGINS,
    Column,
    Divider,
    Pane,
    Row,
    Scroll,
    boxed,
)
from ferrule.ui.widgets.message import Level, Message, breakable
from ferrule.ui.widgets.spoken import announce

_PAD: Final = 20
_MOST: Final = 200  # to lay out thousands takes 8 ms
_NO_LIMIT: Final = 16777215  # QWIDGETSIZE_MAX


class BundlePane(Pane):
    """The bundle that is picked; `fit_in` makes room for the cards.

    Signals:
        all_wanted(bool): all its connectors are to be on, or off.
    """

    all_wanted = QtCore.Signal(bool)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(edges="l", parent=parent)
        self.setAccessibleName("Bundle")
        self.bundle: BundleEntry | None = None
        self.shared = SharedFacts("")
        self._slim = self._alone = False
        self.back = Button("Cards", kind="link", icon="arrow-left")
        self.back.setAccessibleName("Back to the cards")
        self.name = Label("", "title", wrap=True)
        self.provider = Label("", "code_small", "muted", elide=True)
        self.tile = Tile("", "", 48)
        self.signer = Label("", "caption", "muted", wrap=True)
        self.on_all = Button("Enable all")
        self.off_all = Button("Disable all")
        self.members = MemberList()
        self.rest = Label("", "caption", "muted", wrap=True)
        self._chips, self._actions = WrapRow(), WrapRow()
        self._facts = Column(gap=8)
        self._below = Column(gap=0)
        self._told: Message | None = None
        self._build()
        self.on_all.clicked.connect(lambda: self.all_wanted.emit(True))
        self.off_all.clicked.connect(lambda: self.all_wanted.emit(False))
        self._fit()
        theme.changed.connect(self._fit)

    def show_bundle(self, bundle: BundleEntry) -> None:
        """Show another bundle, or the same one as it stands now."""
        if self.bundle is None or bundle.card.id != self.bundle.card.id:
            self.shared = SharedFacts(bundle.card.provider)
            self.hush()
        self.bundle = bundle
        self._head(bundle)
        self._tell(bundle)

    def show_shared(self, shared: SharedFacts) -> None:
        """Show what credential its connectors share."""
        if self.bundle is not None and shared.provider == self.bundle.card.provider:
            self.shared = shared
            self._tell(self.bundle)

    def tell(
        self, level: Level, what: str, why: str, *actions: QtWidgets.QWidget
    ) -> None:
        """Say what became of the switches, at the foot: they stay where they are."""
        self.hush()
        self._told = Message(level, what, breakable(why), *actions, closable=True)
        self._told.closed.connect(self.hush)
        self._below.set_margins((12, 8, 12, 12))
        self._below.add(self._told)
        announce(self, f"{what} {why}".strip())

    @QtCore.Slot()
    def hush(self) -> None:
        """Take away what was said."""
        self._told = None
        self._below.clear()
        self._below.set_margins(NO_MARGINS)

    def fit_in(self, *, slim: bool, alone: bool) -> None:
        """Take less width; or, `alone`, all there is, with a way back to the cards."""
        self._slim, self._alone = slim, alone
        self.back.setVisible(alone)
        self._fit()

    def first(self) -> QtWidgets.QWidget:
        """Return where F6 goes."""
        return self.on_all if self.on_all.isEnabled() else self.members

    def _build(self) -> None:
        title = Column(self.name, self.provider, gap=2)
        head = Row(gap=12)
        head.addWidget(self.tile, 0, QtCore.Qt.AlignmentFlag.AlignTop)
        head.add(title, stretch=1)
        self._actions.show_widgets((self.on_all, self.off_all))
        self._sharing = self._shared_block()
        sides = (_PAD - 2, _PAD, _PAD - 2, _PAD)
        self.back.hide()
        column = Column(self.back, head, self._chips, self.signer, gap=14)
        column.set_margins(sides)
        column.add(self._actions, Divider(), boxed(self._facts), self._sharing)
        column.add(Divider(), SectionHead("Connectors", role="emphasis"))
        column.add(self.members, self.rest, None)
        outer = Column(gap=0, margins=(1, 0, 0, 0))
        outer.add(Scroll(boxed(column), "Bundle"), stretch=1)
        outer.add(boxed(self._below))
        self.setLayout(outer)

    def _shared_block(self) -> QtWidgets.QWidget:
        self.shared_title = Label("", "emphasis", wrap=True)
        self.shared_by = Label("", "caption", "muted", wrap=True)
        row = Row()
        row.addWidget(Glyph("key-round"), 0, QtCore.Qt.AlignmentFlag.AlignTop)
        row.add(boxed(Column(self.shared_title, self.shared_by, gap=4)), stretch=1)
        block = boxed(Column(Divider(), row, gap=14))
        block.hide()
        return block

    def _head(self, bundle: BundleEntry) -> None:
        card = bundle.card
        self.name.setText(Data(card.name))
        self.provider.setText(Data(card.provider))
        self.tile.show_connector(card.name, card.provider)
        chips = [Chip(f"{len(bundle.members):,} connectors", "outline")]
        chips.extend(map(_origin_chip, bundle.origins))
        self._chips.show_widgets(chips)
        signers = ", ".join(bundle.signers)
        self.signer.setText(f"Signed by {breakable(Data(signers))}")
        self.signer.setVisible(bool(signers))

    def _tell(self, bundle: BundleEntry) -> None:
        """Set figures, switches and what is shared to how it stands now."""
        members, on = bundle.members, bundle.on
        self.on_all.setEnabled(on < bundle.switchable)
        self.off_all.setEnabled(on > 0)
        self.members.show_members(members[:_MOST], self.shared)
        more = len(members) - _MOST
        self.rest.setText(f"{more:,} more: search for them, or show all the cards.")
        self.rest.setVisible(more > 0)
        self._facts.clear()
        standing = bundle.standing
        connected = sum(bool(one.standing.connections) for one in members)
        self._facts.add(fact("Status", StatusLabel(standing.shape, standing.word)))
        self._facts.add(fact("Enabled", f"{on:,} of {len(members):,}"))
        self._facts.add(fact("With a connection", f"{connected:,}"))
        self._share(self.shared)

    def _share(self, shared: SharedFacts) -> None:
        self._sharing.setVisible(bool(shared.title))
        title = f"Shared credentials (from the {Data(shared.title)} bundle)"
        self.shared_title.setText(title)
        count = len(shared.users)
        users = (
            f"{count:,} connectors use them" if count != 1 else "1 connector uses them"
        )
        self.shared_by.setText(
            f"{users}. One that is given its own uses those instead."
        )

    @QtCore.Slot()
    def _fit(self) -> None:
        width = theme.px(
            metrics.DETAIL_PANE_SLIM if self._slim else metrics.DETAIL_PANE
        )
        self.setMinimumWidth(width)
        self.setMaximumWidth(_NO_LIMIT if self._alone else width)


def _origin_chip(origin: str) -> Chip:
    if origin == "signed":
        return Chip("Signed", "success", icon="badge-check")
    return Chip("Your project" if origin == "yours" else "Shipped")
