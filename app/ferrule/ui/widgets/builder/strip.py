"""The strip below the Builder: signals, problems and the last exchange."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.errors import Problem
from ferrule.ui.i18n import ours
from ferrule.ui.models.signals import Count, SignalRow, signal_columns
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.chip import StatusLabel
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.spoken import announce
from ferrule.ui.widgets.table import DataTable
from ferrule.ui.widgets.tabs import TabPages
from ferrule.workspace.sending import Sent

_WORDS: Final = ours({"error": "error", "warning": "warning", "hint": "hint"})
_SEVERITIES: Final = {"error": "error", "warning": "warning", "hint": "disabled"}
_NARROW: Final = 1000
SIGNALS, PROBLEMS, EXCHANGE = 0, 1, 2


class Strip(QtWidgets.QWidget):
    """Three tabs; the counts of the preview stand at the right of their bar.

    Signals:
        problem_opened(object): go to the place of that Problem.
    """

    problem_opened = QtCore.Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._told = ""
        self._rows: RowsModel[SignalRow] = RowsModel(
            signal_columns(), key=lambda row: row.number, parent=self
        )
        self.signals = DataTable(self._rows, "Signals of the sample", key="")
        self.problems = ProblemTable()
        self.exchange = ExchangeText()
        self._counts = Row(gap=16)
        self.corner = Row(gap=8)  # for the buttons of parts
        self._pages = TabPages(
            "Below the form", boxed(self.corner), boxed(self._counts)
        )
        self._blank = Label("", "body", "muted", wrap=True)
        self._pages.add("Signals", self._signal_page())
        self._pages.add("Problems", self.problems)
        self._pages.add("Exchange", self.exchange)
        self.setLayout(Column(self._pages, gap=0))
        self.problems.opened.connect(self.problem_opened)
        self.say("Send the request to see the signals it gives.")

    @property
    def bar(self) -> QtWidgets.QTabBar:
        """Return the bar of tabs."""
        return self._pages.bar

    def add_page(self, title: str, page: QtWidgets.QWidget) -> int:
        """Append a tab; return its number, for `turn` and `set_badge`."""
        return self._pages.add(title, page)

    def set_badge(self, page: int, text: str, tone: str = "neutral") -> None:
        """Show a short figure behind a tab's title; an empty one takes it away."""
        self._pages.bar.set_badge(page, text, tone)

    def turn(self, page: int) -> None:
        """Show one of the tabs."""
        self._pages.bar.setCurrentIndex(page)

    def rows(self) -> list[SignalRow]:
        """Return the rows of the table of signals."""
        return self._rows.rows()

    def counted(self) -> list[str]:
        """Return the counts as they read."""
        return [label.text() for label in self.findChildren(StatusLabel)] + [
            label.text() for label in self._plain
        ]

    def show_signals(self, rows: Sequence[SignalRow], counts: Sequence[Count]) -> None:
        """Show the rows of a preview and what they add up to."""
        self._rows.set_rows(rows)
        self._stack.setCurrentIndex(0)
        self._pages.bar.set_badge(SIGNALS, str(len(rows)))
        self._show_counts(counts)
        told = ", ".join(count.words for count in counts)
        if told != self._told:  # a keystroke that changes nothing says nothing
            self._told = told
            announce(self, told)

    def say(self, why: str, counts: Sequence[Count] = ()) -> None:
        """Say why there are no signals."""
        self._rows.set_rows([])
        self._blank.setText(why)
        self._stack.setCurrentIndex(1)
        self._pages.bar.set_badge(SIGNALS, "")
        self._show_counts(counts)

    def show_problems(self, problems: Sequence[Problem], places: Sequence[str]) -> None:
        """Show problems; `places` names the step of each."""
        self.problems.show_problems(problems, places)
        errors = any(problem.severity == "error" for problem in problems)
        tone = "danger" if errors else "warning"
        count = str(len(problems)) if problems else ""
        self._pages.bar.set_badge(PROBLEMS, count, tone)

    def _signal_page(self) -> QtWidgets.QWidget:
        self._stack = QtWidgets.QStackedWidget()
        self._stack.addWidget(self.signals)
        why = Column(self._blank, None, margins=(16, 16, 16, 16))
        self._stack.addWidget(boxed(why))
        self._plain: list[Label] = []
        return self._stack

    def _show_counts(self, counts: Sequence[Count]) -> None:
        self._counts.clear()
        self._plain = []
        for count in counts:
            if count.state:
                role = "emphasis" if count.state != "ok" else "body"
                self._counts.add(StatusLabel(count.state, count.words, role))
            else:
                label = Label(count.words, "body", "muted")
                self._plain.append(label)
                self._counts.add(label)

    def resizeEvent(self, event: object) -> None:
        """Leave out the priority where the window is narrow."""
        narrow = self.width() < theme.px(_NARROW)
        keys = [column.key for column in self._rows.columns]
        self.signals.setColumnHidden(keys.index("priority"), narrow)
        QtWidgets.QWidget.resizeEvent(self, event)  # type: ignore[arg-type]  # Qt's own event


