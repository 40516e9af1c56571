"""Exports to other engines: what would be lost, before anything is written."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.export_desk import ExportKind, Prepared
from ferrule.ui.widgets.bundles.export_report import ExportReport, refusal
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Divider, Row, boxed
from ferrule.ui.widgets.message import Message, breakable
from ferrule.workspace.exporting import EDGE, ExportedFile
from ferrule.workspace.verified_bundles import VerifiedFile

_UNSIGNED = "the descriptor, unsigned"


class ExportCard(Card):
    """The report of the ticked connectors for one engine, and saving them.

    Signals:
        saving(): choose a folder and write.
        carried(): another bundle is to be carried.
        closed(): put it away.
    """

    saving = QtCore.Signal()
    carried = QtCore.Signal()
    closed = QtCore.Signal()

    def __init__(self) -> None:
        self.close_ = Button("Close", kind="plain", icon="x", compact=True)
        self.close_.setObjectName("bundles.export_close")
        self.close_.setAccessibleName("Close the export")
        super().__init__("Export", self.close_, gap=10)
        self.about = Label("", "body", "muted", wrap=True)
        self.bundle = ComboBox(((None, _UNSIGNED),), name="What it maps with")
        self.bundle.setObjectName("bundles.export_bundle")
        self._carries = Form(
            FormRow(
                "Maps with",
                self.bundle,
                help_text="A signed bundle is verified at each start. Those that were "
                "verified here and are trusted are offered.",
            ),
            wide_from=300,
            label_width=80,
        )
        self._result = Column(gap=8)
        self.report = Column(gap=12)
        self.save = Button("Save into a folder…", icon="folder-open")
        self.save.setObjectName("bundles.export_save")
        self._foot = Label("Nothing is written yet.", "caption", "muted", wrap=True)
        foot = Row(self.save, gap=10)
        foot.add(self._foot, stretch=1)
        self.add(self.about, self._carries, self._result, boxed(foot), Divider())
        self.add(self.report, None)
        self.kind: ExportKind | None = None
        self.prepared: Prepared | None = None
        self.save.clicked.connect(self.saving)
        self.bundle.chosen.connect(self.carried)
        self.close_.clicked.connect(self.closed)

    def show_kind(self, kind: ExportKind) -> None:
        """Be for another engine."""
        self.kind = kind
        self.title.setText(kind.title)
        self.about.setText(kind.about)
        self._carries.setVisible(kind.key == EDGE)

    def show_bundles(self, files: Sequence[VerifiedFile]) -> None:
        """Offer bundles that a function may carry, the choice kept."""
        chosen = self.bundle.value()
        options: list[tuple[object, str]] = [(None, _UNSIGNED)]
        options += [(one.path, Data(one.name)) for one in files]
        self.bundle.set_options(options)
        if any(value == chosen for value, _ in options):
            self.bundle.set_value(chosen)

    def carries(self) -> Path | None:
        """Return the bundle that a function is to carry."""
        chosen = self.bundle.value()
        edge = self.kind is not None and self.kind.key == EDGE
        return Path(str(chosen)) if edge and chosen is not None else None

    def show_reading(self, text: str = "Reading the connectors…") -> None:
        """Say that the report comes, or why there is none."""
        self._begin(None)
        self.report.add(Label(text, "body", "muted", wrap=True))

    def show_prepared(self, prepared: Prepared, names: Mapping[str, str]) -> None:
        """Show what would be written, and what cannot be."""
        self._begin(prepared)
        self.save.setEnabled(bool(prepared.made))
        for refused in prepared.refused:
            name = names.get(refused.connector, refused.connector)
            self.report.add(refusal(refused, name))
        for number, one in enumerate(prepared.made):
            if number:
                self.report.add(Divider())
            name = names.get(one.connector, one.connector)
            self.report.add(ExportReport(one, name))

    def show_written(self, files: Sequence[ExportedFile]) -> None:
        """Say what was written where, with a way to that folder."""
        self._result.clear()
        folder = files[0].path.parent
        many = "1 export" if len(files) == 1 else f"{len(files)} exports"
        names = Data(", ".join(one.path.name for one in files))
        where = Data(str(folder))
        show = Button("Open folder", icon="folder-open", compact=True)
        show.setObjectName("bundles.export_open")
        show.clicked.connect(partial(_open, folder))
        what, why = f"Wrote {many}", f"{names} in {where}"
        self._result.add(Message("success", what, breakable(why), show))
        self._foot.setText("")

    def show_trouble(self, what: str, why: str) -> None:
        """Say why nothing was written."""
        self._result.clear()
        self._result.add(Message("danger", breakable(what), breakable(why)))

    def _begin(self, prepared: Prepared | None) -> None:
        self.prepared = prepared
        self._result.clear()
        self.report.clear()
        self.save.setEnabled(False)
        self._foot.setText("Nothing is written yet.")


def _open(folder: Path) -> None:
    QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(folder)))


def menu_of(kinds: Sequence[QtGui.QAction]) -> QtWidgets.QMenu:
    """Return the menu of the ways out."""
    menu = QtWidgets.QMenu()
    menu.setAccessibleName("Other exports")
    menu.addActions(list(kinds))
    return menu
