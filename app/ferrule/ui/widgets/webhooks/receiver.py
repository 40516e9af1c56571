"""The receiver: where it listens, who is called by which path, start and stop."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.receiver import PORT, Receiver
from ferrule.ui.theme import preferences, theme
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.chip import StatusLabel
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.message import Message
from ferrule.ui.widgets.spoken import announce
from ferrule.ui.widgets.webhooks.paths import Paths
from ferrule.ui.widgets.webhooks.troubles import Troubles
from ferrule.workspace.delivery_facts import Address

_PORT_KEY: Final = "webhooks/port"
_PUBLIC_KEY: Final = "webhooks/public_url"
_MOST_PORT: Final = 65_535
_LOOKS: Final = {
    "stopped": ("not_configured", "Stopped"),
    "starting": ("running", "Starting"),
    "listening": ("ready", "Listening"),
    "stopping": ("running", "Stopping"),
    "failed": ("error", "Not listening"),
}
_LAN: Final = "Only this machine reaches it."
_HINT: Final = (
    "Only this machine reaches it. For a service on the internet run a tunnel to this "
    "address, and enter the public address that the tunnel shows:"
)


class ReceiverCard(Card):
    """The receiver in a card.

    Signals:
        started(int, str): listen on that port, behind that public address.
        stopped(): listen no more.
    """

    started = QtCore.Signal(int, str)
    stopped = QtCore.Signal()

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(gap=6, parent=parent)
        self.status = StatusLabel("not_configured", "Stopped", "emphasis")
        self.url = Label("", "code", elide=True)
        self.port_label = Label("Port", "body", "muted")
        self.port = LineEdit(
            preferences.text(_PORT_KEY, str(PORT)), name="Port", mono=True, compact=True
        )
        self.port_label.setBuddy(self.port)
        self.copy = IconButton("copy", "Copy the address")
        self.toggle = Button("Start", icon="play", compact=True)
        self.toggle.setObjectName("webhooks.receiver")
        self.reach = Label("", "caption", "muted")
        self.about = Label("", "caption", "muted", elide=True)
        self.paths_link = Button("", kind="link", compact=True)
        self.outside_link = Button("Reach it from outside", kind="link", compact=True)
        self.paths = Paths()
        self.public = LineEdit(
            preferences.text(_PUBLIC_KEY),
            name="Public address",
            placeholder="https://…",
            mono=True,
            compact=True,
        )
        self.use = Button("Use it", compact=True)
        self._trouble = Column(gap=0)
        self.troubles = Troubles()
        self._receiver: Receiver | None = None
        self._addresses: Sequence[Address] = ()
        self._build()
        self._connect()
        theme.changed.connect(self._fit)
        self._fit()

    def show_receiver(
        self, receiver: Receiver, addresses: Sequence[Address], today: int
    ) -> None:
        """Show how the receiver stands, and how many calls came today."""
        self._receiver, self._addresses = receiver, addresses
        self.status.show_state(*_LOOKS[receiver.state])
        on, busy = receiver.listening, receiver.state in {"starting", "stopping"}
        self.url.setText(Data(receiver.base))
        self.url.setVisible(on)
        self.copy.setVisible(on)
        self._port_row.setVisible(not on)
        self._port_row.setEnabled(not busy)
        self.toggle.setText("Stop" if on or busy else "Start")
        self.toggle.set_icon("square" if on or busy else "play")
        self.toggle.set_kind("secondary" if on or busy else "primary")
        through = receiver.public_url if on else ""
        reach = f"through {Data(through)}" if through else "LAN off"
        self.reach.setText(reach)
        self.reach.setToolTip("" if through else _LAN)
        self.about.setText(f"{today:,} received today")
        many = len(addresses)
        self.paths_link.setText(f"{many} path" if many == 1 else f"{many} paths")
        self.paths_link.setVisible(many > 0)
        self.paths.show_paths(receiver.base, addresses)
        if not many:
            self.paths.hide()
        self._tell(*receiver.problem)

    @property
    def proposed(self) -> str:
        """Return where it would listen, while it does not."""
        return f"http://127.0.0.1:{self._chosen_port() or PORT}"

    @QtCore.Slot()
    def press(self) -> None:
        """Start it, or stop it."""
        receiver = self._receiver
        if receiver is not None and receiver.state not in {"stopped", "failed"}:
            self.stopped.emit()
            return
        port = self._chosen_port()
        if port is None:
            self.port.set_mark("error")
            self._tell("That is no port.", f"Enter a number from 0 to {_MOST_PORT}.")
            self.port.setFocus()
            return
        self.port.set_mark("")
        preferences.put(_PORT_KEY, str(port))
        self.started.emit(port, self.public.text().strip())

    @QtCore.Slot()
    def copy_address(self) -> None:
        """Put the address on the clipboard, with its path where there is only one."""
        base = self.url.text()
        whole = (
            f"{base}{self._addresses[0].path}" if len(self._addresses) == 1 else base
        )
        QtGui.QGuiApplication.clipboard().setText(whole)
        announce(self, "Address copied")

    def _chosen_port(self) -> int | None:
        text = self.port.text().strip()
        port = int(text) if text.isdecimal() else -1
        return port if 0 <= port <= _MOST_PORT else None

    def _tell(self, what: str, why: str) -> None:
        self._trouble.clear()
        if not what:
            return
        free = Button("Use a free port", compact=True)
        free.clicked.connect(self._take_free_port)
        self._trouble.add(Message("danger", what, why, free))

    @QtCore.Slot()
    def _take_free_port(self) -> None:
        self.port.setText("0")
        self.press()

    @QtCore.Slot()
    def _use_public(self) -> None:
        preferences.put(_PUBLIC_KEY, self.public.text().strip())
        if self._receiver is not None and self._receiver.listening:
            port = int(self._receiver.url.rpartition(":")[2])
            self.started.emit(port, self.public.text().strip())
        else:
            self.press()

    def _build(self) -> None:
        port = Row(self.port_label, self.port, None, gap=6)
        self._port_row = boxed(port)
        first = Row(self.status, gap=12)
        first.add(self.url, stretch=1)
        first.add(self._port_row, stretch=1)
        first.add(self.copy, self.toggle)
        self.add(first)
        second = Row(self.paths_link, self.reach, gap=14)
        second.add(self.about, stretch=1)
        second.add(self.outside_link)
        self.add(second)
        public = Row(gap=8)
        public.add(self.public, stretch=1)
        public.add(self.use)
        hint = Label(_HINT, "caption", "muted", wrap=True)
        self._outside = boxed(Column(hint, public, gap=6))
        self._outside.hide()
        self.paths.hide()
        self.add(self.paths, self._outside, self._trouble, self.troubles)
        self.body.set_margins((16, 10, 12, 10))

    def _connect(self) -> None:
        self.toggle.clicked.connect(self.press)
        self.port.returnPressed.connect(self.press)
        self.copy.clicked.connect(self.copy_address)
        self.use.clicked.connect(self._use_public)
        self.public.returnPressed.connect(self._use_public)
        self.paths_link.clicked.connect(
            lambda: self.paths.setVisible(self.paths.isHidden())
        )
        self.outside_link.clicked.connect(
            lambda: self._outside.setVisible(self._outside.isHidden())
        )

    @QtCore.Slot()
    def _fit(self) -> None:
        self.port.setFixedWidth(theme.px(76))
