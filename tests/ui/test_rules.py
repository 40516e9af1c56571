"""Rules that no linter knows."""

import ast
from pathlib import Path

import pytest

import ferrule.ui

MODULES = sorted(Path(ferrule.ui.__file__).parent.rglob("*.py"))
_NAMES = [str(path.relative_to(MODULES[0].parent)) for path in MODULES]


@pytest.mark.parametrize("path", MODULES, ids=_NAMES)
def test_nothing_opens_a_nested_event_loop(path):
    """`.exec(` inside a coroutine stops all other tasks; dialogs are awaited.

    The one there is paints the window before there is any coroutine.
    """
    calls = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"exec", "exec_", "processEvents"}
    ]
    assert len(calls) == (1 if path == MODULES[0].parent / "app.py" else 0)


@pytest.mark.parametrize("path", MODULES, ids=_NAMES)
def test_no_class_is_a_god(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            assert node.end_lineno - node.lineno <= 300, node.name
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno <= 40, node.name


@pytest.mark.parametrize("path", MODULES, ids=_NAMES)
def test_a_signal_carries_values_as_objects(path):
    """A signal of `list` or `dict` turns values into Qt's and breaks large integers."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "QtCore.Signal":
            kinds = {ast.unparse(kind) for kind in node.args}
            assert kinds.isdisjoint({"list", "dict", "tuple"}), ast.unparse(node)
