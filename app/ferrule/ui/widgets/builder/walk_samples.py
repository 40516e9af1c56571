"""The pages of a walk as samples: which one is looked at, and the way to the others."""

from PySide6 import QtCore, QtWidgets

from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.walk_page import WalkTab
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Row
from ferrule.workspace.walking.pages import WalkedPage


class SampleTurner(QtWidgets.QWidget):
    """The words “page 2 of 3” between two buttons; hidden for any other sample.

    Signals:
        turned(int): the page of that number, from 0, is to be the sample.
    """

    turned = QtCore.Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._at = 0
        self.back = IconButton("chevron-left", "Previous page as the sample")
        self.on = IconButton("chevron-right", "Next page as the sample")
        self.text = Label("", "caption", "muted")
        self.setLayout(Row(self.back, self.text, self.on, gap=2))
        self.back.clicked.connect(self._back)
        self.on.clicked.connect(self._on)
        self.hide()

    def show_page(self, at: int, many: int) -> None:
        """Say which of so many pages the sample is; `at` counts from 0."""
        self._at = at
        self.text.setText(f"page {at + 1} of {many}")
        self.back.setEnabled(at > 0)
        self.on.setEnabled(at + 1 < many)
        self.show()

    @QtCore.Slot()
    def _back(self) -> None:
        self.turned.emit(self._at - 1)

    @QtCore.Slot()
    def _on(self) -> None:
        self.turned.emit(self._at + 1)


class PageSamples(QtCore.QObject):
    """Makes the response of a walked page the bench's sample."""

    def __init__(self, bench: BuilderBench, page: WalkTab) -> None:
        super().__init__(page)
        self._bench = bench
        self._page = page
        self.turner = SampleTurner()
        bench.explorer.head.add(self.turner)
        page.chosen.connect(self.take)
        self.turner.turned.connect(self.turn)
        bench.explorer.document.ready.connect(self.tell)
        bench.sending.sent.connect(self.tell)

    @QtCore.Slot(object)
    def take(self, page: WalkedPage) -> None:
        """Let a page's response be the sample."""
        if page.sent is not None:
            self._bench.take_sample(page.sent.response)
            self._bench.strip.exchange.show_sent(page.sent)
            self.tell()

    @QtCore.Slot(int)
    def turn(self, at: int) -> None:
        """Let another page be the sample; `at` counts answered ones from 0."""
        pages = self._answered()
        if 0 <= at < len(pages):
            self.take(pages[at])
            self._page.show_current(pages[at])

    def follow(self, page: WalkedPage) -> None:
        """Take a page that came where there is no sample yet."""
        if self._bench.watch.sample is None:
            self.take(page)
        self.tell()

    def forget(self) -> None:
        """Offer no page any more."""
        self.turner.hide()

    @QtCore.Slot()
    def tell(self) -> None:
        """Say which page the sample is; say nothing where it is none of them."""
        shown, pages = self._bench.explorer.response, self._answered()
        found = [at for at, page in enumerate(pages) if page.response is shown]
        if found:
            self.turner.show_page(found[0], len(pages))
        else:
            self.turner.hide()

    def _answered(self) -> list[WalkedPage]:
        return [page for page in self._page.pages if page.sent is not None]
