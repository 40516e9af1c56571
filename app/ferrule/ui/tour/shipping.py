"""The tour's last stop: a key, a signature, a file, and its verification.

The signer is not trusted at first, as for anybody who gets a bundle: the public key is
exported, read in, its fingerprint compared, and only then do all steps pass.
"""

from functools import partial
from pathlib import Path

from PySide6 import QtCore, QtWidgets

from ferrule.ui.tour.guide import Guide
from ferrule.ui.widgets.bundles_facts import StepList, Verdict
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.field import LineEdit

Button = QtWidgets.QAbstractButton
PROVIDER = "issues"
LAST_STEP = 13


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
    verdict = await guide.until(partial(_verdict, guide, "Verified"), "the verdict")
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
    """Type a path into the file dialog and accept it."""
    dialog = await guide.until(partial(guide.shown, QtWidgets.QFileDialog), "a dialog")
    field = await guide.until(
        lambda: dialog.findChild(QtWidgets.QLineEdit), "the dialog's field"
    )
    await guide.type_into(field, str(path))
    guide.key(field, QtCore.Qt.Key.Key_Return)
    await guide.until(lambda: not dialog.isVisible(), "the end of the dialog")
    await guide.until(path.exists, path.name)


def _verdict(guide: Guide, word: str) -> str:
    verdict = guide.shown(Verdict)
    text = verdict.words.text() if verdict is not None else ""
    return text if word in text else ""


def _texts(steps: StepList) -> list[str]:
    return [label.text() for label in steps.findChildren(QtWidgets.QLabel)]
