"""Opening what was begun: a bench for each draft, its report, sample and secrets."""

from typing import Final

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.ui.models.sandbox import CONNECTOR, sandbox
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.builder.begun import Import
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.desk import Desk
from ferrule.workspace import authoring, beginning
from ferrule.workspace.beginning import Begun
from ferrule.workspace.drafts import Document, Draft

_FAILED: Final = 300
_PATH: Final = (
    "/repos/sample/workshop/issues?state=all&sort=updated&direction=desc&per_page=100"
)


class Beginnings(QtCore.QObject):
    """Opens drafts on the desk.

    Signals:
        failed(object): a draft could not be made; carries the FerruleError.
    """

    failed = QtCore.Signal(object)

    def __init__(self, desk: Desk, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.tasks = Tasks(self)
        desk.start.begun.connect(self.open)
        desk.start.blank_wanted.connect(self.open_blank)
        desk.start.sandbox_wanted.connect(self.open_sandbox)

    @QtCore.Slot(object)
    def open(self, begun: Begun) -> None:
        """Open every draft of a source; the first one is shown."""
        benches = [self._open(document, begun) for document in begun.documents]
        if benches[1:]:
            self._desk.show_key(benches[0].draft.name)

    @QtCore.Slot()
    def open_blank(self) -> None:
        """Open the smallest valid descriptor."""
        self._desk.open(Draft(authoring.blank()))

    @QtCore.Slot()
    def open_sandbox(self) -> None:
        """Start the sample service and begin from its address."""
        self.tasks.start("sandbox", self._open_sandbox())

    def begin_with(self, text: str) -> None:
        """Begin from a text that came from another page."""
        self._desk.show_start()
        self._desk.start.begin_with(text)

    async def close_work(self) -> None:
        """End what is under way."""
        await self.tasks.cancel_all()
        await self._desk.start.close_work()

    async def _open_sandbox(self) -> None:
        try:
            address = await sandbox.ready() + _PATH
            begun = await in_thread(lambda: beginning.begin(address.encode()))
        except FerruleError as error:
            self.failed.emit(error)
            return
        taken = await in_thread(self._desk.taken)
        # A copy of the shipped one by name: sending starts the service where it is not.
        fresh = authoring.copy_id(CONNECTOR, taken)
        named = {"id": fresh, "name": "Sandbox Issues (mine)"}
        made = tuple({**document, **named} for document in begun.documents)
        self.open(Begun(begun.source, made, begun.report))

    def _open(self, document: Document, begun: Begun) -> BuilderBench:
        bench = self._desk.open(Draft(document))
        connector_id = str(document["id"])
        for part in self._desk.parts.of(bench):
            if isinstance(part, Import):
                part.show(begun, connector_id)
        answers = [s.response for s in begun.samples if s.connector == connector_id]
        if answers:
            good = (answer for answer in answers if answer.status < _FAILED)
            bench.take_sample(next(good, answers[0]))
        bench.show_step("mapping")
        return bench
