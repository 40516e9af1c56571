"""Type into the search of a catalogue of 5,000 cards and time each painted key."""

import json
import os
import random
import string
import sys
import time

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6 import QtWidgets

from ferrule.ui.models.catalogue import CatalogueModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.catalogue.browser import Browser
from ferrule.workspace.catalogue import Card

CARDS, WORDS = 5000, 30


def main():
    app = QtWidgets.QApplication([])
    theme.apply(app, "light")
    chance = random.Random(7)  # noqa: S311  the same cards each time
    words = ["".join(chance.choices(string.ascii_lowercase, k=7)) for _ in range(3000)]
    model = CatalogueModel()
    browser = Browser(model)
    browser.resize(1200, 760)
    browser.show()
    model.set_cards(
        Card(f"{n}-id", " ".join(chance.choices(words, k=2)).title(),
             " ".join(chance.choices(words, k=10)), chance.choice("ABCD"),
             signal_types=tuple(chance.choices(words, k=3)))
        for n in range(CARDS)
    )  # fmt: skip
    model.warm()
    browser.grab()
    keys = [word[:n] for word in chance.choices(words, k=WORDS) for n in range(1, 8)]
    json.dump({"keys": [painted(browser, typed) for typed in keys]}, sys.stdout)


def painted(browser, typed):
    """Return the milliseconds from a key to the painted cards."""
    began = time.perf_counter()
    browser.search.setText(typed)
    QtWidgets.QApplication.processEvents()
    browser.cards.viewport().repaint()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
