"""What tests of history, tests and drift do in the Builder's room."""

import json

from PySide6 import QtCore
from tests.ui.builder_room import press, until

from ferrule import shipped
from ferrule.exchange import Response
from ferrule.ui.widgets.builder.drift import Drifting
from ferrule.ui.widgets.builder.history import Histories
from ferrule.ui.widgets.builder.tests import TestRuns

KEYS = QtCore.Qt.Key
MODS = QtCore.Qt.KeyboardModifier


def document(api):
    raw = shipped.descriptors() / "ferrule/connectors/sandbox-issues.json"
    made = json.loads(raw.read_bytes())
    made |= {"id": "acme-issues", "name": "Acme Issues", "provider": "acme"}
    made["configFields"][0]["default"] = api
    return made


def parts(room):
    return [room.bench.findChild(kind) for kind in (Histories, TestRuns, Drifting)]


async def opened(room, api, *, saved=True):
    """Open the connector, saved into the project, and send once."""
    room.page.open_document(document(api))
    if saved:
        room.page.save()
        await room.settled()
    await room.sent()
    await kept(room)


async def kept(room):
    history = room.bench.findChild(Histories)
    await history.tasks.wait("keep")
    await history.tasks.wait("look")


async def shown(room):
    """Show the history and wait for its rows."""
    history = room.bench.findChild(Histories)
    press(room.window, KEYS.Key_H, MODS.ControlModifier | MODS.ShiftModifier)
    await until(history.page.listed)
    return history


async def as_test(room):
    """Make a test of the newest exchange by the buttons."""
    history, tests, _ = parts(room)
    await shown(room)
    history.page.test.click()
    await history.tasks.wait("test")
    await until(history.saving.page.save.isEnabled)
    history.saving.page.save.click()
    await history.saving.tasks.wait("save")
    await tests.settled()


def renamed(response, old, new):
    body = json.loads(response.body)
    for item in body:
        item[new] = item.pop(old)
    head = (("Content-Type", "application/json"),)
    return Response(200, head, json.dumps(body).encode())


async def take(room, response):
    """Make a response the sample and wait until it is read."""
    room.bench.take_sample(response)
    await until(lambda: isinstance(room.bench.watch.body, list))
    await room.looked()
