"""Draw every widget to pictures under build/gallery, to be looked at.

Run it as a script: `python tests/ui/gallery.py`. It draws light and dark, at 200 %
zoom, and (in a second process) on a screen with 1.5 pixels a point.
"""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6 import QtCore, QtWidgets

from ferrule.ui.actions import Actions
from ferrule.ui.dialogs import Confirmation
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.pages import PAGES, Place
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button, IconButton, Segmented, SplitButton
from ferrule.ui.widgets.card import Card, EmptyState
from ferrule.ui.widgets.chip import Chip, StatusLabel
from ferrule.ui.widgets.choice import CheckBox, ComboBox, Switch
from ferrule.ui.widgets.field import LineEdit, SearchField, SecretField
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.label import Glyph, Label, SectionHead, Tile
from ferrule.ui.widgets.layouts import Column, Divider, Pane, Row
from ferrule.ui.widgets.message import Message, Waiting
from ferrule.ui.widgets.meter import ProgressBar, Sparkline
from ferrule.ui.widgets.splitter import Splitter
from ferrule.ui.widgets.stepper import Step, Stepper, StepTrack
from ferrule.ui.widgets.table import DataTable
from ferrule.ui.widgets.tabs import TabPages
from ferrule.ui.window import Window

OUT = Path("build/gallery")
ISSUES = [
    (2847193, "issue_updated", "high", "2026-02-03 04:05", "Fix token refresh (#1482)"),
    (2847102, "issue_created", "medium", "2026-02-03 03:51", "Crash on empty page"),
    (2846988, "issue_closed", "low", "2026-02-02 22:17", "<b>Document</b> the budget"),
    (2846610, "issue_updated", "medium", "2026-02-02 18:40", "Webhook replay keeps it"),
]
Issue = tuple[int, str, str, str, str]


def issue_columns() -> list[TableColumn[Issue]]:
    return [
        TableColumn("n", "id", lambda r: str(r[0]), "mono", 96, order=lambda r: r[0]),
        TableColumn("type", "type", lambda r: r[1], "chips", 128,
                    chips=lambda r: [(r[1], "neutral")]),
        TableColumn("size", "size", lambda r: f"{r[0] % 997}", "number", 72),
        TableColumn("time", "time", lambda r: r[3], width=144),
        TableColumn("summary", "summary", lambda r: r[4], stretch=True),
        TableColumn("check", "check", lambda _: "No people", "status", 120,
                    state=lambda _: "warning"),
    ]  # fmt: skip


def buttons() -> QtWidgets.QWidget:
    menu = QtWidgets.QMenu()
    menu.addAction("From a URL")
    card = Card("Buttons", Chip("8 fields"), Chip("1 error", "danger", state="error"))
    off = Button("Continue", kind="primary")
    off.setEnabled(False)
    off2 = Button("Off")
    off2.setEnabled(False)
    pinned = Button("Pinned", icon="pin")
    pinned.setCheckable(True)
    pinned.setChecked(True)
    card.add(
        Row(SplitButton("New connector", menu, icon="plus"),
            Button("Send", kind="primary", icon="play", hint="F5"), off, None),
        Row(Button("Open", icon="external-link"), Button("Edit", icon="pencil"),
            Button("Fix…", compact=True), off2,
            Button("Cancel now", kind="danger"), pinned, None),
        Row(Button("Add field", kind="plain", icon="plus"),
            Button("Use a fixed port", kind="link"),
            IconButton("ellipsis", "More"),
            IconButton("copy", "Copy", kind="secondary"),
            Button("Other exports", icon="upload", menu=QtWidgets.QMenu()), None),
        Row(Segmented((("form", "Form"), ("json", "JSON"), ("diff", "Diff")), "View"),
            Segmented((("layout-grid", "Cards"), ("list", "List")), "Look", icons=True),
            None),
        Row(Chip("v1.4.0", "outline"), Chip("Signed", "success", icon="badge-check"),
            Chip("2 need attention", "warning", state="warning"), Chip("minor", "info"),
            Chip("issue_created", mono=True), Chip("$.login", "accent"), None),
        Row(*(StatusLabel(s, w) for s, w in (
            ("connected", "Connected"), ("not_configured", "Not configured"),
            ("degraded", "Degraded"), ("error", "Error"), ("deprecated", "Old"),
            ("running", "Running"), ("ok", "Done"), ("paused", "Paused"))), None),
    )  # fmt: skip
    return card


