"""What waits for the first paint: imports, work, widgets; and what it leaves behind."""

import json
import os
import subprocess
import sys

import pytest
from PySide6 import QtCore

from ferrule.ui.tasks import Held, Tasks, when_painted
from ferrule.ui.theme import icons, keep_icons

_START = """
import importlib, sys
from ferrule.cli.window import hasten, open_window

hasten()
view = importlib.import_module("ferrule.ui.widgets.catalogue_cards").CardView
first = []
paint = view.paintEvent

def note(self, event):
    paint(self, event)
    if not first:
        first.extend(name for name in WATCHED if name in sys.modules)
        first.append("painted")

WATCHED = ("asyncio.events", "sqlite3.dbapi2", "httpx", "sqlalchemy", "pydantic",
           "keyring", "authlib", "msgspec")
view.paintEvent = note

async def drive(window):
    page = window.current
    assert page.pane.isVisible() and page.pane.entry is not None
    assert "catalogue.act" in window.commands and "palette" in window.commands
    print(first, __builtins__.__import__.__name__)

sys.exit(open_window(drive))
"""


@pytest.fixture
def kept(tmp_path):
    file = tmp_path / "icons.json"
    icons.sources.cache_clear()
    keep_icons(file)
    yield file
    keep_icons(None)
    icons.sources.cache_clear()


def _start(home):
    environment = os.environ | {"FERRULE_HOME": str(home), "FERRULE_KEYCHAIN": "off"}
    return subprocess.run(
        [sys.executable, "-c", _START],
        capture_output=True, text=True, check=False, env=environment, timeout=30,
    )  # fmt: skip


def test_the_cards_are_painted_before_asyncio_and_all_that_is_heavy(tmp_path):
    _start(tmp_path)  # the icons are kept by the first start
    done = _start(tmp_path)
    assert done.stdout.startswith("['painted']"), done.stderr
    assert "__feature_import__" not in done.stdout, "it reads every module's source"
    assert done.returncode == 0


def test_work_that_is_held_begins_in_order_once_it_is_released(run, qtbot):
    tasks, seen = Tasks(), []

    async def work(name):
        seen.append(name)

    async def live(held):
        held.release()
        seen.append("released")
        await tasks.wait("a")
        await tasks.wait("b")

    with Held() as held:
        when_painted(lambda: seen.append("call"))
        tasks.start("a", work("a"))
        tasks.start("b", work("b"))
        assert seen == []
        run(live(held))
    assert seen == ["call", "released", "a", "b"]


def test_work_that_is_never_released_is_dropped(qapp):
    async def work():
        raise AssertionError

    with Held():
        Tasks().start("a", work())
    seen = []
    when_painted(lambda: seen.append(1))
    assert seen == [1], "nothing is held any more"


def test_icons_are_kept_and_read_without_the_package(kept):
    first = icons.sources()
    found = json.loads(kept.read_text())
    found["icons"]["x"] = "<svg/>"
    kept.write_text(json.dumps(found))
    icons.sources.cache_clear()
    assert icons.sources() == {**first, "x": "<svg/>"}


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"edition": "other", "icons": {}}', "\x00"]
)
def test_a_damaged_or_older_file_of_icons_is_written_anew(kept, content):
    kept.write_text(content)
    assert icons.sources().keys() == icons.NAMES
    assert json.loads(kept.read_text())["icons"].keys() == icons.NAMES


def test_icons_are_drawn_where_they_cannot_be_kept(kept):
    kept.mkdir()
    assert icons.sources().keys() == icons.NAMES
    assert QtCore.QFileInfo(str(kept)).isDir()
