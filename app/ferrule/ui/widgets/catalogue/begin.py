"""What the Catalogue begins for the Builder: a blank, a copy, an address."""

from collections.abc import Callable
from functools import partial

from PySide6 import QtCore

from ferrule.ui.models import connector_deeds as deeds
from ferrule.ui.models import messages
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.catalogue.browser import Browser
from ferrule.workspace.workspace import Workspace


class Beginning(QtCore.QObject):
    """Makes documents in a thread and hands them over.

    Signals:
        begun(object): a message for the Builder.
    """

    begun = QtCore.Signal(object)

    def __init__(self, workspace: Workspace, browser: Browser, tasks: Tasks) -> None:
        super().__init__(browser)
        self._workspace = workspace
        self._url = browser.url
        self._tasks = tasks
        browser.url.given.connect(self.from_address)

    def copy(self, connector_id: str) -> None:
        """Begin with a copy of a connector."""
        copied = partial(deeds.copied_document, self._workspace, connector_id)
        self._tasks.start("new", self._open(copied))

    def blank(self, name: str) -> None:
        """Begin with nothing but a name."""
        blank = partial(deeds.blank_document, self._workspace, name)
        self._tasks.start("new", self._open(blank))

    @QtCore.Slot(str)
    def from_address(self, address: str) -> None:
        """Begin with an address, or say beside it what is wrong."""
        self._tasks.start("new", self._open_from(address))

    async def _open(self, make: "Callable[[], deeds.Document]") -> None:
        document = await in_thread(make)
        self.begun.emit(messages.OpenDescriptor(document=document))

    async def _open_from(self, address: str) -> None:
        why = await in_thread(partial(deeds.refusal_of, address))
        self._url.settle(why)
        if not why:
            self.begun.emit(messages.BeginFrom(address))
