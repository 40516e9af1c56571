"""How long a response took and how large it is: what was measured, and what was not."""

from typing import Final

from PySide6 import QtWidgets

from ferrule.exchange import Response
from ferrule.ui.models.json_value import visible
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, boxed
from ferrule.ui.widgets.response_head import size_text
from ferrule.ui.widgets.response_pages import Swap
from ferrule.ui.widgets.table import DataTable

_NOT_APART: Final = (
    "Only the whole exchange is timed: connecting, waiting for the first byte and "
    "reading are not told apart."
)
# What services say themselves of time and size (RFC 9110, RFC 9111, Server Timing).
_TOLD: Final = (
    ("Content-Length", "Length on the wire"),
    ("Content-Encoding", "Compressed by"),
    ("Server-Timing", "The service's own timing"),
    ("Age", "Age in a cache, seconds"),
    ("Date", "The service's clock"),
)
Fact = tuple[str, str]


class TimingPage(Swap):
    """Facts of one exchange, and a line on what is not known."""

    def show_timing(self, response: Response) -> None:
        """Show the facts of a response."""
        columns: list[TableColumn[Fact]] = [
            TableColumn("what", "What", lambda fact: fact[0], "text", 160),
            TableColumn(
                "value", "Value", lambda fact: visible(fact[1]), "mono", stretch=True
            ),
        ]
        model: RowsModel[Fact] = RowsModel(columns, timing_facts(response))
        table = DataTable(model, "Timing and size")
        note = Label(_NOT_APART, "caption", "muted", wrap=True)
        policy = QtWidgets.QSizePolicy.Policy
        note.setSizePolicy(policy.Ignored, policy.Minimum)
        column = Column(boxed(Column(note, margins=(16, 10, 16, 10))), gap=0)
        column.add(table, stretch=1)
        self.show_page(boxed(column))


def timing_facts(response: Response) -> list[Fact]:
    """Return what is known of time and size, each with a name."""
    size = len(response.body)
    facts = [
        ("Total", f"{response.elapsed_ms:,.0f} ms"),
        ("Body, unpacked", f"{size:,} bytes ({size_text(size)})"),
    ]
    if response.elapsed_ms > 0 and size:
        rate = size / response.elapsed_ms * 1_000
        facts.append(("Speed of the whole", f"{size_text(round(rate))}/s"))
    facts += [
        (words, told)
        for name, words in _TOLD
        if (told := response.header(name)) is not None
    ]
    return facts + [("Warning", warning) for warning in response.warnings]
