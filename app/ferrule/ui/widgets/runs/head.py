"""The head of a run: which connection it is, how it stands, and what can be done."""

from PySide6 import QtCore, QtWidgets

from ferrule.ui.models.runs import ConnectionFacts, RunFacts
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import Bending
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.chip import Chip, StatusLabel
from ferrule.ui.widgets.choice import Switch
from ferrule.ui.widgets.label import Label, Tile
from ferrule.ui.widgets.layouts import Column, Row, boxed

_NAME = 200
_LEAST = 48
_MOST = 1000  # the name has room before the empty space at its right has
_NARROW = 640
_ACTS = 400


class RunHead(QtWidgets.QWidget):
    """Tile, name and state at the left; actions at the right.

    While a run goes on its actions stand there, else the connection's.

    Signals:
        paused(): pause after the page.
        stopped(): stop after the page.
        cancelled(): end now.
        resumed(): go on with the unfinished run.
        switched(bool): enable or disable the connection.
        tested(): check the connection.
        disconnected(): delete the connection, after asking.
    """

    paused = QtCore.Signal()
    stopped = QtCore.Signal()
    cancelled = QtCore.Signal()
    resumed = QtCore.Signal()
    switched = QtCore.Signal(bool)
    tested = QtCore.Signal()
    disconnected = QtCore.Signal()

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.tile = Tile("", "", 40)
        self.name = Label("", "title", elide=True)
        self.mode = Chip("")
        self.state = StatusLabel("disabled", "", "emphasis")
        self.about = Label("", "caption", "muted", elide=True)
        self.pause = Button("Pause", icon="pause")
        self.pause.setAccessibleName("Pause after this page")
        self.stop = Button("Stop after page", icon="square")
        self.cancel = Button("Cancel now", kind="danger", hint="Esc")
        self.resume = Button("Resume", icon="play")
        self.enabled = Switch("Enabled")
        self.test = Button("Test", icon="plug-zap")
        self.disconnect_ = Button("Disconnect…", kind="danger")
        self._name_objects()
        first = Row(self.name, self.mode, self.state, None)
        first.setStretchFactor(self.name, _MOST)
        text = Column(first, self.about, gap=2)
        who = Row(self.tile, gap=10)
        who.add(text, stretch=1)
        self._running = (self.pause, self.stop, self.cancel)
        self._idle = (self.resume, self.enabled, self.test, self.disconnect_)
        buttons = [(button, 0) for button in (*self._running, *self._idle)]
        acts = Bending(_ACTS, *buttons, (None, 1))
        bending = Bending(_NARROW, (boxed(who), 1), (acts, 0))
        self.setLayout(Column(bending, gap=0))
        self._connect()
        theme.changed.connect(self._fit)

    def show_run(
        self, one: ConnectionFacts, run: RunFacts | None, about: str, *, resumable: bool
    ) -> None:
        """Show a connection and one of its runs, or none."""
        self.tile.show_connector(one.name, one.connector_id)
        self.name.setText(one.key)
        self._fit()
        self.about.setText(about)
        self.mode.setVisible(run is not None)
        if run is not None:
            self.mode.show_fact(run.title, "info" if run.dry else "neutral")
            self.state.show_state(run.shape, run.word)
        else:
            self.state.show_state(one.shape, one.word)
        live = run is not None and run.live
        for action in self._running:
            action.setVisible(live)
        for other in self._idle:
            other.setVisible(not live)
        self.resume.setVisible(resumable and not live)
        running = run is not None and run.status == "running"
        self.pause.setEnabled(running)
        self.stop.setEnabled(running)
        blocker = QtCore.QSignalBlocker(self.enabled)
        self.enabled.setChecked(one.enabled)
        blocker.unblock()

    @QtCore.Slot()
    def _fit(self) -> None:
        width = theme.width(self.name.text(), "title") + 2
        wide = min(width, theme.px(_NAME))
        self.name.setMaximumWidth(wide)
        self.name.setMinimumWidth(min(wide, theme.px(_LEAST)))

    def _name_objects(self) -> None:
        self.pause.setObjectName("runs.pause")
        self.stop.setObjectName("runs.stop")
        self.cancel.setObjectName("runs.cancel")
        self.resume.setObjectName("runs.resume")
        self.enabled.setObjectName("runs.enabled")
        self.test.setObjectName("runs.test")
        self.disconnect_.setObjectName("runs.disconnect")

    def _connect(self) -> None:
        self.pause.clicked.connect(self.paused)
        self.stop.clicked.connect(self.stopped)
        self.cancel.clicked.connect(self.cancelled)
        self.resume.clicked.connect(self.resumed)
        self.enabled.clicked.connect(self.switched)
        self.test.clicked.connect(self.tested)
        self.disconnect_.clicked.connect(self.disconnected)
