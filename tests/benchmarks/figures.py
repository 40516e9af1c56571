"""The table of figures: gathered while measuring, printed and kept at the end.

A figure that is short of its bar is shown as short: measuring is no test that fails.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

Wanted = Literal["at least", "at most"]
KEPT: Final = Path(__file__).parents[2] / "build" / "bench.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; without a `bar` it only tells."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    wanted: Wanted = "at least"
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """Return whether the bar is reached, in a word."""
        if self.bar is None:
            return ""
        reached = (
            self.value >= self.bar
            if self.wanted == "at least"
            else self.value <= self.bar
        )
        return "reached" if reached else "SHORT"

    def cells(self) -> tuple[str, ...]:
        """Return the figure as a row of the table."""
        sign = {"at least": "≥", "at most": "≤"}[self.wanted]
        bar = "" if self.bar is None else f"{sign} {self.bar:g}"
        return self.name, f"{self.value:.3g} {self.unit}".strip(), bar, self.verdict


class Figures:
    """Every figure of one run of the benchmarks."""

    def __init__(self) -> None:
        self.all: list[Figure] = []

    def add(
        self,
        name: str,
        value: float,
        unit: str = "x",
        *,
        bar: float | None = None,
        wanted: Wanted = "at least",
        **detail: Any,
    ) -> None:
        """Note a figure; `detail` goes into the file only."""
        self.all.append(Figure(name, value, unit, bar, wanted, detail))

    def table(self) -> str:
        """Return the figures as a table of text."""
        rows = [("what", "figure", "bar", ""), *(one.cells() for one in self.all)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(_line(row, widths) for row in rows)

    def keep(self, path: Path = KEPT) -> None:
        """Write the figures to a file; those of other runs stay in it."""
        found = json.loads(path.read_text("utf-8")) if path.exists() else {}
        found |= {one.name: asdict(one) | {"verdict": one.verdict} for one in self.all}
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True)
        path.write_text(text + "\n", "utf-8")


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
    return "  ".join(cells).rstrip()
