"""What an interchange format is, and what reading one gives.

A format is one `Format` in one module (or one small package) and one line in the
registry. Reading is pure: bytes in, drafts, a report and lifted secrets out. Nothing is
dropped silently, and a secret stands in `secrets` alone: never in a document, a report
or an error.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from pydantic import SecretStr

from ferrule.exchange import Json, Response

Document: TypeAlias = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Note:
    """One line of a report: where it stood in the input, and why this became of it."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the input: kept as it is, changed, or dropped."""

    kept: tuple[Note, ...] = ()
    changed: tuple[Note, ...] = ()
    dropped: tuple[Note, ...] = ()

    @property
    def lossless(self) -> bool:
        """Whether nothing was changed or dropped."""
        return not (self.changed or self.dropped)


@dataclass(frozen=True, slots=True)
class LiftedSecret:
    """A value that was found in the input and belongs into a credential field.

    `connector` and `key` name the field; `place` is where the value stood.
    """

    connector: str
    key: str
    value: SecretStr
    place: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A recorded answer that came with the input, to preview a stream on.

    `stream` is the stream's key, empty where the connector has only one.
    """

    connector: str
    stream: str
    response: Response


@dataclass(frozen=True, slots=True)
class Imported:
    """What reading gives: drafts that are valid and lint without errors."""

    documents: tuple[Document, ...]
    report: Report
    secrets: tuple[LiftedSecret, ...] = ()
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """What writing gives: a file's content, and what could not be said in it."""

    raw: bytes
    ending: str
    report: Report


@dataclass(frozen=True, slots=True)
class Operation:
    """One request that a description names, as a line in a chooser.

    `id` is what `read_chosen` takes. `streamable` says whether it can become a stream,
    `suggested` whether it should be ticked at first, and `reason` why, in plain words.
    `pagination`, `incremental` and `items` are guesses: the kind of paging, the
    parameter that asks for changes, and the JSONPath of the list; empty where none.
    """

    id: str
    method: str
    path: str
    title: str
    group: str = ""
    streamable: bool = True
    suggested: bool = False
    reason: str = ""
    pagination: str = ""
    incremental: str = ""
    items: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class OperationList:
    """What a description offers: its title and its operations in their order."""

    title: str
    version: str
    operations: tuple[Operation, ...]
    notes: tuple[Note, ...] = ()

    @property
    def suggested(self) -> tuple[str, ...]:
        """Return the ids of the operations that should be ticked at first."""
        return tuple(o.id for o in self.operations if o.suggested)


class ReadChosen(Protocol):
    """Reads what a person chose of a description with several operations."""

    def __call__(self, raw: bytes, chosen: Collection[str] | None = None) -> Imported:
        """Return one connector with a stream for each chosen operation."""


@dataclass(frozen=True, slots=True)
class Format:
    """One interchange format: how it is told apart, and read or written.

    `endings` are those of its files, with the dot, in lower case; `sniff` decides from
    the first bytes without reading all. A description of many requests also lists its
    `operations` and reads those that were chosen. Readers raise InterchangeError and
    nothing else.
    """

    name: str
    title: str
    endings: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    read: Callable[[bytes], Imported] | None = None
    operations: Callable[[bytes], OperationList] | None = None
    read_chosen: ReadChosen | None = None
    write: Callable[[Document], Exported] | None = None


@dataclass(slots=True)
class Notes:
    """Collects the lines of a report; each place and reason once."""

    kept: list[Note] = field(default_factory=list)
    changed: list[Note] = field(default_factory=list)
    dropped: list[Note] = field(default_factory=list)

    def keep(self, place: str, reason: str) -> None:
        """Note that something stands in the document as it was."""
        _add(self.kept, place, reason)

    def change(self, place: str, reason: str) -> None:
        """Note that something stands in the document in another form."""
        _add(self.changed, place, reason)

    def drop(self, place: str, reason: str) -> None:
        """Note that something is not in the document."""
        _add(self.dropped, place, reason)

    def report(self, clean: Callable[[str], str]) -> Report:
        """Return the report, every text of it passed through `clean`."""
        return Report(
            _cleaned(self.kept, clean),
            _cleaned(self.changed, clean),
            _cleaned(self.dropped, clean),
        )


def _add(notes: list[Note], place: str, reason: str) -> None:
    note = Note(place, reason)
    if note not in notes[-50:]:
        notes.append(note)


def _cleaned(notes: Sequence[Note], clean: Callable[[str], str]) -> tuple[Note, ...]:
    return tuple(Note(clean(note.place), clean(note.reason)) for note in notes)