def fields() -> QtWidgets.QWidget:
    wrong = LineEdit("ghp_Q7x1… ", name="Token")
    card = Card("Fields")
    good = LineEdit("$.updated_at", mono=True)
    good.set_mark("ok")
    off = LineEdit("read only", name="Off")
    off.setReadOnly(True)
    form = Form(
        FormRow("Personal access token", wrong),
        FormRow("Path", good, trailing=Chip("100")),
        FormRow("Base URL", LineEdit("https://api.github.com"),
                help_text="Where requests go. A path may follow the host."),
        FormRow("Secret", SecretField(placeholder="paste it here"), optional=True),
        FormRow("Method", ComboBox([("get", "GET"), ("post", "POST")])),
        FormRow("Fixed", off),
    )  # fmt: skip
    form.rows[0].set_error("This has a space at the end.")
    ticked, partly, off_box = CheckBox("All"), CheckBox("Code"), CheckBox("Off")
    ticked.setChecked(True)
    ticked.set_count("42")
    partly.setTristate(True)
    partly.setCheckState(QtCore.Qt.CheckState.PartiallyChecked)
    off_box.setEnabled(False)
    on = Switch("Enabled")
    on.setChecked(True)
    search = SearchField("Search", placeholder="Search connectors, signals, vendors",
                         trailing="Ctrl F")  # fmt: skip
    card.add(
        Row(search, ComboBox([(1, "Relevance")], icon="arrow-up-down", look="button",
                             name="Sort")),
        form,
        Row(ticked, partly, CheckBox("Empty"), off_box, None, on, Switch("Off")),
    )  # fmt: skip
    return card


def messages() -> QtWidgets.QWidget:
    box = Column(gap=12)
    box.add(
        Message("danger", "Linear refused the token",
                "It was probably revoked: the last success was yesterday at 18:12, and "
                "the scopes have not changed.",
                Button("Authorise again", compact=True, icon="log-in"),
                Button("Show exchange", compact=True),
                Button("Copy details", kind="link", compact=True),
                details="GET https://api.linear.app/graphql\n401 · Unauthorized"),
        Message("warning", "97 items stored, 3 need attention",
                "Their time could not be read.", Button("Show the 3", compact=True),
                closable=True),
        Message("info", "The keychain is locked"),
        Message("success", "Signed by a key you trust", "marek@acme.example"),
        waiting(),
        None,
    )  # fmt: skip
    holder = QtWidgets.QWidget()
    holder.setLayout(box)
    return holder


def waiting() -> QtWidgets.QWidget:
    widget = Waiting("")
    widget.show_progress("Reading page 4 of about 9", 3.2)
    return widget


def table() -> QtWidgets.QWidget:
    view = DataTable(RowsModel(issue_columns(), ISSUES), "Signals")
    view.selectRow(1)
    view.setMinimumHeight(theme.px(150))
    pages = TabPages("Below", Label("100 without people", "emphasis", "warning"))
    pages.add("Signals", view)
    pages.add("Problems", QtWidgets.QWidget())
    pages.add("HTTP log", QtWidgets.QWidget())
    pages.bar.set_badge(0, "100")
    pages.bar.set_badge(1, "1", "danger")
    card = Card(flush=True)
    card.add(pages)
    return card


def steps() -> QtWidgets.QWidget:
    stepper = Stepper([
        Step("basics", "Basics", state="valid"), Step("auth", "Auth", state="valid"),
        Step("map", "Mapping", state="error", note="1 error"),
        Step("rules", "Rules", state="in_progress"), Step("paging", "Paging"),
    ])  # fmt: skip
    stepper.set_current("map")
    stepper.setFixedHeight(theme.px(160))
    wizard = Stepper([
        Step("a", "Credentials", "OAuth app · acme-dev", "valid"),
        Step("b", "Authorise", "Waiting for your browser", "in_progress"),
        Step("c", "Review", "What is stored, and where"),
    ])  # fmt: skip
    wizard.set_current("b")
    wizard.setFixedHeight(theme.px(172))
    track = StepTrack([
        Step("a", "Compose", "4 connectors", "valid"),
        Step("b", "Check", "4 passed, 1 to note"), Step("c", "Sign", "Ed25519 key"),
    ])  # fmt: skip
    track.set_steps(track._steps, 1)
    bar, spark = ProgressBar("Progress"), Sparkline("Rate")
    bar.show_progress(43, 100)
    thin = ProgressBar("Row", thin=True, ink="success")
    thin.show_progress(82, 100)
    spark.show_values([5, 6, 5.5, 7, 8, 6, 6.5, 7, 7.2, 6.9, 3, 6, 7])
    card = Card("Steps and meters")
    splitter = Splitter("gallery", stepper, wizard)
    card.add(track, splitter, Divider(), Row(Label("4,300", "big_number"),
             Label("of about 9,900 items", "body", "muted"), None), bar, thin, spark,
             SectionHead("Category"), Row(Tile("GitHub Issues", "github-issues"),
             Tile("Linear", "linear"), Tile("Slack", "slack-messages"),
             Tile("Stripe Events", "stripe"), Tile("PagerDuty", "pd"),
             Glyph("globe"), Label("api.github.com", "code"), None), None)  # fmt: skip
    return card


