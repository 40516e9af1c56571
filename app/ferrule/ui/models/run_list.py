"""The left list of the Runs page: each connection, and its runs below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6 import QtCore

from ferrule.ui.models.runs import (
    UNFINISHED,
    ConnectionFacts,
    RunFacts,
    changes_text,
    duration_text,
    moment_text,
)

_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_ROLE = QtCore.Qt.ItemDataRole
ROW: int = int(_ROLE.UserRole)
# Runs of this window: what goes on by connection, what is over by its number.
Known = Mapping[str | int | None, RunFacts]


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row: a connection, or (with `run`) one of its runs; texts as drawn."""

    connection: ConnectionFacts
    run: RunFacts | None
    title: str
    caption: str
    word: str
    shape: str
    detail: str

    @property
    def key(self) -> tuple[str, int | None, bool]:
        """Return what tells the row from others: connection, run, whether live."""
        run = self.run
        number = None if run is None else run.number
        return (self.connection.key, number, run is not None and number is None)

    @property
    def progress(self) -> bool:
        """Return whether a progress bar stands in the row."""
        return self.run is not None and self.run.live

    @property
    def sentence(self) -> str:
        """Return the row as a screen reader says it."""
        kind = "run" if self.run else "connection"
        parts = (kind, self.title, self.caption, self.word, self.detail)
        return ", ".join(part for part in parts if part)


def rows_of(
    connections: Sequence[ConnectionFacts],
    known: Known,
    now: datetime,
    *,
    connector: str = "",
    status: str = "",
) -> list[ListRow]:
    """Return the rows under the filters; a connection without a match goes too."""
    rows = []
    for one in connections:
        if connector and one.connector_id != connector:
            continue
        runs = [run for run in runs_of(one, known) if status in {"", _group(run)}]
        if status and not runs:
            continue
        rows.append(_connection_row(one))
        rows.extend(_run_row(one, run, now) for run in runs)
    return rows


def runs_of(one: ConnectionFacts, known: Known) -> list[RunFacts]:
    """Return a connection's runs, newest first, with what this window knows of them."""
    track = known.get(one.key)
    stored = [
        _joined(run, known[run.number]) if run.number in known else run
        for run in one.runs
    ]
    if track is None or not track.live:
        return stored  # a run that was refused before it began is none
    return [track, *(run for run in stored if run.number != track.number)]


def _joined(stored: RunFacts, track: RunFacts) -> RunFacts:
    """Return a stored run with what only its child told."""
    lives = stored.status == "elsewhere"  # its lease was not looked at since it ended
    return replace(
        track,
        status=track.status if lives else stored.status,
        processed=stored.processed,
        counts=stored.counts,
        pages=stored.pages,
        error=stored.error or track.error,
    )


def _group(run: RunFacts) -> str:
    if run.live or run.status == "elsewhere":
        return "running"
    return "unfinished" if run.status in UNFINISHED else run.status


def _connection_row(one: ConnectionFacts) -> ListRow:
    return ListRow(
        connection=one,
        run=None,
        title=one.key,
        caption=f"{one.name} {one.version}",
        word=one.word,
        shape=one.shape,
        detail=f"{one.signals:,} signals" if one.signals else "No signals yet",
    )


def _run_row(one: ConnectionFacts, run: RunFacts, now: datetime) -> ListRow:
    began = moment_text(run.started_at, now) if run.started_at else ""
    word, detail = run.word, ""
    if run.live:
        share = run.share
        word = f"{run.fetched:,} items" if share is None else f"{share:.0%}"
        known = f"{run.fetched:,} of {run.total:,}" if run.total else "Total unknown"
        detail = "Starting" if run.status == "starting" else known
    elif run.status == "done":
        word = changes_text(run)
        detail = duration_text(run.seconds) if run.seconds is not None else ""
    elif run.status == "failed":
        detail = run.error
    elif run.dry:
        detail = changes_text(run)
    else:
        detail = f"After page {run.pages}" if run.pages else "Before its first page"
    failed = run.counts.get("failed", 0)
    if failed and not run.live:
        detail = f"{failed:,} item errors"
    return ListRow(
        connection=one,
        run=run,
        title=run.title,
        caption=began,
        word=word,
        shape="warning" if failed and run.status == "done" else run.shape,
        detail=detail,
    )


class RunList(QtCore.QAbstractListModel):
    """The rows, kept in step so that a view keeps its current one."""

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ListRow] = []

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> object:
        """Return the row object, its title or what is spoken."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == _ROLE.DisplayRole:
            return f"{row.title} {row.caption}"
        if role == _ROLE.AccessibleTextRole:
            return row.sentence
        return row if role == ROW else None

    def show(self, rows: list[ListRow]) -> bool:
        """Show other rows; say whether other rows came or went."""
        same = [row.key for row in rows] == [row.key for row in self.rows]
        if same:
            self._change(rows)
        else:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
        return not same

    def find(self, key: object) -> QtCore.QModelIndex:
        """Return the place of a row's key, an invalid one where it is not."""
        for number, row in enumerate(self.rows):
            if row.key == key:
                return self.index(number)
        return QtCore.QModelIndex()

    def _change(self, rows: list[ListRow]) -> None:
        for number, row in enumerate(rows):
            if row != self.rows[number]:
                taller = row.progress != self.rows[number].progress
                self.rows[number] = row
                index = self.index(number)
                self.dataChanged.emit(index, index)
                if taller:
                    self.layoutChanged.emit()
