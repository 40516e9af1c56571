"""The record of what happened: the log of operations, and the audit trail.

    with operation(workspace, "webhook", connection=key, correlation=id) as doing:
        doing.message = "…"                       # one line, at its end

    @recorded("rotate", "“{key}” uses its new credential.", audit="credential.rotate")
    def promote(workspace, key): ...              # the same for a whole function

    workspace.operations.note("sync", "…", level="warning", connection=key)

Lines are noted at once and written within a second, by another thread or with the end
of the program: none of it slows what it tells of, or makes it fail. The trail is
written there and then. Names are loaded when they are first asked for (PEP 562).
"""

import importlib

_HOMES = {
    "OperationLog": "log",
    "operation": "recording",
    "recorded": "recording",
    "read_query": "query",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