def sheet() -> QtWidgets.QWidget:
    empty = Card()
    empty.add(
        EmptyState("webhook", "No deliveries yet",
                   "Point a webhook at this address, or send one yourself.",
                   Button("Send a sample event", kind="primary", icon="send"))
    )  # fmt: skip
    left = Column(buttons(), fields(), table(), None, gap=16)
    right = Column(messages(), steps(), empty, None, gap=16)
    row = Row(gap=16, margins=(24, 24, 24, 24))
    row.add(left, right, stretch=1)
    return Pane(row, ground="ground")


def draw(app: QtWidgets.QApplication, name: str) -> None:
    widget = sheet()
    widget.resize(theme.px(1320), theme.px(980))
    widget.show()
    app.processEvents()
    ringed = widget.findChildren(Button)
    for number in (0, 1, 4):
        ringed[number]._ringed = True
    widget.grab().save(str(OUT / f"{name}.png"))
    widget.close()


def focused(app: QtWidgets.QApplication) -> None:
    """Draw how each focusable widget looks with the focus, one strip a widget."""
    widget = sheet()
    widget.resize(1320, 980)
    widget.show()
    widget.activateWindow()
    app.processEvents()
    reason = QtCore.Qt.FocusReason.TabFocusReason
    shots = []
    for child in widget.findChildren(QtWidgets.QWidget):
        if child.focusPolicy() & QtCore.Qt.FocusPolicy.TabFocus and child.isVisible():
            child.setFocus(reason)
            app.processEvents()
            if child.hasFocus():
                shots.append(child.grab())
    strip = QtWidgets.QWidget()
    grid = QtWidgets.QGridLayout(strip)
    for number, shot in enumerate(shots):
        label = QtWidgets.QLabel()
        label.setPixmap(shot.copy(0, 0, min(shot.width(), 300), min(shot.height(), 90)))
        grid.addWidget(label, number // 4, number % 4)
    strip.show()
    app.processEvents()
    strip.grab().save(str(OUT / "focus.png"))


class Sample(Page):
    """A page as others are, to look at the frame."""

    key, title = "catalogue", "Catalogue"

    def __init__(self, workspace: object, actions: Actions) -> None:
        super().__init__(workspace, actions)
        self.header.add(
            SearchField("Search", placeholder="Search connectors", trailing="Ctrl F"),
            Button("Export", icon="download"),
            Button("New run", kind="primary", icon="play"),
        )
        self.say(Notice("warning", "The keychain is locked", "Secrets are not kept."))
        holder = Row(margins=(24, 12, 24, 24))
        holder.add(table(), steps(), stretch=1)
        self.body.add(holder, stretch=1)


class Spot(Place):
    """A place that shows the sample page."""

    def open(self, workspace: object, actions: Actions) -> Page:
        return Sample(workspace, actions)


def frame(app: QtWidgets.QApplication, name: str, size: tuple[int, int]) -> None:
    """Draw the window with its bars, then the palette and a question over it."""
    project = SimpleNamespace(name="acme-integrations", folder=Path("acme"))
    places = [Spot(place.key, place.title, place.icon, "") for place in PAGES[:-1]]
    places.append(Spot("settings", "Settings", "settings", "", bottom=True))
    window = Window(
        SimpleNamespace(project=project, opened_vault=None, has_vault=False), places
    )
    window.show_page("catalogue").jobs.emit(2)
    window.current.problems.emit(1, 2)
    window.status.vault.say("Keychain unlocked", icon="lock-open")
    window.resize(*size)
    window.show()
    app.processEvents()
    window.grab().save(str(OUT / f"window-{name}.png"))
    palette = window.open_palette()
    palette.field.setText("go")
    app.processEvents()
    palette.grab().save(str(OUT / f"palette-{name}.png"))
    palette.leave()
    goes = ["9,412 stored items of 2 streams", "its token in the keychain"]
    question = Confirmation(window, "Disconnect GitHub Issues?", goes, "Disconnect")
    question.show()
    app.processEvents()
    question.grab().save(str(OUT / f"question-{name}.png"))
    window._leaving = True
    window.close()


def main() -> None:
    app = QtWidgets.QApplication([])
    OUT.mkdir(parents=True, exist_ok=True)
    if os.environ.get("QT_SCALE_FACTOR"):
        theme.apply(app, "light")
        draw(app, "light-1.5x")
        return
    for scheme in ("light", "dark"):
        theme.apply(app, scheme)
        draw(app, scheme)
        frame(app, scheme, (1280, 800))
    theme.apply(app, "light")
    focused(app)
    frame(app, "1024", (1024, 700))
    theme.set_zoom(2.0)
    draw(app, "light-200")
    environment = {**os.environ, "QT_SCALE_FACTOR": "1.5"}
    subprocess.run([sys.executable, __file__], env=environment, check=True)


if __name__ == "__main__":
    main()
