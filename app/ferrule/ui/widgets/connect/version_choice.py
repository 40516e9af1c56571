"""The API version in a Connect flow: chosen with what to read, where there are several.

Another version is another plan: it may ask for other things. A flow of that takes the
place of the one that is, with what was filled in.
"""

from functools import partial
from typing import Final

from PySide6 import QtCore

from ferrule.ui.models.connect_plan import Plan
from ferrule.ui.models.connect_versions import at_version
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.field_form import FieldForm
from ferrule.ui.widgets.message import Message
from ferrule.workspace.workspace import Workspace

_TASK: Final = "version"


class VersionChoice(ComboBox):
    """The versions of a connector.

    Signals:
        wanted(object): a flow of this `Plan` is wanted in place of the one that is.
    """

    wanted = QtCore.Signal(object)

    def __init__(
        self, workspace: Workspace, plan: Plan, settings: FieldForm, tasks: Tasks
    ) -> None:
        found = plan.versions
        super().__init__(found.choices if found else (), name="API version")
        self._workspace = workspace
        self._plan = plan
        self._settings = settings
        self._tasks = tasks
        if found is not None:
            self.set_value(found.chosen)
        self.chosen.connect(self._change)

    def focus(self) -> None:
        """Put the focus here: another version was chosen a moment ago."""
        self.setFocus(QtCore.Qt.FocusReason.TabFocusReason)

    @QtCore.Slot(object)
    def _change(self, version: object) -> None:
        found = self._plan.versions
        if found is not None and version != found.chosen:
            self._tasks.start(_TASK, self._plan_at(str(version)))

    async def _plan_at(self, version: str) -> None:
        given = self._settings.given()
        work = partial(at_version, self._workspace, self._plan, version, given)
        self.wanted.emit(await in_thread(work))


def version_choice(
    workspace: Workspace, plan: Plan, settings: FieldForm, tasks: Tasks
) -> VersionChoice | None:
    """Return the choice of a version, None where there is none to choose."""
    if plan.versions is None:
        return None
    return VersionChoice(workspace, plan, settings, tasks)


def version_note(plan: Plan) -> Message | None:
    """Return what is to be said of the version that is chosen, None for nothing."""
    old = plan.versions.old if plan.versions else None
    if old is None:
        return None
    return Message("danger" if old.ended else "warning", old.title, old.advice)
