"""The window's modules come piece by piece, and Qt's classes on its own thread."""

import subprocess
import sys

PROGRAM = """
import asyncio, builtins, sys, threading, time
from PySide6 import QtCore, QtWidgets
import qasync
from ferrule.ui.importing import load, needed
from ferrule.ui.pages import PAGES

elsewhere, longest = [], 0.0
build = builtins.__build_class__

def noted(body, name, *bases, **rest):
    of_qt = any(isinstance(b, type) and issubclass(b, QtCore.QObject) for b in bases)
    if of_qt and threading.current_thread() is not threading.main_thread():
        elsewhere.append(name)
    return build(body, name, *bases, **rest)

builtins.__build_class__ = noted
MODULES = [place.module for place in PAGES] + [
    "ferrule.ui.widgets.connect.flow", "ferrule.ui.models.connect_plan",
    "ferrule.ui.models.check_run", "ferrule.ui.models.health_watch",
]

async def work():
    for name in MODULES:
        module = await load(name)
        assert module is sys.modules[name]
        assert needed(name) == []

app = QtWidgets.QApplication([])
with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
    runner.run(work())
assert elsewhere == [], elsewhere
assert "pydantic" in sys.modules
print("well")
"""


def test_qts_classes_are_made_on_the_windows_own_thread():
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "well\n", done.stderr
