"""The tour: the main job in the real window, off-screen, by events on widgets.

It does what a person would (click, type, wait, look), never calls the workspace, prints
each step with its figures and saves a picture of each page. It has a data directory and
a key of its own and leaves nothing behind but the pictures.
"""

import base64
import os
import secrets
import sys
import tempfile
from pathlib import Path

from ferrule.errors import FerruleError
from ferrule.redaction import live


def take(out: Path) -> int:
    """Take the tour; return 0 when every step went well, else 1."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="ferrule-tour-") as folder:
        _own_home(Path(folder))
        return _walk(out, Path(folder))


def _own_home(folder: Path) -> None:
    os.environ["FERRULE_HOME"] = str(folder / "home")
    os.environ["FERRULE_KEYCHAIN"] = "off"
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    live.add(key)
    os.environ["FERRULE_MASTER_KEY"] = key


def _walk(out: Path, folder: Path) -> int:
    # Qt reads its platform when it is imported.
    from ferrule.ui import app  # noqa: PLC0415 - as above
    from ferrule.ui.tour import quiet  # noqa: PLC0415 - as above
    from ferrule.ui.tour.guide import Guide, LostError  # noqa: PLC0415 - as above
    from ferrule.ui.tour.stops import walk  # noqa: PLC0415 - as above
    from ferrule.ui.window import Window  # noqa: PLC0415 - as above
    from ferrule.workspace.home import Home  # noqa: PLC0415 - as above
    from ferrule.workspace.project import init_project  # noqa: PLC0415 - as above
    from ferrule.workspace.workspace import Workspace  # noqa: PLC0415 - as above

    quiet.leave_out_platform_notes()
    home = Home.default().made()
    project = init_project(folder / "tour", home, "Tour").folder

    async def drive(window: Window) -> None:
        await walk(Guide(window, out), folder)

    try:
        app.run(
            lambda: Workspace(home, project),
            settings=home.path / "window.ini",
            driver=drive,
        )
    except (LostError, FerruleError) as error:
        sys.stdout.flush()
        sys.stderr.write(f"The tour did not come to its end: {error}\n")
        return 1
    return 0
