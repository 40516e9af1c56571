"""The stops of the tour, in order: what a person would do, and what they would see."""

from functools import partial
from pathlib import Path

from PySide6 import QtCore, QtWidgets

from ferrule.ui.tour.acting import see_record, use_tool
from ferrule.ui.tour.building import build_descriptor
from ferrule.ui.tour.guide import WIDE, Guide, LostError
from ferrule.ui.tour.receiving import HOOK, receive_calls
from ferrule.ui.tour.shipping import ship_bundle
from ferrule.ui.widgets.catalogue.cards import CardView
from ferrule.ui.widgets.check import CheckLines
from ferrule.ui.widgets.runs.progress import ProgressCard

SANDBOX = "sandbox-issues"
LEAST_ITEMS = 2000
Button = QtWidgets.QAbstractButton


async def walk(guide: Guide, folder: Path) -> None:
    """Do the main job once, from the catalogue to a verified bundle, then the rest."""
    guide.window.resize(*WIDE)
    await see_catalogue(guide)
    url = await connect_sandbox(guide)
    await sync_all(guide)
    await sync_changes(guide)
    await build_descriptor(guide, url)
    await ship_bundle(guide, folder)
    await receive_calls(guide)
    await use_tool(guide)
    await see_record(guide)
    await see_credentials(guide)
    await guide.click("Settings", guide.window.rail)
    await guide.pictures("settings")
    guide.say("Settings")


async def see_catalogue(guide: Guide) -> None:
    """Look at the catalogue."""
    cards = await guide.until(partial(guide.window.findChild, CardView), "the cards")
    count = await guide.until(cards.model().rowCount, "a card")
    await guide.until(lambda: "Permissions" in guide.texts(), "the details")
    await guide.pictures("catalogue")
    guide.say("Catalogue", f"{count} cards, one of them works offline")


async def connect_sandbox(guide: Guide) -> str:
    """Take the sandbox's card, look at the check, create; return its address."""
    cards = await guide.until(partial(guide.window.findChild, CardView), "the cards")
    cards.setFocus()
    cards.pick(SANDBOX)
    guide.key(cards, QtCore.Qt.Key.Key_Return)
    await guide.see(Button, "Review")
    lines = await guide.until(partial(guide.shown, CheckLines), "the check")
    told = [f"{one.name}: {one.detail}" for one in lines.lines if one.detail]
    await guide.pictures("connect-check")
    await guide.click("Review")
    await guide.see(Button, "Connect")
    await guide.pictures("connect-review")
    await guide.click("Connect")
    await guide.see(Button, "Sync now")
    guide.say("Connected and checked", *told)
    return next(part for part in " ".join(told).split() if part.startswith("127."))


async def sync_all(guide: Guide) -> None:
    """Sync everything from the flow's last step."""
    await guide.click("Sync now")
    card = await _run_ended(guide, "1")
    items = _figure(card, "created")
    await guide.pictures("runs-full")
    guide.say("Full sync", f"{items:,} items created")
    if items < LEAST_ITEMS:
        raise LostError(f"Only {items} items came; {LEAST_ITEMS} were expected.")


async def sync_changes(guide: Guide) -> None:
    """Start an incremental run from the menu of the button."""
    await guide.choose("More ways: New run", "Incremental run")
    card = await _run_ended(guide, "2")
    await guide.pictures("runs-incremental")
    facts = [f"{_figure(card, name):,} {name}" for name in ("created", "unchanged")]
    guide.say("Incremental sync", ", ".join(facts))


async def see_credentials(guide: Guide) -> None:
    """Look at where secrets are kept, and how each stands."""
    await guide.click("Credentials", guide.window.rail)
    await guide.until(lambda: HOOK in guide.texts(), "the credentials")
    await guide.pictures("credentials")
    guide.say("Credentials")


async def _run_ended(guide: Guide, number: str) -> ProgressCard:
    """Wait until the run of that number is shown as done."""

    def done() -> bool:
        texts = guide.texts()
        return "Done" in texts and any(f"run {number}" in text for text in texts)

    await guide.until(done, f"the end of run {number}")
    return await guide.until(partial(guide.shown, ProgressCard), "its figures")


def _figure(card: ProgressCard, name: str) -> int:
    """Read a figure off the card, as it is shown."""
    texts = [label.text() for label in card.findChildren(QtWidgets.QLabel)]
    before = texts[texts.index(name) - 1]
    return int(before.replace(",", "")) if before[:1].isdigit() else 0
