"""The commands of the Bundles page, as data."""

from typing import Final

from ferrule.ui.actions import Command
from ferrule.ui.models.export_desk import KINDS

CHECK: Final = Command(
    "bundles.check",
    "Check the connectors",
    "rotate-cw",
    ("F5",),
    help="Checks every connector of the folder again.",
)
SIGN: Final = Command(
    "bundles.sign",
    "Sign bundle",
    "pen-tool",
    ("Ctrl+Return",),
    help="Signs what was checked and writes the file.",
)
VERIFY: Final = Command(
    "bundles.verify",
    "Verify a bundle",
    "file-search",
    ("Ctrl+O",),
    help="Says who signed a bundle and what is in it.",
)
PUSH: Final = Command(
    "bundles.push",
    "Push the bundle",
    "upload",
    words="registry server",
    help="Gives the verified bundle to a registry server.",
    needs="Verify a bundle first",
)
STOP: Final = Command(
    "bundles.stop",
    "Stop the check or the push",
    "circle-stop",
    ("Esc",),
    help="Ends the check after the fixture that runs, or the push at once.",
    needs="No check and no push runs now",
)


EXPORTS: Final = tuple(
    Command(
        f"bundles.export_{kind.key}",
        f"{kind.title}…",
        kind.icon,
        words="export other engine",
        help=kind.help,
    )
    for kind in KINDS
)
