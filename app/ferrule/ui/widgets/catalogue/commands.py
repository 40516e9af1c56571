"""The catalogue's commands as data: what each does is a verb of the page."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6 import QtWidgets

from ferrule.ui.actions import Actions, Command
from ferrule.ui.i18n import ours, tr
from ferrule.ui.models.catalogue import ORDERS
from ferrule.ui.widgets.catalogue.browser import Browser

Do = Callable[[str], object]
VERBS: Final[Sequence[tuple[str, Command]]] = (
    ("act", Command("catalogue.act", "Open or connect the picked connector", "plug",
                    ("Ctrl+Return",),
                    help="Does what the filled button of the connector does.")),
    ("test", Command("catalogue.test", "Test the picked connection", "activity",
                     ("F5",), "check health",
                     help="Asks the service once whether it answers.")),
    ("edit", Command("catalogue.edit", "Edit the picked connector in the Builder",
                     "pencil", ("Ctrl+E",),
                     help="Opens it in the Builder; a shipped one is copied.")),
    ("change", Command("catalogue.change", "Change the picked connection", "settings",
                       words="credentials configuration",
                       help="Asks for configuration and secrets again.")),
    ("another", Command("catalogue.another", "Connect the picked connector again",
                        "plus", words="second account",
                        help="Makes a second connection of the same connector.")),
    ("disconnect", Command("catalogue.disconnect", "Disconnect the picked connection",
                           "unplug", words="delete remove",
                           help="Asks, then removes the connection and its data.")),
    ("page", Command("catalogue.page", "Open the page of the picked connector",
                     "file-text", ("Alt+Right",), "everything overview timeline",
                     help="Shows how it does, its versions, permissions and log.")),
    ("duplicate", Command("catalogue.duplicate", "Duplicate the picked connector",
                          "copy", ("Ctrl+D",),
                          help="Makes a copy of the connector in the project.")),
    ("enable", Command("catalogue.enable", "Enable the picked connector", "power",
                       words="switch on import",
                       help="Lets an imported connector or its connections run.")),
    ("disable", Command("catalogue.disable", "Disable the picked connector",
                        "circle-slash", words="switch off import",
                        help="Nothing runs until it is enabled; nothing is deleted.")),
    ("enable_all", Command("catalogue.enable_all", "Enable all of the picked bundle",
                           "power", words="switch on import",
                           help="Those that ask for new hosts are left out.")),
    ("disable_all", Command("catalogue.disable_all",
                            "Disable all of the picked bundle", "circle-slash",
                            words="switch off import",
                            help="Nothing of it runs until it is enabled.")),
    ("blank", Command("catalogue.new", "New connector", "file-plus", ("Ctrl+N",),
                      help="Begins an empty descriptor in the Builder.")),
    ("url", Command("catalogue.new_url", "New connector from a URL", "link",
                    ("Ctrl+Shift+N",),
                    help="Begins a descriptor from an address or a cURL line.")),
    ("sandbox", Command("catalogue.sandbox", "Try the sandbox", "flask-conical",
                        words="sample offline demo",
                        help="Starts the sample service here and connects it.")),
)  # fmt: skip


def add_commands(
    actions: Actions, page: QtWidgets.QWidget, browser: Browser, do: Do
) -> None:
    """Register everything the catalogue can do; shortcuts work while it is shown."""
    for verb, command in VERBS:
        actions.add(command, partial(do, verb), page)
    find = Command("catalogue.find", "Search the catalogue", "search", ("Ctrl+F",),
                   help="Searches names, descriptions and tags.")  # fmt: skip
    actions.add(find, browser.go_to_search, page)
    clear = Command("catalogue.clear", "Clear search and filters", "funnel-x",
                    help="Shows every connector again.")  # fmt: skip
    actions.add(clear, browser.clear, page)
    ways = ours((("grid", "layout-grid", False), ("list", "list", True)))
    for way, picture, listed in ways:
        text = f"Show connectors as a {tr(way)}"
        command = Command(f"catalogue.{way}", text, picture, help=f"{text}.")
        actions.add(command, partial(browser.show_listed, listed=listed), page)
    for order, text in ORDERS:
        title = f"Sort connectors by {text}"
        command = Command(f"catalogue.sort.{order}", title, "arrow-up-down",
                          help=f"{title}.")  # fmt: skip
        actions.add(command, partial(browser.sort_by, order), page)
