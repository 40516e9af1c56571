"""What can come next in a path or template, from the names and values of a sample."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ferrule.errors import ExpressionError
from ferrule.exchange import Json, scalar_text
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.steps import write_steps
from ferrule.expression.walking import written
from ferrule.ui.models.json_value import bare_text, kind_of
from ferrule.ui.models.path_hints import keys_of

_SAMPLE: Final = 50
_MOST: Final = 60
_EXAMPLE: Final = 40
_LONGEST: Final = 80
_OPEN = re.compile(r"(?P<base>\$.*?)?(?P<mark>\.|\[)(?P<part>['\"]?[\w -]*)$")
# In a filter: a name of the entry is begun, or it is compared with something.
_MEMBER = re.compile(
    r"@(?P<base>[^\s=<>!&|()]*?)(?P<mark>\.|\[)(?P<part>['\"]?[\w-]*)$"
)
_AGAINST = re.compile(
    r"@(?P<base>[^\s=<>!&|()]+)\s*(?:==|!=|<=|>=|<|>)(?P<gap>\s*)(?P<part>['\"]?[^'\"]*)$"
)
_INNER = re.compile(r"\{\{\s*(?P<inner>[^{}]*)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to put in: its text, its kind, how many have it, an example."""

    insert: str
    label: str
    kind: str
    count: int
    of: int
    example: str


@dataclass(frozen=True, slots=True)
class Completions:
    """What can stand for `start` to `stop` (columns in code points)."""

    start: int
    stop: int
    entries: tuple[Entry, ...] = ()


def complete(
    text: str, caret: int, places: Sequence[Json], *, template: bool = False
) -> Completions:
    """Return what fits at the caret, the most frequent first."""
    nothing = Completions(caret, caret)
    if not template:
        return _complete_path(text[:caret], 0, places) or nothing
    inner = _INNER.search(text[:caret])
    if inner is None:
        return nothing
    at, written = inner.start("inner"), inner["inner"]
    if written.startswith("$"):
        return _complete_path(written, at, places) or nothing
    # A dotted name is the path it stands for, two characters longer.
    found = _complete_path(f"$.{written}", at - 2, places)
    if found is None:
        return nothing
    if "." in written:
        return found
    plain = tuple(_bare(entry) for entry in found.entries if entry.insert[0] == ".")
    return Completions(at, caret, plain)


def _bare(entry: Entry) -> Entry:
    return Entry(
        entry.insert[1:],
        entry.label,
        entry.kind,
        entry.count,
        entry.of,
        entry.example,
    )


def _complete_path(
    before: str, shift: int, places: Sequence[Json]
) -> Completions | None:
    at = before.rfind("[?")
    if at >= 0 and before.count("[", at + 1) >= before.count("]", at + 1):
        return _complete_filter(before, at, shift, places)
    found = _OPEN.search(before)
    if found is None or not found["base"]:
        return None
    nodes = _nodes(found["base"], places)
    if nodes is None:
        return None
    part = found["part"].lstrip("'\"").lower()
    entries = _names(nodes, part)
    if any(isinstance(node, list) for node in nodes) and not part:
        entries = [*_steps_into(nodes), *entries]
    start = found.start("mark") + shift
    return Completions(start, len(before) + shift, tuple(entries[:_MOST]))


def _complete_filter(
    before: str, at: int, shift: int, places: Sequence[Json]
) -> Completions | None:
    """Return names of the entries that a filter looks at, or values to compare with."""
    parents = _nodes(before[:at], places) or []
    entries = [part for node in parents for part in _parts(node)]
    stop = len(before) + shift
    member = _MEMBER.search(before, at)
    if member is not None:
        nodes = _nodes("$" + member["base"], entries) or []
        names = _names(nodes, member["part"].lstrip("'\"").lower())
        return Completions(member.start("mark") + shift, stop, tuple(names[:_MOST]))
    against = _AGAINST.search(before, at)
    if against is None:
        return None
    values = _values(_nodes("$" + against["base"], entries) or [], against["part"])
    if not against["gap"]:
        values = [replace(entry, insert=f" {entry.insert}") for entry in values]
    return Completions(against.start("part") + shift, stop, tuple(values[:_MOST]))


def _nodes(text: str, places: Sequence[Json]) -> list[Json] | None:
    """Return what a path finds in the sample, None for what is no path."""
    try:
        path = compile_path(text)
        return [node for place in places[:_SAMPLE] for node in path.values(place)]
    except ExpressionError:
        return None


def _parts(node: Json) -> Sequence[Json]:
    if isinstance(node, dict):
        return list(node.values())
    return node[:_SAMPLE] if isinstance(node, list) else ()


def _values(found: list[Json], begun: str) -> list[Entry]:
    """Return the plain values among the found, the commonest first, as literals."""
    plain = [v for v in found if not isinstance(v, dict | list)]
    counted = Counter(_literal(value) for value in plain)
    kinds = {_literal(value): value for value in plain}
    part = begun.strip("'\" ").lower()
    return [
        Entry(text, text, kind_of(kinds[text]), count, len(found), "")
        for text, count in counted.most_common()
        if len(text) <= _LONGEST and part in text.lower()
    ]


def _literal(value: Json) -> str:
    return written(value) if isinstance(value, str) else scalar_text(value)


def _names(nodes: list[Json], part: str) -> list[Entry]:
    counted = keys_of(nodes)
    ranked = sorted(counted.items(), key=lambda pair: -pair[1])
    whole = sum(isinstance(node, dict) for node in nodes)
    starting = [(k, n) for k, n in ranked if k.lower().startswith(part)]
    inside = [(k, n) for k, n in ranked if part in k.lower()[1:]]
    kept = dict([*starting, *inside]) if part else dict(starting)
    return [_entry(key, count, whole, nodes) for key, count in kept.items()]


def _entry(key: str, count: int, whole: int, nodes: list[Json]) -> Entry:
    values = (node[key] for node in nodes if isinstance(node, dict) and key in node)
    example = next(values)
    text = bare_text(example)[:_EXAMPLE]
    insert = write_steps((key,))[1:]
    return Entry(insert, key, kind_of(example), count, whole, text)


def _steps_into(nodes: list[Json]) -> list[Entry]:
    """Return the ways into a list: all, the first, those that pass a filter."""
    lists = [node for node in nodes if isinstance(node, list)]
    first = next((part for node in lists for part in node), None)
    example, kind, count = bare_text(first)[:_EXAMPLE], kind_of(first), len(lists)
    keys = keys_of([first])
    name = next(iter(keys), "")
    written = f"[?@{write_steps((name,))[1:]} == '']" if name else ""
    ways = [("[*]", "every entry"), ("[0]", "the first"), (written, "a filter")]
    return [
        Entry(insert, f"{insert}  {word}", kind, count, len(nodes), example)
        for insert, word in ways
        if insert
    ]
