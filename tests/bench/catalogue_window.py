"""Ferrule's window as `ferrule` opens it; says when the cards have painted."""

import asyncio
import sys

from PySide6 import QtCore

from ferrule.cli.window import open_window
from ferrule.ui.widgets.catalogue_cards import CardView

HEAVY = ("httpx", "sqlalchemy", "authlib", "keyring")


class Watch(QtCore.QObject):
    def __init__(self):
        super().__init__()
        self.done = asyncio.Event()

    def eventFilter(self, watched, event):
        if event.type() == QtCore.QEvent.Type.Paint:
            QtCore.QTimer.singleShot(0, self.tell)
            watched.removeEventFilter(self)
        return False

    def tell(self):
        early = [name for name in HEAVY if name in sys.modules]
        sys.stdout.write(f"painted {' '.join(early)}\n")
        sys.stdout.flush()
        self.done.set()


async def drive(window):
    watch = Watch()
    cards = window.findChild(CardView)
    cards.viewport().installEventFilter(watch)
    await watch.done.wait()


sys.exit(open_window(drive))
