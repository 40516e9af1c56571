"""Settings of the history: whether, how much and of which connections it keeps."""

from dataclasses import replace
from functools import partial
from typing import Final

from PySide6 import QtCore

from ferrule.ui import dialogs
from ferrule.ui.models.settings_facts import size_text
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.choice import ComboBox, Switch
from ferrule.ui.widgets.settings.rows import SettingRow, SettingsSection, value_label
from ferrule.workspace.history.facts import MEGABYTE, HistoryRules, Usage
from ferrule.workspace.workspace import Workspace

_SIZES: Final = (
    (100 * MEGABYTE, "100 MB"),
    (500 * MEGABYTE, "500 MB"),
    (2_000 * MEGABYTE, "2 GB"),
    (10_000 * MEGABYTE, "10 GB"),
)
_COUNTS: Final = ((200, "200"), (2_000, "2,000"), (20_000, "20,000"))
_WHAT: Final = (
    "What Send, a walk over pages and a check exchange, without secrets. Off: nothing "
    "more is kept, what is there stays."
)
_HOW_MUCH: Final = "The oldest go first; pinned samples stay."
_NOBODY: Final = "Exchanges of every connection are kept."


class HistorySection(SettingsSection):
    """The rows of the history; each takes effect at once."""

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        self._workspace, self._tasks = workspace, tasks
        self.on = Switch()
        self.on.setObjectName("settings.history")
        self.room = ComboBox(_SIZES, name="Most disk space of the history")
        self.count = ComboBox(_COUNTS, name="Most exchanges of the history")
        self.used = value_label("History kept")
        self.clear = Button("Clear…", icon="trash", compact=True)
        self.again = Button("Keep all again", compact=True)
        self.by_key = {
            "history": SettingRow("Keep a history of exchanges", _WHAT, self.on,
                                  words="record replay samples"),
            "history_size": SettingRow("Most of it", _HOW_MUCH, self.count, self.room,
                                       words="history disk ring"),
            "history_used": SettingRow("Kept now", "", self.used, self.clear,
                                       words="history clear delete"),
            "history_off": SettingRow("Connections without one", _NOBODY, self.again,
                                      words="history private off"),
        }  # fmt: skip
        super().__init__("History", list(self.by_key.values()))
        self.on.clicked.connect(self._switch)
        self.room.chosen.connect(self._keep)
        self.count.chosen.connect(self._keep)
        self.clear.clicked.connect(lambda: tasks.start("clear", self._clear()))
        self.again.clicked.connect(self._keep_all)

    async def read(self) -> None:
        """Show what is kept and by which rules."""
        rules, usage = await in_thread(partial(_facts, self._workspace))
        self.on.setChecked(rules.on)
        for box, value in ((self.room, rules.max_bytes), (self.count, rules.max_count)):
            with QtCore.QSignalBlocker(box):
                box.set_value(value)
        pinned = f", {usage.pinned} pinned" if usage.pinned else ""
        size = size_text(usage.size)
        told = f"{usage.count} exchanges, {size}{pinned}"
        if usage.count == 1:
            told = f"1 exchange, {size}{pinned}"
        self.used.setText(told)
        self.clear.setEnabled(bool(usage.count))
        names = ", ".join(name.partition("/")[2] for name in sorted(rules.off))
        self.by_key["history_off"].set_about(
            f"Nothing is kept of: {names}." if names else _NOBODY
        )
        self.again.setEnabled(bool(names))

    @QtCore.Slot()
    def _switch(self) -> None:
        self._change(on=self.on.isChecked())

    @QtCore.Slot()
    def _keep(self) -> None:
        size, count = self.room.value(), self.count.value()
        if isinstance(size, int) and isinstance(count, int):
            self._change(max_bytes=size, max_count=count)

    @QtCore.Slot()
    def _keep_all(self) -> None:
        self._change(off=frozenset())

    def _change(self, **changes: object) -> None:
        self._tasks.start("history", self._set(changes))

    async def _set(self, changes: dict[str, object]) -> None:
        history = self._workspace.history

        def put() -> None:
            history.set_rules(replace(history.rules(), **changes))  # type: ignore[arg-type]  # members of the rules

        await in_thread(put)
        await self.read()

    async def _clear(self) -> None:
        usage = await in_thread(self._workspace.history.usage)
        goes = [f"{usage.count} kept exchanges, {size_text(usage.size)}"]
        goes += [f"{usage.pinned} pinned samples among them"] if usage.pinned else []
        if await dialogs.confirm(self, "Clear the history?", goes, "Clear"):
            await in_thread(partial(self._workspace.history.clear, pinned=True))
            await self.read()


def _facts(workspace: Workspace) -> tuple[HistoryRules, Usage]:
    return workspace.history.rules(), workspace.history.usage()
