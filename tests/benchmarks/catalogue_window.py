"""Ferrule's window as `ferrule` opens it; says when the cards have painted."""

import importlib
import sys

from ferrule.cli.window import hasten, show

HEAVY = ("httpx", "sqlalchemy", "authlib", "keyring", "pydantic")
hasten()  # as `show` does, before anything of the window is imported here
CardView = importlib.import_module("ferrule.ui.widgets.catalogue.cards").CardView
painted = []
paint = CardView.paintEvent


def paint_and_tell(self, event):
    paint(self, event)
    if not painted and self.model().rowCount():
        painted.append(True)
        early = [name for name in HEAVY if name in sys.modules]
        sys.stdout.write(f"painted {' '.join(early)}\n")
        sys.stdout.flush()


CardView.paintEvent = paint_and_tell


async def drive(_window):
    assert painted, "the loop began before the cards were painted"


sys.exit(show(driver=drive))
