"""Rules that no linter knows."""

import ast
from pathlib import Path

import ferrule.ui

MODULES = sorted(Path(ferrule.ui.__file__).parent.rglob("*.py"))
_NAMES = [str(path.relative_to(MODULES[0].parent)) for path in MODULES]


TREES = [ast.parse(path.read_text()) for path in MODULES]
NODES = [(n, node) for n, t in zip(_NAMES, TREES, strict=True) for node in ast.walk(t)]


def calls_of(methods):
    """Yield the module and the name of each call of a method."""
    for name, node in NODES:
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in methods:
            yield f"{name}: {called.attr}"


def test_nothing_opens_a_nested_event_loop():
    """`.exec(` inside a coroutine stops all other tasks; dialogs are awaited.

    The one there is paints the window before there is any coroutine.
    """
    assert list(calls_of({"exec", "exec_", "processEvents"})) == ["app.py: exec"]


def test_no_class_is_a_god():
    for name, node in NODES:
        if isinstance(node, ast.ClassDef):
            assert node.end_lineno - node.lineno <= 300, f"{name}: {node.name}"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno <= 40, f"{name}: {node.name}"


def test_a_signal_carries_values_as_objects():
    """A signal of `list` or `dict` turns values into Qt's and breaks large integers."""
    for name, node in NODES:
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "QtCore.Signal":
            kinds = {ast.unparse(kind) for kind in node.args}
            assert kinds.isdisjoint({"list", "dict", "tuple"}), name


def test_no_widget_is_asked_for_another_that_pyside_then_takes_for_its_child():
    """What these return is a child of the asked one for PySide: both become garbage.

    Where the asked one holds the other anyway, as a form its field, nothing changes.
    """
    asked = {"focusProxy", "nextInFocusChain", "previousInFocusChain", "childAt"}
    found = list(calls_of(asked))
    assert found == ["widgets/form/context.py: focusProxy"]
