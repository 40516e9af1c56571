"""The tour's stop at the webhooks: a connection, its receiver, and a call."""

import secrets
from functools import partial

from PySide6 import QtCore, QtWidgets

from ferrule.redaction import live
from ferrule.ui.tour.guide import Guide
from ferrule.ui.widgets.catalogue.cards import CardView
from ferrule.ui.widgets.field import LineEdit, SecretField
from ferrule.ui.widgets.table import DataTable

HOOK = "generic-webhook"
Button = QtWidgets.QAbstractButton


async def receive_calls(guide: Guide) -> None:
    """Connect what is called, start the receiver, send it a signed sample."""
    await _connect(guide)
    await guide.click("Webhooks", guide.window.rail)
    await guide.type_into(await guide.see(LineEdit, "Port"), "0")
    await guide.click("Start")
    await guide.until(lambda: "Listening" in guide.texts(), "the receiver")
    await guide.click("Send a sample event")
    table = await guide.until(partial(_mapped, guide), "the delivery, mapped")
    await guide.until(lambda: "No event type" in guide.texts(), "what it brought")
    await guide.rest()
    await guide.pictures("webhooks")
    guide.say("A signed call received", *_told(table))
    await guide.click("Stop")
    await guide.until(lambda: "Stopped" in guide.texts(), "the end of the receiver")


async def _connect(guide: Guide) -> None:
    await guide.click("Catalogue", guide.window.rail)
    cards = await guide.until(partial(guide.window.findChild, CardView), "the cards")
    cards.setFocus()
    cards.pick(HOOK)
    guide.key(cards, QtCore.Qt.Key.Key_Return)
    secret = secrets.token_urlsafe(32)
    live.add(secret)
    field = await guide.until(partial(guide.shown, SecretField), "the secret's field")
    guide.paste_into(field, secret)
    await guide.click("Continue")
    await guide.click("Check")
    await guide.click("Review")
    await guide.click("Connect")


def _mapped(guide: Guide) -> DataTable | None:
    for table in guide.window.findChildren(DataTable):
        if table.isVisible() and "Mapped" in " ".join(_told(table)):
            return table
    return None


def _told(table: DataTable) -> list[str]:
    """Return the first row of a table as it is shown."""
    model = table.model()
    if not model.rowCount():
        return []
    cells = (model.index(0, column).data() for column in range(model.columnCount()))
    return [", ".join(str(one) for one in cells if one)]
