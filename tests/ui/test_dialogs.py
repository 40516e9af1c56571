"""Questions are awaited; other tasks go on meanwhile."""

import asyncio
from pathlib import Path

import pytest
from PySide6 import QtWidgets

from ferrule.ui import dialogs


@pytest.fixture
def parent(qtbot):
    widget = QtWidgets.QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


async def answered(question, answer, parent):
    """Ask, let other work go on, answer the open dialog; return answer and work."""
    ticks = []

    async def tick():
        while True:
            ticks.append(1)
            await asyncio.sleep(0.001)

    async with asyncio.TaskGroup() as group:
        ticking = group.create_task(tick())
        asking = group.create_task(question)
        await asyncio.sleep(0)
        before = len(ticks)
        await asyncio.sleep(0.02)
        answer(parent.findChildren(QtWidgets.QDialog)[0])
        result = await asking
        ticking.cancel()
    return result, len(ticks) - before


@pytest.mark.parametrize(
    ("answer", "agreed"),
    [
        (lambda dialog: dialog.accept(), True),
        (lambda dialog: dialog.reject(), False),
        (lambda dialog: dialog.close(), False),
    ],
    ids=["accepted", "rejected", "closed"],
)
def test_a_confirmation_is_awaited_while_other_work_goes_on(
    run, parent, answer, agreed
):
    question = dialogs.confirm(parent, "Disconnect?", ["9,412 items"], "Disconnect")
    result, ticks = run(answered(question, answer, parent))
    assert result is agreed
    assert ticks > 2


def test_what_goes_is_named_in_plain_text_and_cancel_is_the_default(parent):
    dialog = dialogs.Confirmation(parent, "Delete <b>x</b>?", ["its key"], "Delete")
    texts = [label.text() for label in dialog.findChildren(QtWidgets.QLabel)]
    assert "Delete <b>x</b>?" in texts
    assert any("its key" in text for text in texts)
    verbs = {b.text(): b for b in dialog.findChildren(QtWidgets.QPushButton)}
    assert verbs["Cancel"].isDefault()
    assert not verbs["Delete"].isDefault()
    assert verbs["Delete"].property("kind") == "danger"


def test_cancelling_the_task_closes_its_dialog(run, parent):
    async def give_up():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await dialogs.confirm(parent, "Really?", [], "Do it")
        return [d for d in parent.findChildren(QtWidgets.QDialog) if d.isVisible()]

    assert run(give_up()) == []


@pytest.mark.parametrize("ask", [dialogs.choose_file, dialogs.choose_folder])
def test_giving_up_on_a_file_is_none(run, parent, ask):
    question = ask(parent, "Open")
    result, _ = run(answered(question, lambda dialog: dialog.reject(), parent))
    assert result is None


def test_a_chosen_file_is_a_path(run, parent, tmp_path):
    file = tmp_path / "one.ferrule"
    file.write_text("{}")

    def choose(dialog):
        dialog.findChild(QtWidgets.QLineEdit, "fileNameEdit").setText(str(file))
        dialog.accept()

    question = dialogs.choose_file(parent, "Open", "All (*)", str(tmp_path))
    assert run(answered(question, choose, parent))[0] == file


def test_a_file_to_write_has_the_proposed_name(run, parent, tmp_path):
    question = dialogs.save_file(parent, "Save", str(tmp_path / "new.ferrule"))
    result, _ = run(answered(question, lambda dialog: dialog.accept(), parent))
    assert result == Path(tmp_path / "new.ferrule")
