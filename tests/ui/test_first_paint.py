"""What waits for the first paint: imports, work, widgets; and what it leaves behind."""

import json
import os
import subprocess
import sys

import pytest
from PySide6 import QtCore, QtGui

from ferrule.ui.tasks import Held, Tasks, when_painted
from ferrule.ui.theme import icon_pixmap, icons, keep_icons

_START = """
import faulthandler, importlib, sys
faulthandler.dump_traceback_later(45, exit=True)  # where it stands, if it does
from ferrule.cli.window import hasten, show

hasten()
view = importlib.import_module("ferrule.ui.widgets.catalogue.cards").CardView
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

sys.exit(show(driver=drive))
"""


@pytest.fixture
def kept(tmp_path):
    file = tmp_path / "icons.json"
    keep_icons(file)
    yield file
    keep_icons(None)


def _start(home):
    environment = os.environ | {"FERRULE_HOME": str(home), "FERRULE_KEYCHAIN": "off"}
    return subprocess.run(
        [sys.executable, "-c", _START],
        capture_output=True, text=True, check=False, env=environment, timeout=60,
    )  # fmt: skip


def test_the_cards_are_painted_before_asyncio_and_all_that_is_heavy(tmp_path):
    _start(tmp_path)  # the icons are kept by the first start
    done = _start(tmp_path)
    assert done.stdout.startswith("['painted']"), done.stderr
    assert "__feature_import__" not in done.stdout, "it reads every module's source"
    assert done.returncode == 0, done.stderr


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


def _drawn(file):
    """Draw an icon as a first start does, and close as its end does."""
    QtGui.QPixmapCache.clear()
    keep_icons(file)
    image = icon_pixmap("copy", QtGui.QColor("#123456"), 16, 1.5).toImage()
    icons.drawings.close()
    return image


def test_a_drawn_icon_is_kept_and_the_same_at_the_next_start(qapp, kept, monkeypatch):
    first = _drawn(kept)
    monkeypatch.setattr(icons, "_render", None)
    assert _drawn(kept) == first
    assert first.devicePixelRatio() == 1.5


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"edition": "other", "pictures": {}}', "\x00", "PICTURE"],
)
def test_a_damaged_or_older_file_of_icons_is_written_anew(qapp, kept, content):
    first = _drawn(kept)
    name, _ = json.loads(kept.read_text())["pictures"].popitem()
    edition = json.loads(kept.read_text())["edition"]
    broken = json.dumps({"edition": edition, "pictures": {name: "24 AAAA"}})
    kept.write_text(broken if content == "PICTURE" else content)
    assert _drawn(kept) == first


def test_icons_are_drawn_where_they_cannot_be_kept(qapp, kept):
    kept.mkdir()
    assert not _drawn(kept).isNull()
    assert QtCore.QFileInfo(str(kept)).isDir()


_MISTAKES = """
import sys
from pathlib import Path

if len(sys.argv) > 1:
    from ferrule.ui import postpone, pyside
    compiled = []
    first = compile
    def counting(source, name, *rest, **named):
        compiled.append(name)
        return first(source, name, *rest, **named)
    import builtins
    builtins.compile = counting
    postpone()
    pyside.begin(Path(sys.argv[1]))
    builtins.compile = first
    print(sum(str(n).startswith("shibokensupport") for n in compiled), file=sys.stderr)
from PySide6 import QtCore, QtWidgets

for wrong in (
    lambda: QtWidgets.QLabel(5, "x", foo=3),
    lambda: QtCore.QObject(objectNme="x"),
    lambda: QtCore.QTimer.singleShot(),
    lambda: QtWidgets.QLabel.__doc__,
    lambda: QtCore.QObject().nonsense,
):
    try:
        print(wrong())
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)
"""


def _mistakes(*file):
    ended = subprocess.run(
        [sys.executable, "-c", _MISTAKES, *map(str, file)],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    return ended.stdout, ended.stderr


def test_pyside_compiles_nothing_at_a_second_start_and_explains_as_ever(tmp_path):
    file = tmp_path / "pyside.bytecode"
    plain, _ = _mistakes()
    first, compiled = _mistakes(file)
    assert first == plain
    assert int(compiled) > 5
    assert file.stat().st_mode & 0o077 == 0
    again, compiled = _mistakes(file)
    assert (again, compiled) == (plain, "0\n")


@pytest.mark.parametrize("spoil", ["open to others", "damaged", "empty"])
def test_bytecode_that_is_not_sound_is_not_used(tmp_path, spoil):
    file = tmp_path / "pyside.bytecode"
    _, compiled = _mistakes(file)
    if spoil == "open to others":
        file.chmod(0o666)
    else:
        file.write_bytes(file.read_bytes()[:2000] if spoil == "damaged" else b"")
    plain, again = _mistakes(file)
    assert again == compiled
    assert plain == _mistakes()[0]
