"""Rows for people: a table on a terminal, plain columns in a pipe.

What a cell says may be anybody's: nothing in it moves the cursor of a terminal or turns
the direction of what is read.
"""

import re
from collections.abc import Sequence
from typing import Final

_ACTING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their heads."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_ACTING.sub("\ufffd", cell)) for cell in row))
    Console(soft_wrap=False).print(table)
