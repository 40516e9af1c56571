"""The tour's stop at the Builder: a new descriptor from an address, by picking."""

from functools import partial

from PySide6 import QtCore, QtTest, QtWidgets

from ferrule.ui.tour.guide import Guide
from ferrule.ui.widgets.builder.start_paste import PasteEdit
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.json_view import JsonView
from ferrule.ui.widgets.table import DataTable

_PICKS = (
    ("items", "$['items']"),
    ("created", "$['items'][0]['created_at']"),
    ("people", "$['items'][0]['user']['login']"),
)
SAMPLE = 100


async def build_descriptor(guide: Guide, host: str) -> None:
    """Give an address, send, pick three values, look at the signals, save."""
    await guide.click("Builder", guide.window.rail)
    paste = await guide.see(PasteEdit, "Paste a cURL command, an address or JSON")
    await guide.pictures("builder-new")
    paste.setFocus()
    QtTest.QTest.keyClicks(paste, f"http://{host}/offset/issues?limit={SAMPLE}")
    await guide.click("Create")
    await guide.click("Send")
    tree = await guide.until(lambda: _filled(guide), "the response")
    await guide.see(Button, "Review suggestions")
    await guide.pictures("builder-suggestions")
    for field, path in _PICKS:
        await _pick(guide, tree, field, path)
    table = await guide.until(partial(_signals, guide), "the signals")
    shown = table.model().rowCount()
    await guide.pictures("builder")
    guide.say(
        "A new descriptor, built by picking",
        f"{len(_PICKS)} values picked in the response",
        f"{shown} signals previewed",
    )
    await guide.click("Save into the project (Ctrl+S)")
    saved = await guide.until(lambda: _said(guide, "Saved"), "the saving")
    guide.say("Saved into the project", saved)


async def _pick(guide: Guide, tree: JsonView, field: str, path: str) -> None:
    await guide.click(f"Pick {field} from the response (Alt+P)")
    index = tree.tree.find(path)
    tree.scrollTo(index)
    place = tree.visualRect(index)
    guide.press(tree.viewport(), QtCore.QPoint(place.left() + 30, place.center().y()))


def _filled(guide: Guide) -> JsonView | None:
    tree = guide.shown(JsonView)
    return tree if tree is not None and tree.tree.rowCount() else None


def _signals(guide: Guide) -> DataTable | None:
    """Return the table of signals once every item of the sample is in it."""
    for table in guide.window.findChildren(DataTable):
        if table.isVisible() and table.model().rowCount() == SAMPLE:
            return table
    return None


def _said(guide: Guide, word: str) -> str:
    labels = guide.window.findChildren(QtWidgets.QLabel)
    said = (label.text() for label in labels if label.isVisible())
    return next((text for text in said if text.startswith(word)), "")
