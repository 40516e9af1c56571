"""What a path field matches, worked out after every keystroke without a stall.

A short evaluation is done at once, so that it is painted with the keystroke. One that
would take longer than 6 ms goes to a thread; only one runs at a time, and its result is
dropped when the text, or the sample, has become another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import Final, Literal

from PySide6 import QtCore

from ferrule.exchange import Json
from ferrule.expression.jsonpath import compile_path
from ferrule.ui.models.json_value import kind_of
from ferrule.ui.models.path_hints import (
    Fault,
    Hint,
    path_hint,
    pattern_fault,
    template_hint,
)
from ferrule.ui.models.sweeping import unswept
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.workspace.previewing import PathFacts, path_facts, template_facts

PathKind = Literal["path", "template", "items"]
SLICE: Final = 0.006
_LIGHT: Final = 4_000


@dataclass(frozen=True, slots=True)
class Finding:
    """The facts of a text and, where it matches nothing, what was probably meant.

    `fault` is a pattern in it that is none.
    """

    facts: PathFacts
    hint: Hint | None = None
    fault: Fault | None = None


class PathWatch(QtCore.QObject):
    """The text of one field against a sample.

    Signals:
        found(object): a Finding for the text and sample of now.
    """

    found = QtCore.Signal(object)

    def __init__(
        self, kind: PathKind = "path", parent: QtCore.QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.kind: PathKind = kind
        self.text = ""
        self.places: list[Json] = []
        self.names: Mapping[str, Json] = {}
        self._turn = 0
        self._weight = 0
        self._slow = False
        self._tasks = Tasks(self)

    @property
    def busy(self) -> bool:
        """Return whether a thread is at it."""
        return self._tasks.running("find")

    def set_places(
        self, places: list[Json], names: Mapping[str, Json] | None = None
    ) -> None:
        """Take another sample, for the next check; `names` are for templates."""
        self.places = places
        self.names = names or {}
        self._weight = -1
        self._slow = False

    def check(self, text: str) -> bool:
        """Look at a text; say whether the finding was announced at once."""
        self.text = text
        self._turn += 1
        if self._is_long(text):
            if not self.busy:
                self._tasks.start("find", self._find_later())
            return False
        start = perf_counter()
        finding = find(self.kind, text, self.places, self.names)
        self._slow = perf_counter() - start > SLICE
        self.found.emit(finding)
        return True

    def _is_long(self, text: str) -> bool:
        """Guess whether an evaluation takes longer than a slice.

        It does after one that did, and where a path walks everything in a large sample.
        """
        if not text or not self.places:
            return False
        if self._slow:
            return True
        if ".." not in text and "?" not in text:
            return False
        if self._weight < 0:
            self._weight = _weight(self.places)
        return self._weight >= _LIGHT

    async def _find_later(self) -> None:
        turn = -1
        while turn != self._turn:
            turn = self._turn
            call = partial(_find_apart, self.kind, self.text, self.places, self.names)
            start = perf_counter()
            finding = await in_thread(call)
            self._slow = perf_counter() - start > SLICE
            if turn == self._turn:
                self.found.emit(finding)


def find(
    kind: PathKind, text: str, places: list[Json], names: Mapping[str, Json]
) -> Finding:
    """Return what a text matches in the places, and a hint where that is nothing."""
    if kind == "template":
        facts = template_facts(text, places, names)
        lost = facts.state == "none" and bool(places)
        return Finding(facts, template_hint(text, places, names) if lost else None)
    facts = path_facts(text, places)
    if kind == "items" and facts.count == 1:
        facts = _items_facts(facts, places[0])
    if facts.state in {"empty", "error"}:
        return Finding(facts)
    lost = facts.state == "none" and bool(places)
    hint = path_hint(text, places) if lost else None
    return Finding(facts, hint, pattern_fault(text))


def _find_apart(
    kind: PathKind, text: str, places: list[Json], names: Mapping[str, Json]
) -> Finding:
    with unswept():
        return find(kind, text, places, names)


def _items_facts(facts: PathFacts, body: Json) -> PathFacts:
    """Count the entries of a list that one match is, as the sync takes them."""
    path = compile_path(facts.text)
    items = path.first(body) if path.singular else None
    if not isinstance(items, list):
        return facts
    kinds = {kind_of(item) for item in items}
    kind = kinds.pop() if len(kinds) == 1 else "mixed" if kinds else "list"
    return replace(facts, count=len(items), kind=kind)


def _weight(places: list[Json]) -> int:
    """Return how many values the places hold, counted to 4,000."""
    count, waiting = 0, list(places)
    while waiting and count < _LIGHT:
        node = waiting.pop()
        count += 1
        if isinstance(node, dict | list):
            waiting.extend(node.values() if isinstance(node, dict) else node)
    return count
