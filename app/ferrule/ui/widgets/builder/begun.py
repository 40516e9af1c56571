"""What became of a source that a draft began from: a tab, and the secrets lifted out.

Nothing is dropped without being told: every line of the report stands here, what was
dropped first. Secrets go into the values for sending, in memory alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from PySide6 import QtCore, QtWidgets

from ferrule.errors import FerruleError
from ferrule.ui.models.draft_level import CONNECTOR
from ferrule.ui.models.level_edits import edited
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.tasks import in_thread
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.part import Part
from ferrule.ui.widgets.builder.strip import SIGNALS
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.beginning import Begun, begin
from ferrule.workspace.pasting import request_changes
from ferrule.workspace.sending import Sent

Became = Literal["dropped", "changed", "secret", "kept"]
_STATES: Final = {
    "dropped": "warning",
    "changed": "in_progress",
    "secret": "ready",
    "kept": "ok",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report."""

    became: Became
    place: str
    reason: str


class Import(Part):
    """The report of an import; its tab is there once something was imported."""

    def __init__(self, bench: BuilderBench) -> None:
        super().__init__(bench)
        self._rows: RowsModel[Line] = RowsModel(_columns(), parent=self)
        self.table = DataTable(self._rows, "What became of the source", key="")
        self._head = Label("", "body", "muted", elide=True)
        self._tab = -1
        bench.sending.sent.connect(self._give_way)
        bench.line.request_pasted.connect(self.paste)

    @QtCore.Slot(str)
    def paste(self, text: str) -> None:
        """Fill the draft's request in from a text, as one step of undo."""
        self.tasks.start("paste", self._paste(text))

    async def _paste(self, text: str) -> None:
        raw = text.encode("utf-8", "replace")
        try:
            begun = await in_thread(lambda: begin(raw))
        except FerruleError as error:
            self.said.emit("danger", error.message, error.advice)
            return
        pasted, bench = begun.documents[0], self.bench
        level = bench.level
        whole = level.level == CONNECTOR
        polling = level.connectors("polling")
        changes = request_changes(bench.draft.document, pasted, polling, whole=whole)
        if any(at == "/baseUrl" for at, _ in changes):
            bench.values.collect().config.pop("baseUrl", None)
            bench.values.forget_fields()
        bench.draft.replace(edited(level, changes), "Paste a request")
        self.show(begun, str(pasted["id"]))
        if len(begun.documents) > 1:
            what = "Only the first request was filled in."
            self.said.emit("warning", what, "Begin a new descriptor for the others.")

    def show(self, begun: Begun, connector_id: str) -> None:
        """Show a report, and take over the secrets that belong to this draft."""
        secrets = begun.secrets_of(connector_id)
        lines = list(_lines(begun, connector_id))
        self._rows.set_rows(lines)
        self._head.setText(summary(begun))
        strip = self.bench.strip
        if self._tab < 0:
            self._tab = strip.add_page("Import", self._page())
        lost = sum(line.became in {"dropped", "changed"} for line in lines)
        strip.set_badge(self._tab, str(lost) if lost else "", "warning")
        if lost:
            strip.turn(self._tab)
        self._take_secrets(secrets)

    def listed(self) -> list[Line]:
        """Return the lines of the report."""
        return self._rows.rows()

    def _take_secrets(self, secrets: dict[str, str]) -> None:
        if not secrets:
            return
        panel = self.bench.values
        panel.collect()
        panel.values.secrets |= secrets
        panel.values.given_secrets()  # redaction knows them from here on
        panel.forget_fields()
        self.said.emit("info", *_told(secrets))

    def _page(self) -> QtWidgets.QWidget:
        page = QtWidgets.QWidget()
        column = Column(Column(self._head, margins=(16, 8, 16, 4)), gap=0)
        column.add(self.table, stretch=1)
        page.setLayout(column)
        return page

    @QtCore.Slot(object)
    def _give_way(self, _sent: Sent) -> None:
        """Let the signals be seen once there is an answer."""
        if self._tab >= 0 and self.bench.strip.bar.currentIndex() == self._tab:
            self.bench.strip.turn(SIGNALS)


def summary(begun: Begun) -> str:
    """Return what became of a source in one line."""
    report = begun.report
    counts = (
        (len(report.kept), "kept"),
        (len(report.changed), "changed"),
        (len(report.dropped), "dropped"),
    )
    told = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f"{begun.source}: {told}." if told else f"{begun.source}."


def _told(secrets: dict[str, str]) -> tuple[str, str]:
    names = ", ".join(f"“{key}”" for key in secrets)
    one = len(secrets) == 1
    what = "A secret was" if one else f"{len(secrets)} secrets were"
    field = "the credential field" if one else "the credential fields"
    why = "in memory for sending, until Ferrule is closed, and in no file."
    kept = "It is kept" if one else "They are kept"
    return f"{what} found and taken out, into {field} {names}.", f"{kept} {why}"


def _lines(begun: Begun, connector_id: str) -> Iterator[Line]:
    report = begun.report
    for note in report.dropped:
        yield Line("dropped", note.place, note.reason)
    others = sum(one.connector == connector_id for one in begun.samples) - 1
    if others > 0:
        told = "1 more answer is" if others == 1 else f"{others} more answers are"
        yield Line(
            "dropped",
            "exchanges",
            f"The first good one is the sample: {told} not shown.",
        )
    for note in report.changed:
        yield Line("changed", note.place, note.reason)
    for one in begun.secrets:
        if one.connector == connector_id:
            reason = f"It became the credential field “{one.key}”."
            yield Line("secret", one.place, reason)
    for note in report.kept:
        yield Line("kept", note.place, note.reason)


def _columns() -> list[TableColumn[Line]]:
    return [
        TableColumn("became", "what became of it", lambda r: r.became, "status", 150,
                    state=lambda r: _STATES[r.became]),
        TableColumn("place", "place", lambda r: r.place, "mono", 260,
                    tip=lambda r: r.place),
        TableColumn("reason", "why", lambda r: r.reason, "text", 420, stretch=True,
                    tip=lambda r: r.reason),
    ]  # fmt: skip
