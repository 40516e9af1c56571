"""Tools of connections: listed, previewed, approved, run; tests of them kept.

    facts = connection_tools(workspace, key)               # nothing is asked
    call = prepare(workspace, key, "close_issue", {"number": 3})
    preview(call)                                          # always possible
    asked = ask(workspace, call, via="window")             # where call.asks
    approve(workspace, asked.id, asked.request.word, via="window")
    outcome = ToolRun(workspace, call, via="window", approval=asked.id).run()

All of it blocks and is called from threads; `ToolRun.cancel` ends a run. Names are
loaded when they are first asked for (PEP 562).
"""

import importlib

_HOMES = {
    "ask": "approvals",
    "approve": "approvals",
    "decline": "approvals",
    "waiting": "approvals",
    "waited": "approvals",
    "all_tools": "listing",
    "connection_tools": "listing",
    "find_tool": "listing",
    "prepare": "calls",
    "Call": "calls",
    "preview": "preview",
    "ToolRun": "running",
    "Lines": "lines",
    "waive": "waivers",
    "unwaive": "waivers",
    "record_case": "cases",
    "tool_cases": "cases",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
