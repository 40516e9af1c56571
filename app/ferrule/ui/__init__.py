"""The window: Qt lives in this package alone.

The first paint comes before what it does not show is imported. Modules name all they
use at their heads; those in `LATER` are imported when one of their names is first used,
or by `settle`, right after the paint.
"""

import builtins
import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Final

LATER: Final = (
    "asyncio",
    "concurrent.futures",
    "html",
    "qasync",
    "sqlite3",
    "tomllib",
    "ferrule.exchange",
    "ferrule.ui.dialogs",
    "ferrule.ui.models.connector_deeds",
    "ferrule.ui.models.connector_facts",
    "ferrule.ui.models.messages",
    "ferrule.ui.models.sandbox",
    "ferrule.ui.widgets.card",
    "ferrule.ui.widgets.catalogue_check",
    "ferrule.ui.widgets.catalogue_commands",
    "ferrule.ui.widgets.catalogue_detail",
    "ferrule.ui.widgets.message",
    "ferrule.ui.widgets.palette",
)


class _Later(ModuleType):
    """A module that is executed when a name is first looked up in it.

    Unlike that of `importlib.util.LazyLoader`, it stays unread while others import it.
    """

    def __getattr__(self, name: str) -> object:
        if name == "__wrapped__":  # `inspect` asks all modules for it
            raise AttributeError(name)
        spec = self.__spec__
        if type(self) is _Later and spec is not None and spec.loader is not None:
            self.__class__ = ModuleType  # type: ignore[assignment]  # as LazyLoader does
            spec.loader.exec_module(self)
        return getattr(self, name)


def postpone() -> None:
    """Let the modules of `LATER` wait for their use; those there already stay."""
    for name in LATER:
        spec = importlib.util.find_spec(name)
        if name in sys.modules or spec is None:
            continue
        module = _Later(name)
        module.__spec__, module.__loader__ = spec, spec.loader
        module.__file__, module.__package__ = spec.origin, spec.parent
        if spec.submodule_search_locations is not None:
            module.__path__ = spec.submodule_search_locations
        sys.modules[name] = module
        above, _, last = name.rpartition(".")
        if above:
            setattr(sys.modules[above], last, module)


def plain_imports() -> None:
    """Import PySide6, then put back the import that it has wrapped.

    Its wrapper reads the source of every module imported later, looking for
    `__feature__`, which nothing here uses: 6 ms before the first paint, more after it.
    """
    importlib.import_module("PySide6")
    wrapped = getattr(builtins, "__orig_import__", None)
    if wrapped is not None:
        builtins.__import__ = wrapped


def settle() -> None:
    """Import what still waits: two threads must not be the first users of a module."""
    for name in LATER:
        getattr(sys.modules.get(name), "is_there", None)
