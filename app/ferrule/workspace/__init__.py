"""What a person does: browse, connect, sync, author, ship.

The command line and the window both talk to this package and to nothing below it.
Nothing heavy is imported until a name is used (PEP 562), so that the catalogue paints
before the network, the database and the keychain are loaded.
"""

import importlib

_HOMES = {
    "Card": "catalogue",
    "Catalogue": "catalogue",
    "CheckStep": "checking",
    "Home": "home",
    "Project": "project",
    "Workspace": "workspace",
}


def __getattr__(name: str) -> object:
    """Import the module that holds `name` when it is first asked for."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
