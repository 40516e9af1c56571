"""List every text that a person may read, for translators: `python packaging/texts.py`.

A text is a string of the program that looks like one (it has a space or begins with a
capital letter), the literal parts of an f-string with `{0}` for what is put in, or
whatever `tr` is called with. What is listed needlessly is never looked up.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ferrule.ui.models.nouns import singular, spoken

PACKAGE: Final = Path(__file__).parents[1] / "app" / "ferrule"
# What these say is printed, not shown in the window.
_PRINTED: Final = ("cli", "sandbox", "tour")
# Whatever is in the arguments of these is ours; of those below, one argument.
_OURS: Final = ("tr", "ours")
_TAKING: Final = {
    **dict.fromkeys(("Label", "Button", "Chip", "Count", "EmptyState", "Notice"), 0),
    **dict.fromkeys(("setText", "say", "show_fact", "setAccessibleName", "_count"), 0),
    **dict.fromkeys(("Column", "TableColumn", "Plan", "StatusLabel", "show_state"), 1),
    **dict.fromkeys(("Share",), 2),
}
# A part of a word that is put in ("connector{0}") is no text that can be translated.
_GLUED: Final = re.compile(r"[^\W\d_]\{\d+\}|\{\d+\}[^\W\d_]")
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
_SAID: Final = re.compile(r"\W*[A-Z]|.*\S\s+\S", re.DOTALL)


def texts(folder: Path = PACKAGE) -> list[str]:
    """Return every text below `folder`, once, in order."""
    found: set[str] = set()
    for path in sorted(folder.rglob("*.py")):
        if not set(path.relative_to(folder).parts) & set(_PRINTED):
            found.update(texts_in(path.read_text("utf-8")))
    return sorted(found)


def texts_in(source: str) -> Iterator[str]:
    """Yield the texts of one module."""
    tree = ast.parse(source)
    skipped = set(_docstrings(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _given(node)
            yield from _nouns(node)
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            skipped.update(id(part) for part in node.values)
        text = _text_of(node)
        bare = re.sub(r"\{\d+\}", "", text)
        if _joins(text, bare):
            yield text
        sentence = text if isinstance(node, ast.JoinedStr) else bare
        if _LETTERS.search(bare) and _SAID.match(sentence):
            yield text
            yield text.replace("`", "")  # the marks of code are not shown


def _text_of(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts, number = [], 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            parts.append(f"{{{number}}}")
            number += 1
    text = "".join(parts)
    return "" if _GLUED.search(text) else text


def _joins(text: str, bare: str) -> bool:
    """Return whether an f-string only joins parts: `{0}: {1}`."""
    return text.count("{") > 1 and bool(bare.strip()) and not re.search(r"[\w/]", bare)


def _given(call: ast.Call) -> Iterator[str]:
    """Yield what is given to a call that takes a text, also a word in small letters."""
    name = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
    if name in _OURS:
        parts = [node for arg in call.args for node in ast.walk(arg)]
    else:
        place = _TAKING.get(name, len(call.args))
        parts = [n for arg in call.args[place : place + 1] for n in _branches(arg)]
    for part in parts:
        text = _text_of(part)
        if _LETTERS.search(re.sub(r"\{\d+\}", "", text)):
            yield text


def _nouns(call: ast.Call) -> Iterator[str]:
    """Yield what forms call one of the things of a title ("Tags": "Tag" and "tag")."""
    for given in call.keywords:
        title = _text_of(given.value)
        if given.arg == "title" and title:
            yield from (singular(title), spoken(title), title.lower())


def _branches(given: ast.expr) -> Iterator[ast.expr]:
    """Yield an argument, or both sides of a choice that stands there."""
    if isinstance(given, ast.IfExp):
        yield from _branches(given.body)
        yield from _branches(given.orelse)
    else:
        yield given


def _docstrings(tree: ast.AST) -> Iterator[int]:
    """Yield the strings that stand alone: they document."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)


if __name__ == "__main__":
    json.dump(dict.fromkeys(texts(), ""), sys.stdout, ensure_ascii=False, indent=2)
