"""What the palette finds: entries of a few kinds, ranked by what was typed.

A prefix keeps to one kind. Plain matches come from lower-case texts made once; what is
only fuzzily near (typing errors) is asked for apart, for it costs more.
"""

import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ferrule.ui.theme import preferences

MOST: Final = 50
LEAST_SCORE: Final = 60
KEPT: Final = 12
PREFIXES: Final = {
    ">": "commands",
    "@": "connectors",
    "#": "fields",
    "/": "settings",
    ":": "runs",
}
_RECENT: Final = "palette/recent"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to find: its text, what kind it is, its key, and what to do.

    `id` tells it from others where it is remembered, `about` says more in a sentence,
    and `why` is why it cannot be done now (empty where it can).
    """

    text: str
    do: Callable[[], object]
    kind: str = ""
    icon: str = ""
    keys: str = ""
    words: str = ""
    id: str = ""
    about: str = ""
    why: str = ""

    @property
    def sentence(self) -> str:
        """Return the entry as a screen reader says it."""
        parts = (self.text, self.kind, self.keys, self.why or self.about)
        return ", ".join(part for part in parts if part)

    def through(self, show: Callable[[str], object], page: str) -> "Entry":
        """Return the entry that shows the page of that key first."""
        do = self.do

        def go() -> None:
            show(page)
            do()

        return replace(self, do=go)


class Haystack:
    """Entries with the texts in which they are searched."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._texts = [entry.text.casefold() for entry in self.entries]
        pairs = zip(self._texts, self.entries, strict=True)
        self._short = [f" {text} {entry.words.casefold()}" for text, entry in pairs]
        more = zip(self._short, self.entries, strict=True)
        self._whole = [f"{short} {entry.about.casefold()}" for short, entry in more]

    def plain(self, typed: str, recent: Sequence[str] = ()) -> list[Entry]:
        """Return what holds the words typed: beginnings first, all for nothing."""
        words = typed.casefold().split()
        if not words:
            return _recent_first(self.entries, recent)[:MOST]
        needle = " ".join(words)
        found: list[tuple[int, int]] = []
        for number, whole in enumerate(self._whole):
            if all(word in whole for word in words):
                score = self._score(number, needle)
                found.append((-score, number))
        found.sort(key=lambda pair: (pair[0], self._age(pair[1], recent), pair[1]))
        return [self.entries[number] for _, number in found[:MOST]]

    def near(self, typed: str, besides: Sequence[Entry] = ()) -> list[Entry]:
        """Return what is fuzzily near, the nearest first, without `besides`."""
        needle = typed.casefold().strip()
        if not needle:
            return []
        near = importlib.import_module("rapidfuzz.process").extract(
            needle,
            self._short,
            scorer=importlib.import_module("rapidfuzz.fuzz").WRatio,
            score_cutoff=LEAST_SCORE,
            limit=MOST,
        )
        known = {id(entry) for entry in besides}
        found = [self.entries[number] for _, _, number in near]
        return [entry for entry in found if id(entry) not in known]

    def _score(self, number: int, needle: str) -> int:
        text = self._texts[number]
        if text.startswith(needle):
            return 4
        if f" {needle}" in f" {text}":
            return 3
        if f" {needle}" in self._short[number]:
            return 2
        return 1 if needle in self._short[number] else 0

    def _age(self, number: int, recent: Sequence[str]) -> int:
        known = self.entries[number].id
        return recent.index(known) if known in recent else len(recent)


def ranked(entries: Sequence[Entry], typed: str) -> list[Entry]:
    """Return the entries that fit what was typed, the best first; all for nothing."""
    haystack = Haystack(entries)
    plain = haystack.plain(typed)
    return (plain + haystack.near(typed, plain))[:MOST]


def warm() -> None:
    """Import what fuzzy ranking needs; in a thread."""
    importlib.import_module("rapidfuzz.process")
    importlib.import_module("rapidfuzz.fuzz")


def split(typed: str) -> tuple[str, str]:
    """Return the prefix of what was typed, empty for none, and the rest."""
    typed = typed.lstrip()
    return (typed[0], typed[1:]) if typed[:1] in PREFIXES else ("", typed)


def recent() -> list[str]:
    """Return the ids of what was chosen last, the latest first."""
    return preferences.text(_RECENT).split("\n")


def remember(entry: Entry) -> None:
    """Note that an entry was chosen."""
    if entry.id:
        older = [known for known in recent() if known and known != entry.id]
        preferences.put(_RECENT, "\n".join([entry.id, *older][:KEPT]))


def _recent_first(entries: Sequence[Entry], recent: Sequence[str]) -> list[Entry]:
    places = {known: place for place, known in enumerate(recent) if known}
    return sorted(entries, key=lambda entry: places.get(entry.id, len(places)))
