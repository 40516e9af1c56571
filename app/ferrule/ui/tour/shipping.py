"""The tour's last stop: a key, a signature, a file, and its verification.

The signer is not trusted at first, as for anybody who gets a bundle: the public key is
exported, read in, its fingerprint compared, and only then do all steps pass.
"""

import asyncio
from functools import partial
from pathlib import Path

from PySide6 import QtCore, QtWidgets

from ferrule.ui.tour.guide import Guide
from ferrule.ui.widgets.bundles.facts import StepList, Verdict
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.field import LineEdit

Button = QtWidgets.QAbstractButton
PROVIDER = "issues"
LAST_STEP = 13
_TRIES = 10
_READING_S = 0.2


async def ship_bundle(guide: Guide, folder: Path) -> None:
    """Sign the new connector into a file, and verify that as who gets it would."""
    bundle, key = folder / "issues.ferrule", folder / "tour.pem"
    await guide.click("Bundles", guide.window.rail)
    await _make_key(guide)
    await _choose_provider(guide)
    sign = await guide.see(Button, "Sign bundle")
    await guide.pictures("bundles-check")
    guide.press(sign, sign.rect().center())
    await _answer(guide, bundle)
    await guide.until(partial(_verdict, guide, "do not trust"), "the first verdict")
    guide.say("Signed and exported", f"{bundle.name}: {bundle.stat().st_size:,} bytes")
    await _trust_signer(guide, key)
    verdict = await guide.until(
        partial(_verdict, guide, "a key you trust"), "the verdict"
    )
    await guide.click("bundles.show_steps")
    steps = await guide.until(partial(guide.shown, StepList), "the steps")
    await guide.pictures("bundles-verified")
    passed = sum(text == "passed" for text in _texts(steps))
    guide.say("Verified", verdict, f"{passed} of {LAST_STEP} steps passed")


async def _make_key(guide: Guide) -> None:
    name = await guide.see(LineEdit, "Name of the new key")
    await guide.type_into(name, "tour")
    await guide.click("Create key")


async def _choose_provider(guide: Guide) -> None:
    box = await guide.see(ComboBox, "bundles.provider")
    names = [box.itemText(row).lower() for row in range(box.count())]
    box.setFocus()
    guide.key(box, QtCore.Qt.Key.Key_Home)
    for _ in range(names.index(PROVIDER)):
        guide.key(box, QtCore.Qt.Key.Key_Down)


async def _trust_signer(guide: Guide, key: Path) -> None:
    await guide.click("Export public key…")
    await _answer(guide, key)
    await guide.click("Trust this signer…")
    await guide.click("Choose their key file…")
    await _answer(guide, key)
    await guide.click("bundles.compared")
    await guide.pictures("bundles-trust")
    await guide.click("Trust for these connectors")


async def _answer(guide: Guide, path: Path) -> None:
    """Paste a path into the file dialog and press its first button."""
    look = partial(guide.shown, QtWidgets.QFileDialog)
    await guide.until(look, "a dialog")
    for _ in range(_TRIES):
        # Pasted, because while one types the dialog selects each folder on the way;
        # looked up each time, because it is deleted when it has its answer.
        dialog = look()
        if dialog is None:
            break
        guide.paste_into(dialog.findChild(QtWidgets.QLineEdit), str(path))
        await asyncio.sleep(_READING_S)
        _press_first(guide, look())
        await asyncio.sleep(_READING_S)
    await guide.until(lambda: look() is None, "the end of the dialog")
    await guide.until(path.exists, path.name)


def _press_first(guide: Guide, dialog: QtWidgets.QFileDialog | None) -> None:
    box = dialog.findChild(QtWidgets.QDialogButtonBox) if dialog is not None else None
    accepts = QtWidgets.QDialogButtonBox.ButtonRole.AcceptRole
    for button in box.buttons() if box is not None else ():
        if box is not None and box.buttonRole(button) == accepts:
            guide.press(button, button.rect().center())


def _verdict(guide: Guide, word: str) -> str:
    verdict = guide.shown(Verdict)
    text = verdict.words.text() if verdict is not None else ""
    return text if word in text else ""


def _texts(steps: StepList) -> list[str]:
    return [label.text() for label in steps.findChildren(QtWidgets.QLabel)]
