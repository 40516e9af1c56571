"""A Builder in a process of its own in which somebody types until it is killed.

    python -m tests.ui.killed_builder HOME

opens a window over HOME, makes 120 edits, saves, turns to the version of the document
and types into its description for good. Each key is said as a JSON line with the moment
at which it was typed, by the clock that processes share.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import qasync
from PySide6 import QtWidgets
from tests.ui.builder_room import KEY, Room, type_text, until

from ferrule.ui.app import application
from ferrule.workspace.authoring import blank

EDITS = 120


async def type_on(home: Path) -> None:
    """Edit, save, and type until the process is killed."""
    room = Room(home, (1024, 700))
    await room.settled()
    room.page.open_document(blank("other"))
    room.page.open_document(blank("doomed"))
    for number in range(EDITS):
        room.draft.edit("/author", f"Anna {number}", f"author {number}")
    await room.page._save(room.bench)
    room.bench.go_to("/description")
    field = QtWidgets.QApplication.focusWidget()
    field.setCursorPosition(4)
    await until(lambda: not room.page.desk.shelf._unkept, 20)
    count = 0
    while True:
        count += 1
        type_text("x")
        line = {"at": time.monotonic(), "count": count}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    os.environ["FERRULE_KEYCHAIN"] = "off"
    os.environ["FERRULE_MASTER_KEY"] = KEY
    place = Path(sys.argv[1])
    app = application(place / "window.ini")
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.run(type_on(place))
