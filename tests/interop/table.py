"""The table of one `make interop`: what was compared with whom, and how it came out.

Rows of the same name are added up. What could not be checked is a row too, with its
reason instead of figures.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

HEAD = ("compared", "with", "cases", "agreed", "differences", "seconds")


@dataclass
class Row:
    """How often two were asked the same, and how often they said the same."""

    cases: int = 0
    differences: int = 0
    seconds: float = 0.0

    @property
    def cells(self) -> tuple[str, ...]:
        counts = (self.cases, self.cases - self.differences, self.differences)
        return *(f"{one:,}" for one in counts), f"{self.seconds:.1f}"


@dataclass
class Table:
    """Rows by what was compared and with whom, in the order in which they came."""

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    unchecked: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def add(self, what: str, peer: str, row: Row) -> None:
        known = self.rows.setdefault((what, peer), Row())
        known.cases += row.cases
        known.differences += row.differences
        known.seconds += row.seconds

    def leave_out(self, what: str, peer: str, reason: str) -> None:
        """Note that a test was not run, and why."""
        self.unchecked[what, peer, reason] += 1

    def lines(self) -> Iterator[str]:
        """Yield the table as text, a line each; those left out are the last."""
        cells = [HEAD, *((*of, *row.cells) for of, row in self.rows.items())]
        total = Row()
        for row in self.rows.values():
            total.cases += row.cases
            total.differences += row.differences
            total.seconds += row.seconds
        cells.append(("all", "", *total.cells))
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        yield from (_line(one, widths) for one in cells)
        for (what, peer, reason), tests in self.unchecked.items():
            yield f"{what}, {peer}: not checked: {reason} (tests: {tests})"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    pairs = zip(cells, widths, strict=True)
    aligned = (t.ljust(w) if n < 2 else t.rjust(w) for n, (t, w) in enumerate(pairs))
    return "  ".join(aligned).rstrip()
