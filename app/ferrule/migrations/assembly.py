"""One file of many: the migrations of connectors, in order (seed 004, "Assembly").

Connectors come by id, the files of one by the number before their name (2 before 10),
then by name. `NNN_….sqlite.sql` is for SQLite, any other `NNN_….sql` for PostgreSQL.
Each stands as it is, under a comment that says whose it is. The same files give the
same text: nothing of a time or a computer is in it.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from ferrule.errors import UsageError
from ferrule.migrations.postgresql import TABLE

Dialect: TypeAlias = Literal["postgresql", "sqlite"]

_NAME: Final = re.compile(r"([0-9]{1,18})_[A-Za-z0-9._-]+\.sql\Z")
_RULE: Final = "-- " + "=" * 77 + "\n"
_HEAD: Final = (
    "-- Migrations of connectors, assembled by: ferrule migrations assemble\n"
    "-- Assemble it again rather than change it: it may be applied any number of"
    " times.\n"
)


class MigrationFile(NamedTuple):
    """One numbered file of a connector."""

    connector_id: str
    version: str
    name: str
    text: str


def is_for(name: str, dialect: Dialect) -> bool:
    """Tell whether a file of this name is for that kind of database."""
    return name.endswith(".sqlite.sql") == (dialect == "sqlite")


def check_name(name: str) -> None:
    """Refuse a name without a number: nobody would know when it is applied.

    Raises:
        UsageError: naming it.
    """
    if not _NAME.match(name):
        raise UsageError(
            f"The migration {name} has no number before its name.",
            advice="Call it 003_….sql, with letters, digits, dots, - and _ only.",
        )


def in_order(files: Iterable[MigrationFile]) -> list[MigrationFile]:
    """Return files as they are applied: by connector, number and name."""
    return sorted(files, key=lambda one: (one.connector_id, *_place(one.name)))


def assembled(files: Sequence[MigrationFile], dialect: Dialect) -> str:
    """Return the one file that applies these; without any, one that does nothing.

    Raises:
        UsageError: for a file without a number.
    """
    mine = [one for one in files if is_for(one.name, dialect)]
    if not mine:
        return f"{_HEAD}\n-- No connectors are configured: nothing is done.\n"
    ids = dict.fromkeys(f"{one.connector_id} {one.version}" for one in in_order(mine))
    head = _HEAD + "".join(f"--   {one}\n" for one in ids)
    parts = [_part(one) for one in in_order(mine)]
    if dialect == "postgresql":
        return "\n".join(
            [head, f"{_RULE}-- The table of entities\n{_RULE}\n{TABLE}", *parts]
        )
    return "\n".join([head, "BEGIN IMMEDIATE;\n", *parts, "COMMIT;\n"])


def _place(name: str) -> tuple[int, str]:
    check_name(name)
    return int(name.partition("_")[0]), name


def _part(one: MigrationFile) -> str:
    text = one.text.rstrip()
    last = text.rpartition("\n")[2]
    if not last.endswith(";") or "--" in last:
        text += "\n;"  # on a line of its own: that one may be a comment
    said = f"-- {one.connector_id} {one.version}: {one.name}\n"
    return f"{_RULE}{said}{_RULE}\n{text}\n"