class _Row(tuple[Problem, str]):
    """A problem and the step that it leads to."""

    __slots__ = ()


class ProblemTable(DataTable):
    """Problems with place, message and advice; opening one leads there.

    Signals:
        opened(object): the Problem to go to.
    """

    def __init__(self) -> None:
        self._model: RowsModel[_Row] = RowsModel(_problem_columns())
        super().__init__(self._model, "Problems", key="")
        self._model.setParent(self)

    def show_problems(self, problems: Sequence[Problem], places: Sequence[str]) -> None:
        """Show other problems."""
        found = zip(problems, places, strict=True)
        self._model.set_rows(_Row(pair) for pair in found)

    def listed(self) -> list[Problem]:
        """Return the problems in their order."""
        return [row[0] for row in self._model.rows()]

    def open_current(self) -> None:
        """Go to the place of the current problem."""
        self._open()


def _problem_columns() -> list[TableColumn[_Row]]:
    return [
        TableColumn("severity", "severity", lambda r: _WORDS[r[0].severity],
                    "status", 104, state=lambda r: _SEVERITIES[r[0].severity]),
        TableColumn("step", "step", lambda r: r[1], "text", 120, words=True),
        TableColumn("message", "what", lambda r: r[0].message, "text", 320, words=True,
                    stretch=True, tip=lambda r: r[0].message),
        TableColumn("advice", "what to do", lambda r: r[0].advice, "text", 260,
                    words=True, ink=lambda _: "muted", tip=lambda r: r[0].advice),
        TableColumn("place", "place", lambda r: r[0].pointer or "/", "mono", 200,
                    tip=lambda r: r[0].pointer),
    ]  # fmt: skip


class ExchangeText(QtWidgets.QPlainTextEdit):
    """The last request and answer as text, secrets masked."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Last exchange")
        self.setProperty("frameless", True)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        flags = QtCore.Qt.TextInteractionFlag
        self.setTextInteractionFlags(
            flags.TextSelectableByMouse | flags.TextSelectableByKeyboard
        )
        self.setPlaceholderText("Nothing was sent yet.")
        theme.changed.connect(self._dress)
        self._dress()

    def show_sent(self, sent: Sent) -> None:
        """Show an exchange: what was sent, and what came but the body."""
        answer = sent.response
        lines = [f"{sent.method} {sent.url}"]
        lines += [f"{name}: {value}" for name, value in sent.request_headers]
        lines += ["", sent.request_body] if sent.request_body else []
        lines += ["", f"{answer.status} · {answer.elapsed_ms:.0f} ms"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        lines += [f"! {warning}" for warning in answer.warnings]
        self.setPlainText("\n".join(lines))

    @QtCore.Slot()
    def _dress(self) -> None:
        self.setFont(theme.font("code"))
        self.document().setDocumentMargin(theme.px(12))
