"""What to know of an answer that is larger than a sync would take.

A person may look at more than a run reads: a run has a bound for its memory.
"""

from typing import Final

from PySide6 import QtCore

from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.part import Part
from ferrule.ui.widgets.response.head import size_text
from ferrule.workspace.clients import MOST_OF_A_RUN
from ferrule.workspace.sending import Sent

_ADVICE: Final = (
    "You can look at it and map it, but a sync would refuse this page: ask for smaller "
    "ones by a limit, a filter, or fewer fields."
)


class LargeAnswers(Part):
    """Tells of answers of one bench that a sync would refuse."""

    def __init__(self, bench: BuilderBench) -> None:
        super().__init__(bench)
        bench.sending.sent.connect(self._look)

    @QtCore.Slot(object)
    def _look(self, sent: Sent) -> None:
        size = max(len(one.response.body) for one in (*sent.before, sent))
        if size > MOST_OF_A_RUN:
            most = size_text(MOST_OF_A_RUN).replace(".0", "")
            what = f"This answer is {size_text(size)}; a sync takes {most} at most."
            self.said.emit("warning", what, _ADVICE)
