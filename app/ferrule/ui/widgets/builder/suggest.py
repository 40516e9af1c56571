"""Suggestions for one draft: worked out after a response, applied when a person asks.

They are worked out in a thread, again whenever the draft changes. Whatever is applied
at once is one step of undo.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6 import QtCore

from ferrule.exchange import Json, Missing, Response
from ferrule.suggestion import Places
from ferrule.ui.actions import Command
from ferrule.ui.models.level_edits import edited, removing_null
from ferrule.ui.tasks import in_thread
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.part import Part
from ferrule.ui.widgets.builder.strip import SIGNALS
from ferrule.ui.widgets.builder.suggest_bar import SuggestBar
from ferrule.ui.widgets.builder.suggest_page import SuggestPage
from ferrule.ui.widgets.builder.watch import Seen
from ferrule.workspace.sending import Sent
from ferrule.workspace.suggesting import (
    Parts,
    Proposal,
    joined,
    proposals,
    request_in,
    request_of,
)

_PAUSE_MS: Final = 200


class Suggestions(Part):
    """The suggestions of one bench: a line below the title, and a tab with all."""

    commands: ClassVar[tuple[tuple[Command, str], ...]] = (
        (
            Command(
                "builder.apply_suggestions",
                "Apply all suggestions",
                "wand-sparkles",
                ("Ctrl+Shift+A",),
                help="Applies what the response suggests, as one step of undo.",
            ),
            "apply_all",
        ),
        (
            Command(
                "builder.suggestions",
                "Review the suggestions",
                "list-checks",
                words="detect guess",
                help="Shows what the response suggests, one by one, with reasons.",
            ),
            "review",
        ),
    )

    def __init__(self, bench: BuilderBench) -> None:
        super().__init__(bench)
        self.bar = SuggestBar()
        self.page = SuggestPage()
        self.found: list[Proposal] = []
        self.tab = bench.strip.add_page("Suggestions", self.page)
        self._sent: Sent | None = None
        self._response: Response | None = None
        self._items: Sequence[Json] = ()
        self._dismissed: set[tuple[str, str]] = set()
        self._chosen: set[str] = set()
        self._away = False
        self._later = QtCore.QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE_MS)
        self._later.timeout.connect(self._start)
        self._connect()

    @QtCore.Slot()
    def apply_all(self) -> None:
        """Apply the suggestions that belong together, and show the signals."""
        together = joined(self.found)
        if together:
            self._change((x for one in together for x in _changes(one)), "Suggestions")
            self.bench.strip.turn(SIGNALS)

    @QtCore.Slot()
    def review(self) -> None:
        """Show the suggestions one by one."""
        self.bench.frame.show_part("signals" if self.bench.frame.folded else "form")
        self.bench.strip.turn(self.tab)
        self.page.table.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    async def close_work(self) -> None:
        """End what is under way."""
        self._later.stop()
        self._response, self._sent, self._items = None, None, ()
        await super().close_work()

    def _connect(self) -> None:
        bench, table = self.bench, self.page.table
        bench.watch.seen.connect(self._look)
        bench.sending.sent.connect(self._take_sent)
        bench.level.changed.connect(self._later.start)
        bench.forms.currentChanged.connect(self._place_bar)
        bench.forms.made_anew.connect(self._save_bar)
        self.bar.review_wanted.connect(self.review)
        self.bar.apply_wanted.connect(self.apply_all)
        self.bar.dismissed.connect(self._put_bar_away)
        self.page.all_wanted.connect(self.apply_all)
        table.applied.connect(self._apply)
        table.put_away.connect(self._dismiss)
        table.visited.connect(self._visit)

    @QtCore.Slot(object)
    def _take_sent(self, sent: Sent) -> None:
        self._sent = sent

    @QtCore.Slot(object)
    def _look(self, seen: Seen | None) -> None:
        """Begin with another sample at once, after an edit when that is over.

        There is no look at an answer that is an error; what it says is told all the
        same.
        """
        watch = self.bench.watch
        if watch.sample is None or isinstance(watch.body, Missing):
            self._forget()
        elif seen is None or seen.body is watch.body:
            self._items = seen.look.items if seen is not None else ()
            before, self._response = self._response, watch.sample
            self._away = self._away and before is watch.sample
            if before is watch.sample:
                self._later.start()
            else:
                self._start()

    def _forget(self) -> None:
        """Show nothing until there is a sample whose body is read."""
        self._later.stop()
        self.tasks.cancel("suggest")
        self._response, self._items = None, ()
        self._show([], looked=self.bench.watch.sample is not None)

    @QtCore.Slot()
    def _start(self) -> None:
        watch, response = self.bench.watch, self._response
        if response is not None and response is watch.sample:
            self._later.stop()
            self.tasks.start("suggest", self._suggest(response, watch.body))

    async def _suggest(self, response: Response, body: Json | Missing) -> None:
        parts, sent = self._parts(), self._sent
        if sent is not None and sent.response is response:
            request = request_of(sent)
        else:
            request = request_in(self.bench.draft.document, parts.known.polling)
        work = partial(proposals, response, body, request, parts, self._items)
        self._show(await in_thread(work))

    def _parts(self) -> Parts:
        level = self.bench.level
        polling = level.connectors("polling")
        return Parts(
            mapping=level.value("/fieldMapping"),
            polling=level.value(polling),
            resilience=level.value("/resilience"),
            places=Places(polling=polling),
        )

    def _show(self, found: list[Proposal], *, looked: bool = True) -> None:
        self.found = [one for one in found if self._is_open(one)]
        self.page.show_found(self.found, looked=looked)
        count = sum(not one.notice for one in self.found)
        tone = "info" if joined(self.found) else "neutral"
        self.bench.strip.set_badge(self.tab, str(count) if count else "", tone)
        if self.bar.show_found(self.found) and not self._away:
            self.bench.forms.page.put_below_title(self.bar)
            self.bar.show()
        else:
            self.bar.hide()

    def _is_open(self, proposal: Proposal) -> bool:
        """Return whether a suggestion was neither dismissed nor decided otherwise."""
        decided = proposal.topic in self._chosen and proposal.holds
        return not decided and _name(proposal) not in self._dismissed

    @QtCore.Slot(object)
    def _apply(self, proposal: Proposal) -> None:
        """Apply one; what it was chosen over is not suggested any more."""
        self._chosen.add(proposal.topic)
        self._change(_changes(proposal), f"Suggestion: {proposal.title}")

    @QtCore.Slot(object)
    def _dismiss(self, proposal: Proposal) -> None:
        self._dismissed.add(_name(proposal))
        self._show(self.found)

    @QtCore.Slot(object)
    def _visit(self, proposal: Proposal) -> None:
        self.bench.go_to(self.bench.level.raw(proposal.pointer))

    @QtCore.Slot()
    def _put_bar_away(self) -> None:
        self._away = True
        self.bar.hide()

    def _change(self, changes: Iterable[tuple[str, Json]], label: str) -> None:
        level = self.bench.level
        document = edited(level, removing_null(changes))
        self.bench.draft.replace(document, label)

    @QtCore.Slot()
    def _place_bar(self) -> None:
        """Take the line along to the step that is shown."""
        if not self.bar.isHidden():
            self.bench.forms.page.put_below_title(self.bar)

    @QtCore.Slot()
    def _save_bar(self) -> None:
        """Take the line out of a page that goes; it comes again with what is found."""
        self.bar.setParent(None)


def _changes(proposal: Proposal) -> list[tuple[str, Json]]:
    return list(proposal.suggestion.changes.items())


def _name(proposal: Proposal) -> tuple[str, str]:
    """Return what tells a suggestion from others, whatever the draft says."""
    return proposal.topic, proposal.suggestion.reason
