"""Why a path matches nothing: a name that was probably meant, a pattern that is none.

Columns count code points from 0. Only paths made of names, indexes and wildcards are
looked into; anything richer gets no hint, but for the patterns in its filters.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz.distance import OSA

from ferrule.errors import ExpressionError
from ferrule.exchange import Json
from ferrule.expression.pattern import compile_pattern
from ferrule.expression.steps import write_steps

_MOST_NODES: Final = 200
_STEP = re.compile(
    r"\.(?P<name>[^\W\d]\w*)|\[(?P<quote>['\"])(?P<quoted>[^'\"\\]*)(?P=quote)\]"
    r"|\[(?P<index>\d+)\]|(?P<any>\[\*\]|\.\*)"
)
_PATTERN = re.compile(
    r"\b(?:match|search)\(\s*[^'\",]+,\s*"
    r"(?:'(?P<one>(?:[^'\\]|\\.)*)'|\"(?P<two>(?:[^\"\\]|\\.)*)\")"
)
_PLACEHOLDER = re.compile(r"\{\{\s*(?P<inner>[^{}]*?)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Hint:
    """A name that nothing has: where it is, and what to put for `start` to `stop`.

    `instead` is empty where no name is near.
    """

    name: str
    column: int
    start: int
    stop: int
    instead: str = ""

    def applied(self, text: str) -> str:
        """Return the text with what was probably meant."""
        return text[: self.start] + self.instead + text[self.stop :]


@dataclass(frozen=True, slots=True)
class Fault:
    """A pattern in a filter that is not RE2, from column `start` to `stop`.

    RFC 9535 2.4.6 lets such a filter match nothing, which a person takes for a typo in
    a name.
    """

    start: int
    stop: int
    message: str


def pattern_fault(text: str) -> Fault | None:
    """Return the first pattern of `match()` or `search()` that is not RE2."""
    for found in _PATTERN.finditer(text):
        written = found["one"] if found["one"] is not None else found["two"]
        try:
            compile_pattern(written.replace("\\\\", "\\"))
        except ExpressionError as error:
            at = found.end() - len(written) - 1
            return Fault(at, at + len(written), error.message)
    return None


def path_hint(text: str, places: Sequence[Json]) -> Hint | None:
    """Return the first name of a path that none of the places has."""
    nodes = list(places[:_MOST_NODES])
    for step in _steps(text):
        found = _below(nodes, step)
        name = step["name"] if step["quoted"] is None else step["quoted"]
        if not found and name is not None:
            return _hint(step, name, nodes)
        if not found:
            return None
        nodes = found[:_MOST_NODES]
    return None


def template_hint(
    text: str, places: Sequence[Json], names: Mapping[str, Json] | None = None
) -> Hint | None:
    """Return the first name in a placeholder that none of the places has."""
    for placeholder in _PLACEHOLDER.finditer(text):
        inner, at = placeholder["inner"], placeholder.start("inner")
        if inner.split(".")[0] in (names or {}):
            continue
        # A dotted name is read as the path it stands for, one dot longer.
        shift = at if inner.startswith("$") else at - 2
        hint = path_hint(inner if inner.startswith("$") else f"$.{inner}", places)
        if hint is not None:
            return _moved(hint, shift, dotted=shift < at)
    return None


def _moved(hint: Hint, shift: int, *, dotted: bool) -> Hint:
    first = dotted and hint.start == 1
    return replace(
        hint,
        column=hint.column + shift,
        start=hint.start + shift + int(first),
        stop=hint.stop + shift,
        instead=hint.instead.removeprefix(".") if first else hint.instead,
    )


def _steps(text: str) -> Iterator[re.Match[str]]:
    """Yield the steps of a path; nothing at all where it holds something else."""
    found = list(_STEP.finditer(text, 1))
    joined = [match.start() for match in found] + [len(text)]
    ends = [1] + [match.end() for match in found]
    if text.startswith("$") and joined == ends:
        yield from found


def _below(nodes: list[Json], step: re.Match[str]) -> list[Json]:
    found: list[Json] = []
    for node in nodes:
        if step["any"]:
            if isinstance(node, dict | list):
                found.extend(node.values() if isinstance(node, dict) else node)
        elif step["index"]:
            at = int(step["index"])
            found.extend(node[at : at + 1] if isinstance(node, list) else ())
        elif isinstance(node, dict):
            name = step["name"] if step["quoted"] is None else step["quoted"]
            found.extend([node[name]] if name in node else ())
    return found


def _hint(step: re.Match[str], name: str, nodes: list[Json]) -> Hint:
    column = step.start("name") if step["name"] else step.start("quoted")
    plain = Hint(name, column, step.start(), step.end())
    near = nearest(name, keys_of(nodes))
    if near:
        return replace(plain, instead=write_steps((near,))[1:])
    inner = [part for node in nodes if isinstance(node, list) for part in node]
    near = nearest(name, keys_of(inner[:_MOST_NODES]))
    return replace(plain, instead=write_steps((None, near))[1:]) if near else plain


def keys_of(nodes: Sequence[Json]) -> Counter[str]:
    """Return the names that objects among the nodes have, with how many have each."""
    return Counter(key for node in nodes if isinstance(node, dict) for key in node)


def nearest(name: str, known: Counter[str]) -> str:
    """Return the known name a slip away from `name`, or nothing.

    A slip is one letter in three put, left out, changed or swapped with its neighbour
    (optimal string alignment); capitals do not count. Of two as near, the commoner.
    """
    most = max(len(name) // 3, 1)
    ranked = [
        (OSA.distance(name.lower(), key.lower(), score_cutoff=most), -count, key)
        for key, count in known.items()
    ]
    best = min(ranked, default=(most + 1, 0, ""))
    return best[2] if best[0] <= most else ""
