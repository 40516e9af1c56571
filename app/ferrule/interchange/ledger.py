"""What becomes of each member of a descriptor that is written in another form.

Whoever writes a part tells it here: kept, changed or dropped. What nobody told is
dropped, by its own pointer, so that nothing is ever dropped silently.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from ferrule.descriptor.streams import at
from ferrule.descriptor.trouble import escaped
from ferrule.exchange import MISSING, Json
from ferrule.interchange.kind import Document, Notes, Report

_ABOUT: Final = {
    "annotations": "notes of the Builder",
    "apiVersions": "versions of an API",
    "archivedAtPath": "the rules of what is archived",
    "archivedWhen": "the rules of what is archived",
    "capabilities": "a catalogue of abilities",
    "category": "the catalogue's own facts",
    "circuitBreaker": "a circuit breaker",
    "collectionKey": "collections of signals",
    "configMoves": "renamed configuration",
    "createdPath": "a time of creation",
    "deletedWhen": "the rules of what is deleted",
    "docUrl": "a link beside a field",
    "fields": "the further fields of a signal; the record holds them where they were",
    "icon": "the catalogue's own facts",
    "maxItemErrorRatio": "a limit of item errors",
    "participantsPath": "a signal's people",
    "permissions": "a list of permitted hosts",
    "placeholder": "a field's placeholder",
    "priorityMapping": "a signal's priority",
    "rateLimits": "rate limits",
    "rateLimitRpm": "rate limits",
    "rawFields": "a choice of members: records are whole",
    "relatedItemsPath": "what a signal belongs to",
    "rotateAfter": "the age of a credential",
    "signalTypeRules": "the types of signals",
    "sinks": "writing to the service",
    "status": "the catalogue's own facts",
    "subType": "the catalogue's own facts",
    "summaryTemplate": "the summary of a signal",
    "syncFrom": "a least time of creation",
    "syncFromParam": "a least time of creation",
    "tags": "the catalogue's own facts",
    "tagsPath": "a signal's tags",
    "timestampFormat": "the time of a signal",
    "timestampPath": "the time of a signal",
    "tools": "tools",
    "visibleWhen": "fields that come and go",
    "webhook": "webhooks",
}


@dataclass(frozen=True, slots=True)
class Level:
    """Where a part of a stream is said: in its own patch, else in the connector's."""

    own: str
    general: str


@dataclass(slots=True)
class Ledger:
    """The report while it is written; `engine` is what the export is for."""

    document: Document
    engine: str
    notes: Notes = field(default_factory=Notes)
    _told: set[str] = field(default_factory=set)
    _written: set[tuple[str, str, str]] = field(default_factory=set)

    def keep(self, place: str, reason: str) -> None:
        """Tell that what stands at a pointer says the same in the export."""
        self._tell("keep", place, reason)

    def keep_members(self, place: str, reason: str, names: Iterable[str]) -> None:
        """Tell only the named members of what stands at a pointer as kept."""
        self._told |= {f"{place}/{name}" for name in names}
        self._note("keep", place, reason)

    def change(self, place: str, reason: str) -> None:
        """Tell that it is in the export in another form, and what differs."""
        self._tell("change", place, reason)

    def drop(self, place: str, reason: str) -> None:
        """Tell that it is not in the export, and why."""
        self._tell("drop", place, reason)

    def knows(self, place: str) -> bool:
        """Tell whether something was told of a pointer already."""
        return place in self._told

    def tell(self, place: str) -> None:
        """Take a pointer as told by the line of another one."""
        self._told.add(place)

    def cover(self, level: Level, *path: str) -> None:
        """Take a member of a stream's part as told, wherever it is said."""
        tail = "".join(f"/{escaped(step)}" for step in path)
        self._told |= {f"{place}{tail}" for place in (level.own, level.general)}

    def pointer(self, level: Level, *path: str) -> str:
        """Return where a member of a stream's part is said."""
        tail = "".join(f"/{escaped(step)}" for step in path)
        own = f"{level.own}{tail}"
        if level.own and at(self.document, own) is not MISSING:
            return own
        return f"{level.general}{tail}"

    def kept(
        self, level: Level, path: Iterable[str], reason: str, only: Iterable[str] = ()
    ) -> None:
        """Tell a member of a stream's part as kept, whole or only the named members."""
        self._part("keep", level, tuple(path), reason, tuple(only))

    def changed(
        self, level: Level, path: Iterable[str], reason: str, only: Iterable[str] = ()
    ) -> None:
        """Tell a member of a stream's part as changed, whole or the named members."""
        self._part("change", level, tuple(path), reason, tuple(only))

    def dropped(self, level: Level, path: Iterable[str], reason: str) -> None:
        """Tell a member of a stream's part as dropped."""
        self._part("drop", level, tuple(path), reason, ())

    def report(self) -> Report:
        """Return the report; whatever was not told is dropped in it."""
        self._told |= set(_removals(self.document))
        inner = {above for place in self._told for above in _above(place)}
        for place in list(self._untold(self.document, "", inner)):
            self.drop(place, self._reason(place))
        return self.notes.report(str)

    def _part(
        self,
        kind: str,
        level: Level,
        path: tuple[str, ...],
        reason: str,
        only: tuple[str, ...],
    ) -> None:
        place = self.pointer(level, *path)
        if at(self.document, place) is MISSING:
            return
        if not only:
            self.cover(level, *path)
        for name in only:
            self.cover(level, *path, name)
        self._note(kind, place, reason)
        inherited = self.pointer(Level("", level.general), *path)
        if kind == "keep" and at(self.document, inherited) is not MISSING:
            self._note(kind, inherited, reason)

    def _tell(self, kind: str, place: str, reason: str) -> None:
        self._told.add(place)
        self._note(kind, place, reason)

    def _note(self, kind: str, place: str, reason: str) -> None:
        if (kind, place, reason) in self._written:
            return
        self._written.add((kind, place, reason))
        getattr(self.notes, kind)(place, reason)

    def _untold(self, value: Json, place: str, inner: set[str]) -> Iterator[str]:
        """Yield the highest pointers of which nothing was told, in document order."""
        if place in self._told:
            return
        if place and place not in inner:
            yield place
        elif isinstance(value, dict):
            for name, member in value.items():
                yield from self._untold(member, f"{place}/{escaped(name)}", inner)
        elif isinstance(value, list):
            for index, element in enumerate(value):
                yield from self._untold(element, f"{place}/{index}", inner)

    def _reason(self, place: str) -> str:
        name = place.rpartition("/")[2]
        return f"{self.engine} has no place for {_ABOUT.get(name, f'“{name}”')}."


def levels(document: Document, index: int | None) -> tuple[Level, Level]:
    """Return the levels of a stream's polling and mapping; None: the implicit one."""
    ingestion = document.get("ingestion")
    both = isinstance(ingestion, dict) and "polling" in ingestion
    general = "/ingestion/polling" if both else "/ingestion"
    if index is None:
        return Level(general, general), Level("/fieldMapping", "/fieldMapping")
    own = f"/streams/{index}"
    return (
        Level(f"{own}/polling", general),
        Level(f"{own}/fieldMapping", "/fieldMapping"),
    )


def _above(place: str) -> Iterator[str]:
    """Yield the pointers of everything that a place stands in."""
    while place:
        place = place.rpartition("/")[0]
        yield place


def _removals(value: Json, place: str = "") -> Iterator[str]:
    """Yield the nulls in the patches of streams: they remove what is inherited."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _removals(member, f"{place}/{escaped(name)}")
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _removals(element, f"{place}/{index}")
    elif value is None and place.startswith("/streams/"):
        yield place
