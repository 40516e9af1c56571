"""What the sample gives, told to the tree, the form and the strip of a bench."""

from typing import Final

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.ui.models.signals import Count
from ferrule.ui.widgets.builder.forms import StepForms
from ferrule.ui.widgets.builder.strip import Strip
from ferrule.ui.widgets.builder.watch import Seen, Watch
from ferrule.ui.widgets.response.explorer import ResponseExplorer

_NO_SAMPLE: Final = "Send the request to see the signals it gives."
_REFUSED: Final = "The service answered {}: an error has no items."


class Telling(QtCore.QObject):
    """Listens to the watch of a bench."""

    def __init__(
        self, watch: Watch, explorer: ResponseExplorer, strip: Strip, forms: StepForms
    ) -> None:
        super().__init__(watch)
        self._watch = watch
        self._explorer = explorer
        self._strip = strip
        self._forms = forms
        self._told: object = None
        watch.seen.connect(self._show_seen)
        explorer.document.ready.connect(self._show_body)
        explorer.document.failed.connect(self._show_unreadable)

    def forget(self) -> None:
        """Tell the tree anew: it shows another response."""
        self._told = None

    @QtCore.Slot(object)
    def _show_seen(self, seen: Seen | None) -> None:
        if seen is None:
            self._show_nothing()
            return
        found = seen.look
        if found.preview.blocked:
            self._strip.say(found.preview.blocked, found.counts)
        else:
            self._strip.show_signals(found.rows, found.counts)
        self._explorer.set_items(found.at)
        # What a keystroke left as it was costs no repaint of the tree.
        if (found.tags, seen.matches) != self._told:
            self._told = (found.tags, seen.matches)
            self._explorer.set_tags(found.tags)
            self._explorer.set_matches(seen.matches)
        self._forms.take(found, seen.body, self._watch.config)

    def _show_nothing(self) -> None:
        sample = self._watch.sample
        refused = _REFUSED.format(sample.status) if sample is not None else ""
        self._strip.say(refused or _NO_SAMPLE)
        self._told = None
        self._explorer.set_tags({})
        self._explorer.set_matches([])
        self._forms.take(None, None, {})

    @QtCore.Slot()
    def _show_body(self) -> None:
        """Look at the body once it is read, and tell the tree again."""
        self._told = None
        self._watch.set_body(self._explorer.document.value)

    @QtCore.Slot(object)
    def _show_unreadable(self, error: FerruleError) -> None:
        told = f"{error.message} {error.advice}".strip()
        self._strip.say(told, [Count("No preview")])
        self._forms.take(None, None, {})
