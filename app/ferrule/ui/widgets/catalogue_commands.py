"""The catalogue's commands as data: what each does is a verb of the page."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6 import QtWidgets

from ferrule.ui.actions import Actions, Command
from ferrule.ui.models.catalogue import ORDERS
from ferrule.ui.widgets.catalogue_browser import Browser

Do = Callable[[str], object]
VERBS: Final[Sequence[tuple[str, Command]]] = (
    ("act", Command("catalogue.act", "Open or connect the picked connector", "plug",
                    ("Ctrl+Return",))),
    ("test", Command("catalogue.test", "Test the picked connection", "activity",
                     ("F5",), "check health")),
    ("edit", Command("catalogue.edit", "Edit the picked connector in the Builder",
                     "pencil", ("Ctrl+E",))),
    ("change", Command("catalogue.change", "Change the picked connection", "settings",
                       words="credentials configuration")),
    ("another", Command("catalogue.another", "Connect the picked connector again",
                        "plus", words="second account")),
    ("disconnect", Command("catalogue.disconnect", "Disconnect the picked connection",
                           "unplug", words="delete remove")),
    ("duplicate", Command("catalogue.duplicate", "Duplicate the picked connector",
                          "copy", ("Ctrl+D",))),
    ("blank", Command("catalogue.new", "New connector", "file-plus", ("Ctrl+N",))),
    ("url", Command("catalogue.new_url", "New connector from a URL", "link",
                    ("Ctrl+Shift+N",))),
    ("sandbox", Command("catalogue.sandbox", "Try the sandbox", "flask-conical",
                        words="sample offline demo")),
)  # fmt: skip


def add_commands(
    actions: Actions, page: QtWidgets.QWidget, browser: Browser, do: Do
) -> None:
    """Register everything the catalogue can do; shortcuts work while it is shown."""
    for verb, command in VERBS:
        actions.add(command, partial(do, verb), page)
    find = Command("catalogue.find", "Search the catalogue", "search", ("Ctrl+F",))
    actions.add(find, browser.go_to_search, page)
    clear = Command("catalogue.clear", "Clear search and filters", "funnel-x")
    actions.add(clear, browser.clear, page)
    ways = (("grid", "layout-grid", False), ("list", "list", True))
    for way, picture, listed in ways:
        command = Command(f"catalogue.{way}", f"Show connectors as a {way}", picture)
        actions.add(command, partial(browser.show_listed, listed=listed), page)
    for order, text in ORDERS:
        command = Command(f"catalogue.sort.{order}", f"Sort connectors by {text}",
                          "arrow-up-down")  # fmt: skip
        actions.add(command, partial(browser.sort_by, order), page)
