"""Works out which version the changes of a draft ask for, while it is edited.

What is compared with is the first document that was saved under the version it has, so
that an offer stays until it is taken.
"""

from functools import partial
from typing import Final

from PySide6 import QtCore

from ferrule.descriptor.versions import Proposal, proposal
from ferrule.ui.actions import Command
from ferrule.ui.tasks import in_thread
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.part import Part
from ferrule.ui.widgets.button import Button
from ferrule.workspace.drafts import Document

_PAUSE_MS: Final = 300


def offered(released: Document | None, document: Document) -> Proposal | None:
    """Return the version that is due for a document, None where none is."""
    if released is None:
        return None
    found = proposal(released, document)
    return found if found.due else None


def version_button(bench: BuilderBench, due: Proposal) -> Button:
    """Return a button that gives the draft of a bench the version that is due."""
    button = Button(f"Use {due.version}", icon="tag", compact=True)
    button.setAccessibleDescription(due.text)
    label = f"Version {due.version}"
    button.clicked.connect(lambda: bench.draft.edit("/version", due.version, label))
    return button


class VersionWatch(Part):
    """Tells the forms of a bench which version is due."""

    commands = (
        (
            Command(
                "builder.diff",
                "What differs",
                "file-diff",
                ("Ctrl+D",),
                words="difference compare version breaking",
                needs="Open a draft first",
                help="Compares the draft with the saved file, the shipped connector, "
                "another file or a bundle; again goes back to the form.",
            ),
            "show_diff",
        ),
    )

    def __init__(self, bench: BuilderBench) -> None:
        super().__init__(bench)
        self._soon = QtCore.QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._start)
        bench.draft.changed.connect(self._soon.start)
        bench.draft.saved.connect(self._later)
        self._soon.start()

    def show_diff(self) -> None:
        """Show what differs, or the form again."""
        self.bench.show_view("form" if self.bench.view == "diff" else "diff")

    async def close_work(self) -> None:
        """End what is under way."""
        self._soon.stop()
        await super().close_work()

    @QtCore.Slot(bool)
    def _later(self, _saved: bool) -> None:  # noqa: FBT001  Qt's signature
        self._soon.start()

    @QtCore.Slot()
    def _start(self) -> None:
        self.tasks.start("offer", self._look())

    async def _look(self) -> None:
        draft = self.bench.draft.draft
        look = partial(offered, draft.released, draft.document)
        self.bench.context.offer_version(await in_thread(look))
