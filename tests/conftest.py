"""What holds for all tests: the same drawn cases in every run, and Ctrl+C that works.

`make soak` draws new ones (`--hypothesis-profile=drawn`). A shell that starts the tests
in the background has them ignore Ctrl+C, and every command that they start; the tests
that press it would wait for nothing. typer makes all commands anew for each call, which
costs more than most of them do: here they are made once. What one test keeps secret,
"two" for instance, the next may say; and how long a drawn case takes is the machine's
affair.
"""

import signal
from functools import lru_cache

import pytest
import typer.main
from hypothesis import settings
from tests.support.promptness import tried

from ferrule.redaction import live

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("drawn", derandomize=False, deadline=None)
settings.load_profile("same")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _commands(app: typer.Typer) -> int:
    groups = [one.typer_instance for one in app.registered_groups]
    return len(app.registered_commands) + sum(1 + _commands(one) for one in groups)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """Run a test, and anew where the machine was late."""
    return tried(item, nextitem)


_made = lru_cache(lambda app, _commands, make=typer.main.get_command: make(app))
typer.main.get_command = lambda app: _made(app, _commands(app))


@pytest.fixture(autouse=True)
def own_secrets():
    """Forget the secrets of a test after it; those of its module stay."""
    known, lasting = dict(live._known), set(live._lasting)
    passing = {of: dict(ring) for of, ring in live._passing.items()}
    yield
    with live._lock:
        live._known, live._lasting, live._passing = known, lasting, passing
        live._forms = None
