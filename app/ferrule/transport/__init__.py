"""The one door to the network: bounded, cancellable, checked and redacted exchanges.

Nothing is imported from httpx until a name of this package is used (PEP 562), and
`httpx._main`, the command line that httpx imports wherever click and rich are
installed, is replaced by an empty module first: it costs 71 of 157 ms.

Proxies of the environment (`HTTPS_PROXY`, `NO_PROXY` …) are honoured, because
desktops behind one reach nothing else; `.netrc` is not read, because a credential
that the person did not give to this connection must never be sent.
"""

import importlib
import sys
import types

_HOMES = {
    "Budget": "notices",
    "Client": "client",
    "HostPolicy": "hosts",
    "Notice": "notices",
    "Reach": "reach",
    "Retrying": "notices",
    "Throttled": "notices",
    "check_next": "hosts",
    "same_origin": "hosts",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def _leave_out_the_command_line_of_httpx() -> None:
    stub = types.ModuleType("httpx._main")
    stub.main = lambda: None  # type: ignore[attr-defined]  # all that httpx asks of it
    sys.modules.setdefault("httpx._main", stub)


_leave_out_the_command_line_of_httpx()
