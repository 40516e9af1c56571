"""`ferrule sandbox`: the sample API on loopback."""

import argparse
import sys
from collections.abc import Mapping

from ferrule.cli.collecting import settled
from ferrule.cli.ending import DONE, PARENT_GONE, guarded, write_json
from ferrule.sandbox.server import serve

_MISBEHAVE = (
    "what sign-ins do wrong, to try it: wrong_state, wrong_iss, error_and_code, slow, "
    "html, redirect, no_expires_in, expires_in_30 or another that GET / of the service "
    "tells; several by repeating it"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("--port", type=int, default=0, help="0 chooses a free one")
    add("--items", type=int, default=2500, help="how many issues it holds")
    add("--latency-ms", type=int, default=0, help="wait before each answer")
    add("--control", choices=["stdin"], help="end when standard input ends")
    add("--misbehave", action="append", default=[], metavar="NAME", help=_MISBEHAVE)


def execute(given: argparse.Namespace) -> int:
    """Serve until told to stop; 75 when standard input has ended."""
    settled()
    return guarded(lambda: _serve(given))


def _serve(given: argparse.Namespace) -> int:
    def announce(line: Mapping[str, object]) -> None:
        write_json(line)
        sys.stdout.flush()

    serve(
        given.port,
        given.items,
        given.latency_ms,
        announce=announce,
        misbehave=given.misbehave,
        until_stdin_ends=given.control == "stdin",
    )
    return PARENT_GONE if given.control else DONE
