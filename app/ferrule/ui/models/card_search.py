"""Search over the texts of cards: exact parts first, then words with a typing error.

All texts are lower-case and prebuilt, so that a key costs a few milliseconds at 5,000
cards. The look-up by edit distance (rapidfuzz) is imported with the first word that
stands in no card.
"""

from collections.abc import Iterable, Sequence
from typing import Final

_PARTED: Final = str.maketrans(dict.fromkeys("-_.,:;/()#'", " "))
_SHORTEST: Final = 3
_LONG: Final = 6
_FARTHEST: Final = 9
_MOST_LIKE: Final = 12
Rows = frozenset[int]


class SearchIndex:
    """The texts of rows, each as (title, everything else a person may type)."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        pairs = [(title.casefold(), rest.casefold()) for title, rest in texts]
        self._titles = [title for title, _ in pairs]
        self._texts = [f"{title} {rest}" for title, rest in pairs]
        self._words: Sequence[str] | None = None

    def find(self, query: str) -> dict[int, int]:
        """Return the rows that hold every word of `query`, with a rank, 0 the best.

        A word that no text holds stands for those within one edit of it, or two from
        six letters on; the beginning of a longer word counts as the word.
        """
        words = query.casefold().split()
        if not words:
            return dict.fromkeys(range(len(self._texts)), 0)
        found = [self._holding(word) for word in words]
        rows = frozenset.intersection(*found)
        whole = " ".join(words)
        return {row: self._rank(row, whole, words) for row in rows}

    def warm(self) -> None:
        """Get ready for typing errors, which costs 50 ms once; from any thread."""
        self._vocabulary()
        self.closest("warm")
        self._near("warm")

    def closest(self, query: str) -> int | None:
        """Return the row whose title is nearest to `query`, None where none is near."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415  only after a typed search

        best = process.extractOne(
            query.casefold(), self._titles, scorer=fuzz.WRatio, score_cutoff=60
        )
        return None if best is None else int(best[2])

    def _holding(self, word: str) -> Rows:
        texts = self._texts
        exact = frozenset(row for row in range(len(texts)) if word in texts[row])
        return exact or self._near(word)

    def _near(self, word: str) -> Rows:
        """Return the rows that hold a word like this one."""
        if len(word) < _SHORTEST:
            return frozenset()
        from rapidfuzz import process  # noqa: PLC0415  only after a typed search
        from rapidfuzz.distance import OSA  # noqa: PLC0415  only after a typed search

        edits = 2 if len(word) >= _LONG else 1
        words, size = self._vocabulary(), len(word)
        like: dict[str, int] = {}
        for forms in (words, [w[:size] for w in words], [w[: size + 1] for w in words]):
            for _, far, at in process.extract(
                word, forms, scorer=OSA.distance, score_cutoff=edits, limit=None
            ):
                like[words[at]] = min(far, like.get(words[at], edits))
        nearest = sorted(like, key=like.__getitem__)[:_MOST_LIKE]
        texts = self._texts
        found = (row for row, text in enumerate(texts) for w in nearest if w in text)
        return frozenset(found)

    def _vocabulary(self) -> Sequence[str]:
        if self._words is None:
            text = " ".join(self._texts).translate(_PARTED)
            self._words = tuple(set(text.split()))
        return self._words

    def _rank(self, row: int, query: str, words: Sequence[str]) -> int:
        title = self._titles[row]
        at = title.find(query)
        if at == 0:
            return 0 if title == query else 1
        if at > 0:
            return 2 if title[at - 1] == " " else 3
        if len(words) == 1:
            return _FARTHEST
        inside = sum(word in title for word in words)
        return _FARTHEST - min(inside, 4)
