"""From an exchange of the history to a test: the look, the preview, the file."""

from functools import partial

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.tests_look import LookPage
from ferrule.workspace.drafts import Document
from ferrule.workspace.fixtures.files import fixture_folder, save_fixture
from ferrule.workspace.fixtures.look import Finding, look_over
from ferrule.workspace.fixtures.making import Made, make_fixture
from ferrule.workspace.fixtures.sample import Sample, sample_of, shortened
from ferrule.workspace.history.facts import Kept


class Saving(QtCore.QObject):
    """Makes a test of an exchange, once a person has looked at what is in it.

    Signals:
        saved(str, str): the test of that name was written; where, and what it expects.
        closed(): the person left without one.
    """

    saved = QtCore.Signal(str, str)
    closed = QtCore.Signal()

    def __init__(self, bench: BuilderBench, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self.page = LookPage()
        self.tasks = Tasks(self)
        self._bench = bench
        self._sample: Sample | None = None
        self._made: Made | None = None
        self._items = 0
        self.page.changed.connect(self._later)
        self.page.save_wanted.connect(self._save)
        self.page.closed.connect(self.closed)
        bench.draft.changed.connect(self._follow)

    async def begin(self, kept: Kept) -> bool:
        """Look over an exchange; say whether there is something to show.

        Raises:
            StoreError: when its body is gone.
        """
        history, document = self._bench.workspace.history, self._bench.draft.document
        self._sample = await in_thread(partial(sample_of, history, kept, document))
        self.page.begin(_named(kept), [])
        await self._work()
        return True

    @QtCore.Slot()
    def _later(self) -> None:
        self.tasks.start("look", self._work())

    @QtCore.Slot()
    def _follow(self) -> None:
        if self.page.isVisible():
            self._later()

    async def _work(self) -> None:
        """Look again and show the file as it would be."""
        sample = self._sample
        if sample is None:
            return
        document, most = self._bench.draft.document, self.page.items.value()
        many = most if isinstance(most, int) else 0
        cut = await in_thread(lambda: _cut(sample, document, many))
        if many != self._items or not self.page.listed():
            self._items = many
            found: list[Finding] = await in_thread(
                lambda: look_over(cut.parts(), config=cut.config)
            )
            self.page.show_findings(found)
        name = self.page.name.text().strip() or "Sample"
        choices = self.page.choices()
        try:
            self._made = await in_thread(
                lambda: make_fixture(document, cut, name, choices)
            )
        except FerruleError as error:
            self._made = None
            self.page.show_refusal(f"{error.message} {error.advice}".strip())
            return
        told = " ".join((self._made.told, *self._made.notes))
        self.page.show_preview(self._made.content.decode(), told)

    @QtCore.Slot()
    def _save(self) -> None:
        self.tasks.start("save", self._write())

    async def _write(self) -> None:
        await self._work()
        made = self._made
        if made is None:
            return
        catalogue = self._bench.workspace.catalogue
        connector = self._bench.draft.draft.connector_id

        def write() -> str:
            folder = fixture_folder(catalogue, connector)
            return str(save_fixture(folder, made))

        try:
            path = await in_thread(write)
        except FerruleError as error:
            self.page.show_refusal(f"{error.message} {error.advice}".strip())
            self.page.save.setEnabled(True)
            return
        self.saved.emit(str(made.fixture["name"]), f"{made.told} {path}")


def _named(kept: Kept) -> str:
    """Return a name for the test of an exchange, to begin from."""
    what = kept.where.stream or kept.path.rstrip("/").rsplit("/", 1)[-1] or "sample"
    words = what.replace("_", " ").replace("-", " ")
    if kept.status >= 400:  # noqa: PLR2004  RFC 9110, 15.5
        return f"{words.capitalize()}: the service answers {kept.status}"
    return f"{words.capitalize()} of {kept.at[:10]}"


def _cut(sample: Sample, document: Document, most: int) -> Sample:
    return shortened(sample, document, most) if most else sample
