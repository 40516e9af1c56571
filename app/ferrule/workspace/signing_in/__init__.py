"""Signing in: what the window and the command line share.

A sign-in is a generator of steps that blocks, to be run in a thread or in a command;
`paste` and `cancel` are called from anywhere. Nothing is kept before it has come to
its end, and then before it is told.
"""

from ferrule.workspace.signing_in.beginning import (
    Wanted,
    begin,
    connecting,
    reconnecting,
    redirect_of,
    ways_of,
)
from ferrule.workspace.signing_in.leaving import Ending, end_tokens
from ferrule.workspace.signing_in.sign_in import SignIn
from ferrule.workspace.signing_in.steps import SignInStep, Way

__all__ = [
    "Ending",
    "SignIn",
    "SignInStep",
    "Wanted",
    "Way",
    "begin",
    "connecting",
    "end_tokens",
    "reconnecting",
    "redirect_of",
    "ways_of",
]
