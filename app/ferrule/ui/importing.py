"""Modules of the window, imported piece by piece while it stays alive.

A class of Qt must be made on the window's own thread: PySide6 6.11 crashes at times
where one is made in another while the window works (1 of 29 tours on a busy machine).
What has nothing to do with Qt (models of the descriptor, the network, the database)
takes most of the time and is imported in a thread.
"""

import asyncio
import importlib
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Final

from ferrule.ui.tasks import in_thread

_OURS: Final = "ferrule.ui"
_OF_QT: Final = (_OURS, "PySide6", "qasync")
_ROOT: Final = Path(__file__).resolve().parents[2]


async def load(name: str) -> ModuleType:
    """Return a module of the window, imported with all it needs; pieces are short."""
    for part in await in_thread(partial(needed, name)):
        if part in sys.modules:
            continue
        if part.startswith(_OF_QT):
            importlib.import_module(part)
            await asyncio.sleep(0)
        else:
            await in_thread(partial(importlib.import_module, part))
    return importlib.import_module(name)


def needed(name: str) -> list[str]:
    """Return what a module's import brings with it that is not there yet, in order.

    The window's own modules are followed; of others only the name is given, for they
    bring what they need themselves.
    """
    found: dict[str, None] = {}
    _follow(name, found, set())
    return list(found)


def _follow(name: str, found: dict[str, None], seen: set[str]) -> None:
    if name in seen or name in sys.modules:
        return
    seen.add(name)
    path = _path(name)
    if path is not None and name.startswith(_OURS):
        for other in _imports(path):
            _follow(other, found, seen)
    found[name] = None


def _imports(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports as it is imported itself."""
    import ast  # noqa: PLC0415  not before the first paint

    for node in ast.parse(path.read_bytes()).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [name for name in inner if _path(name) is not None]
            yield node.module
            yield from modules


def _path(name: str) -> Path | None:
    """Return the file of a module of ours, None for others."""
    if not name.startswith("ferrule"):
        return None
    place = _ROOT.joinpath(*name.split("."))
    files = (place.with_suffix(".py"), place / "__init__.py")
    return next((file for file in files if file.is_file()), None)
