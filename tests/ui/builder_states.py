"""Draw the Builder in every state to pictures, for the documentation and to look at.

Run it as a script: `python -m tests.ui.builder_states [FOLDER]` (`make pictures`). It
works a real window over a sandbox of its own.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["FERRULE_KEYCHAIN"] = "off"

import qasync
from PySide6 import QtCore, QtWidgets
from tests.ui.builder_room import KEY, Room, type_text, until

from ferrule.ui.theme import theme
from ferrule.ui.widgets.builder.history import Histories
from ferrule.ui.widgets.builder.steps import STEPS
from ferrule.ui.widgets.builder.tests import TestRuns

OUT = Path("docs/pictures/builder")
WIDE, SMALL = (1280, 800), (1024, 700)
State = Callable[["Scene"], Awaitable[None]]
STATES: list[State] = []


def state(draw: State) -> State:
    """Keep a state; its name is that of its pictures."""
    STATES.append(draw)
    return draw


class Scene:
    """A window over a data directory of its own, and where its pictures go."""

    def __init__(self, room: Room, url: str, out: Path) -> None:
        self.room = room
        self.url = url
        self._out = out

    @property
    def documented(self) -> bool:
        """Whether these are the pictures of the documentation."""
        return self._out == OUT

    async def picture(self, name: str) -> None:
        """Save what the window shows now."""
        for _ in range(10):
            await asyncio.sleep(0.02)
        self.room.window.grab().save(str(self._out / f"{name}.png"))

    async def pictures(self, name: str) -> None:
        """Save it light and dark, in the smallest window, and at 200 %.

        The documentation shows the last three of one state only.
        """
        await self.picture(name)
        if self.documented and name != "full":
            return
        await self._dressed(name, "dark", SMALL, 1.0)
        await self._dressed(name, "small", SMALL, 1.0, "light")
        await self._dressed(name, "200", WIDE, 2.0, "light")

    async def _dressed(self, name, suffix, size, zoom, scheme="dark"):
        app = QtWidgets.QApplication.instance()
        theme.zoom = zoom
        theme.apply(app, scheme)
        self.room.window.resize(*(WIDE if scheme == "dark" else size))
        await self.picture(f"{name}-{suffix}")
        theme.zoom = 1.0
        theme.apply(app, "light")
        self.room.window.resize(*WIDE)
        await asyncio.sleep(0.05)

    async def opened(self, step: str = "mapping"):
        """Begin on the sandbox and send its request."""
        await self.click("Build on the sandbox")
        await until(lambda: self.room.bench is not None, 10)
        await self.room.settled()
        await self.room.sent()
        bench = self.room.bench
        bench.show_step(step)
        await self.room.looked()
        return bench

    async def mapped(self, step: str = "mapping"):
        """Begin on the sandbox, and take what is suggested."""
        bench = await self.opened(step)
        bar = self.room.page.desk.parts.of(bench)[0].bar
        bench.show_step("mapping")
        await until(bar.apply.isVisible, 10)
        await self.do("builder.apply_suggestions")
        bench.show_step(step)
        await self.room.looked()
        return bench

    async def saved(self):
        """Save what is mapped."""
        bench = await self.mapped()
        await self.do("builder.save")
        await until(self.room.notices, 10)
        self.room.page.unsay()
        return bench

    def part(self, kind):
        """Return the part of the bench that is of a kind."""
        parts = self.room.page.desk.parts.of(self.room.bench)
        return next(part for part in parts if type(part) is kind)

    async def click(self, name: str) -> None:
        """Click the button of that name."""
        for button in self.room.window.findChildren(QtWidgets.QAbstractButton):
            if button.isVisible() and name in (button.text(), button.accessibleName()):
                button.click()
                await asyncio.sleep(0.05)
                return
        raise LookupError(name)

    async def do(self, command: str) -> None:
        """Do a command of the window, and let it come to an end."""
        self.room.window.commands.trigger(command)
        await asyncio.sleep(0.3)

    def turn(self, title: str) -> None:
        """Show a tab of the strip."""
        bar = self.room.bench.strip.bar
        names = [bar.tabText(index) for index in range(bar.count())]
        self.room.bench.strip.turn(names.index(title))


@state
async def empty(scene: Scene) -> None:
    """Nothing is open: where a descriptor begins."""
    await scene.pictures("empty")


@state
async def suggested(scene: Scene) -> None:
    """A response that nothing is taken from yet, and what it suggests."""
    await scene.opened()
    scene.turn("Suggestions")
    await asyncio.sleep(0.5)
    await scene.pictures("suggested")


@state
async def full(scene: Scene) -> None:
    """A response, its mapping and its signals."""
    await scene.mapped()
    await scene.pictures("full")


@state
async def steps(scene: Scene) -> None:
    """Every step of the form."""
    if scene.documented:
        return
    bench = await scene.mapped()
    for step in STEPS:
        bench.show_step(step.key)
        await scene.room.looked()
        await scene.picture(f"step-{step.key}")


@state
async def sending(scene: Scene) -> None:
    """A request under way."""
    bench = await scene.mapped()
    bench.draft.edit("/ingestion/endpoint", "/faults/stall")
    bench.explorer.show_sending()
    await asyncio.sleep(1.2)
    await scene.pictures("sending")


@state
async def refused(scene: Scene) -> None:
    """An answer that is an error of the service."""
    bench = await scene.mapped()
    bench.draft.edit("/ingestion/endpoint", "/nowhere")
    await scene.room.sent()
    await scene.pictures("refused")


@state
async def wrong_path(scene: Scene) -> None:
    """A path that does not parse, told at its column."""
    await scene.mapped()
    field = scene.room.row("participantsPath").edit.field
    field.setFocus()
    field.selectAll()
    type_text("$.user.[login")
    await scene.room.looked()
    await scene.pictures("wrong-path")


@state
async def walked(scene: Scene) -> None:
    """Pages that were walked, with the reason for the end."""
    await scene.mapped("paging")
    scene.turn("Pages")
    await scene.do("builder.walk")
    await asyncio.sleep(2)
    await scene.pictures("walked")


@state
async def second_sync(scene: Scene) -> None:
    """What a second sync would find."""
    await scene.mapped("incremental")
    scene.turn("Pages")
    await scene.do("builder.second")
    await asyncio.sleep(3)
    await scene.pictures("second-sync")


@state
async def history(scene: Scene) -> None:
    """Every exchange is kept."""
    await scene.mapped()
    await scene.room.sent()
    await scene.do("builder.history")
    await scene.pictures("history")


@state
async def look(scene: Scene) -> None:
    """What a sample holds, before it becomes a test."""
    await scene.saved()
    await scene.do("builder.history")
    await scene.click("Save as test…")
    await until(scene.part(Histories).saving.page.save.isEnabled, 10)
    await scene.pictures("look")


@state
async def tests(scene: Scene) -> None:
    """A test that a later change breaks."""
    bench = await scene.saved()
    await scene.do("builder.history")
    await scene.click("Save as test…")
    saving = scene.part(Histories).saving
    await until(saving.page.save.isEnabled, 10)
    saving.page.save.click()
    await saving.tasks.wait("save")
    scene.room.page.unsay()
    bench.draft.edit("/fieldMapping/summaryTemplate", "{{title}}")
    scene.turn("Tests")
    scene.part(TestRuns).run_all()
    await asyncio.sleep(1)
    await scene.pictures("tests")


@state
async def difference(scene: Scene) -> None:
    """What differs from the saved document."""
    bench = await scene.saved()
    bench.draft.edit("/name", "Another name")
    bench.draft.edit("/fieldMapping/idPath", "$.node_id")
    await scene.do("builder.diff")
    await asyncio.sleep(1)
    await scene.pictures("difference")


@state
async def palette(scene: Scene) -> None:
    """The command palette."""
    await scene.mapped()
    await scene.do("palette")
    await scene.pictures("palette")


@contextmanager
def api():
    """Run a sandbox; give its address."""
    command = [sys.executable, "-m", "ferrule", "sandbox", "--control", "stdin"]
    child = subprocess.Popen(
        [*command, "--items", "300"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield json.loads(child.stdout.readline())["url"]
    finally:
        child.stdin.close()
        child.wait()


async def _draw(draw: State, url: str, out: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ["FERRULE_HOME"] = home
        room = Room(Path(home), WIDE)
        try:
            await room.settled()
            await draw(Scene(room, url, out))
        finally:
            await room.leave()


def main(out: Path, wanted: list[str]) -> None:
    """Draw the states; `wanted` names some, none is all."""
    os.environ["FERRULE_MASTER_KEY"] = KEY
    out.mkdir(parents=True, exist_ok=True)
    app = QtWidgets.QApplication(["ferrule", "-style", "fusion"])
    app.setQuitOnLastWindowClosed(False)
    theme.motion = False
    theme.apply(app, "light")
    with api() as url:
        for draw in STATES:
            if wanted and draw.__name__ not in wanted:
                continue
            with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
                runner.run(_draw(draw, url, out))
            sys.stdout.write(f"{draw.__name__}\n")
            sys.stdout.flush()
    QtCore.QCoreApplication.processEvents()


if __name__ == "__main__":
    folder, *names = sys.argv[1:] or [str(OUT)]
    main(Path(folder), names)
