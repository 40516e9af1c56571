"""The window: Qt lives in this package alone.

The first paint comes before what it does not show is imported. Modules name all they
use at their heads; those in `LATER` are imported when one of their names is first used,
or by `settle`, right after the paint.
"""

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Final

LATER: Final = (
    "bz2",
    "inspect",
    "logging",
    "lzma",
    "shutil",
    "tempfile",
    "asyncio",
    "concurrent.futures",
    "html",
    "qasync",
    "sqlite3",
    "tomllib",
    "ferrule.exchange",
    "ferrule.ui.dialogs",
    "ferrule.ui.models.bundle_deeds",
    "ferrule.ui.models.connector_deeds",
    "ferrule.ui.models.connector_facts",
    "ferrule.ui.models.messages",
    "ferrule.ui.models.sandbox",
    "ferrule.ui.widgets.card",
    "ferrule.ui.widgets.catalogue.bundle_members",
    "ferrule.ui.widgets.catalogue.bundle_pane",
    "ferrule.ui.widgets.catalogue.bundle_work",
    "ferrule.ui.widgets.catalogue.commands",
    "ferrule.ui.widgets.catalogue.connection_work",
    "ferrule.ui.widgets.catalogue.detail",
    "ferrule.ui.widgets.connection_check",
    "ferrule.ui.widgets.message",
    "ferrule.ui.widgets.help_panel",
    "ferrule.ui.widgets.overlay",
    "ferrule.ui.widgets.palette",
    "ferrule.ui.widgets.palette_sources",
)


class _Later(ModuleType):
    """A module that is executed when a name is first looked up in it.

    Unlike that of `importlib.util.LazyLoader`, it stays unread while others import it.
    """

    def __getattr__(self, name: str) -> object:
        if name == "__wrapped__":  # `inspect` asks all modules for it
            raise AttributeError(name)
        execute(self)
        return getattr(self, name)


def execute(module: ModuleType) -> None:
    """Execute a module of `LATER`, if it still waits."""
    if type(module) is not _Later:
        return
    module.__class__ = ModuleType  # type: ignore[assignment]  # as LazyLoader does
    del sys.modules[module.__name__]  # or it would be found as it is
    spec = importlib.util.find_spec(module.__name__)
    sys.modules[module.__name__] = module
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(module.__name__, name=module.__name__)
    module.__spec__, module.__loader__ = spec, spec.loader
    module.__file__, module.__package__ = spec.origin, spec.parent
    if spec.submodule_search_locations is not None:
        module.__path__ = spec.submodule_search_locations
    spec.loader.exec_module(module)


def postpone() -> None:
    """Let the modules of `LATER` wait for their use; those there already stay."""
    for name in LATER:
        above, _, last = name.rpartition(".")
        if name in sys.modules:
            continue
        sys.modules[name] = _Later(name)
        if above:
            setattr(importlib.import_module(above), last, sys.modules[name])


def settle() -> None:
    """Import what still waits: two threads must not be the first users of a module."""
    for name in LATER:
        execute(sys.modules.get(name, sys))
