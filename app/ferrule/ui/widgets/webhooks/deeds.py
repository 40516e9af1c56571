"""The commands of the Webhooks page: what a key, the palette or F1 offers there."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6 import QtWidgets

from ferrule.ui.actions import Actions, Command
from ferrule.ui.widgets.webhooks.doing import Doing
from ferrule.ui.widgets.webhooks.view import WebhooksView

_RECEIVER: Final = Command(
    "webhooks.receiver",
    "Start or stop the receiver",
    "webhook",
    ("F5",),
    help="Receives the calls of services, or no more.",
)
_FIND: Final = Command(
    "webhooks.find",
    "Find in the body",
    "search",
    ("Ctrl+F",),
    help="Searches the body of the delivery.",
)
_DEEDS: Final = {
    "replay": Command(
        "webhooks.replay",
        "Replay the delivery",
        "rotate-ccw",
        ("Ctrl+R",),
        help="Lets it be mapped once more.",
    ),
    "edit": Command(
        "webhooks.edit",
        "Edit and replay",
        "pencil",
        ("Ctrl+Shift+R",),
        help="Changes the body before it is mapped once more.",
    ),
    "resign": Command(
        "webhooks.resign",
        "Sign again and send",
        "send",
        help="Sends it to the receiver with a signature of now.",
    ),
    "curl": Command(
        "webhooks.curl",
        "Copy as cURL",
        "copy",
        help="Copies the call as a command line, without its secrets.",
    ),
    "pin": Command(
        "webhooks.pin",
        "Pin as a test of the connector",
        "pin",
        help="Keeps the call as a test that the Builder runs.",
    ),
    "sample": Command(
        "webhooks.open",
        "Open in Builder as sample",
        "blocks",
        help="Shows the body where its mapping is written.",
    ),
    "diff": Command(
        "webhooks.diff",
        "Difference to the one before",
        "diff",
        help="Compares it with the last of the same kind.",
    ),
    "bury": Command(
        "webhooks.bury",
        "Send to dead letters",
        "inbox",
        help="Puts it where somebody looks at it again.",
    ),
}


def add_commands(
    actions: Actions, doing: Doing, view: WebhooksView, owner: QtWidgets.QWidget
) -> None:
    """Add what can be done here to the actions of the window."""
    found: list[tuple[Command, Callable[[], None]]] = [
        (_RECEIVER, view.receiver.press),
        *((one, partial(doing.do, verb)) for verb, one in _DEEDS.items()),
        (_FIND, view.pane.show_find),
    ]
    for command, call in found:
        actions.add(command, call, owner)
