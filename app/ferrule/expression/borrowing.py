"""How python-jsonpath is imported: its parts, without what it makes for itself.

The package compiles the lexers of two environments as it is imported; only its parser
is used here (measured: 20 of 44 ms). So it is there as a package of modules first, and
becomes whole when somebody asks it for a name.
"""

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from typing import Final

_NAME: Final = "jsonpath"


def _as_parts() -> None:
    """Put the package among the modules, not executed yet (PEP 562)."""
    if _NAME in sys.modules:
        return
    spec = find_spec(_NAME)
    if spec is None or spec.loader is None:
        return  # whoever imports a part of it says so
    package, loader = module_from_spec(spec), spec.loader

    def whole(name: str) -> object:
        if name.startswith("__") or find_spec(f"{_NAME}.{name}") is not None:
            # The import system looks for it, and imports it when it is not there.
            raise AttributeError(name)
        del package.__dict__["__getattr__"]
        loader.exec_module(package)
        return getattr(package, name)

    package.__dict__["__getattr__"] = whole
    sys.modules[_NAME] = package
    import_module(f"{_NAME}.env")  # its modules know each other: this one is the first


_as_parts()
