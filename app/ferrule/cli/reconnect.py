"""`ferrule reconnect`, and what `connect --oauth` tells while a person signs in."""

import os
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from ferrule.cli.ending import DONE, INTERRUPTED, WRONG, tell_interrupted, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import AllowHttp, Json, app

if TYPE_CHECKING:  # a verb imports what it needs when it runs
    from ferrule.workspace.signing_in import SignIn, SignInStep

_LONGEST = 65_536
Device = Annotated[
    bool, typer.Option("--device", help="Type a code on any other device.")
]


@app.command("reconnect")
def reconnect(
    key: Annotated[str, typer.Argument(metavar="CONNECTION")],
    device: Device = False,
    allow_http: AllowHttp = None,
    as_json: Json = False,
) -> int:
    """Sign a connection in again: its old tokens are replaced when it is done."""
    from ferrule.workspace.signing_in import reconnecting

    sign_in = reconnecting(
        open_workspace(),
        key,
        way="device" if device else None,
        allow_http=allow_http or (),
    )
    return follow(sign_in, as_json=as_json)


def follow(sign_in: "SignIn", *, as_json: bool) -> int:
    """Go through a sign-in, open the browser, tell its steps; return the exit code."""
    code = WRONG
    steps = sign_in.steps()
    told = _Told(as_json=as_json)
    try:
        for step in steps:
            told(step)
            if step.name == "listening":
                _take_pasted(sign_in)
            if step.name in {"opened", "code"}:
                _open(step, told)
            if step.last:
                code = _CODES[step.name]
    except KeyboardInterrupt:
        return tell_interrupted()
    finally:
        sign_in.cancel()
        steps.close()
    return code


def _open(step: "SignInStep", told: "_Told") -> None:
    """Open an address in the browser that is named; say so where none was started."""
    from ferrule.workspace.signing_in import SignInStep
    from ferrule.workspace.signing_in.opening import open_named_browser

    opened = open_named_browser(step.complete_url or step.url)
    if not opened and os.environ.get("BROWSER"):
        told(SignInStep("warned", detail="$BROWSER names no program that starts."))


_CODES = {"signed_in": DONE, "failed": WRONG, "cancelled": INTERRUPTED}


class _Told:
    """Tells steps as JSON lines, or in words."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._way_back = ""

    def __call__(self, step: "SignInStep") -> None:
        """Tell one step."""
        if self._as_json:
            write_json(step.wire())
            return
        if step.name == "listening":
            self._way_back = _PASTE if step.paste else _PASTE_TOO
        told = "\n".join(filter(None, [_words(step), self._how_back(step)]))
        if told:
            typer.echo(told, err=step.name in {"failed", "warned", "cancelled"})
        if step.advice:
            typer.echo(f"  {step.advice}", err=True)

    def _how_back(self, step: "SignInStep") -> str:
        return self._way_back if step.name == "waiting" else ""


_PASTE = "Agree there, then paste here the address the browser ends on."
_PASTE_TOO = "If the browser is on another machine, paste here the address it ends on."


def _words(step: "SignInStep") -> str:
    if step.name == "listening":
        quiet = "nobody listens there; " * step.paste
        return f"Redirect address: {step.url} ({quiet}the service has to know it)"
    if step.name == "opened":
        return f"Open this address in a browser:\n\n  {step.url}\n"
    if step.name == "code":
        return (
            f"Open {step.url} on any device and type the code:\n\n  {step.user_code}\n"
        )
    if step.name == "waiting" and step.until is not None:
        until = step.until.astimezone().strftime("%H:%M:%S")
        return f"Waiting until {until}. Ctrl-C ends it."
    if step.name == "signed_in":
        granted = ", ".join(step.granted)
        told = f"Signed in; granted: {granted}." if granted else "Signed in."
        return f"{told}\nwarning: {step.detail}" if step.detail else told
    return {
        "ignored": "An answer of another sign-in was ignored.",
        "received": "An answer came.",
        "exchanging": "Asking for the tokens.",
        "warned": f"warning: {step.detail}",
        "failed": f"ferrule: {step.detail}",
        "cancelled": "Cancelled.",
    }.get(step.name, "")


def _take_pasted(sign_in: "SignIn") -> None:
    """Take addresses that are pasted into standard input, for as long as it is open.

    The browser may run on another machine, or the redirect address be one that nobody
    listens on. Read are bytes of the descriptor: a thread that waits in the buffer of
    `sys.stdin` would hold its lock when the program ends.
    """
    try:
        descriptor = sys.stdin.fileno()
    except (OSError, ValueError, AttributeError):
        return  # there is no standard input
    threading.Thread(
        target=_read_pasted, args=(sign_in, descriptor), daemon=True, name="pasting"
    ).start()


def _read_pasted(sign_in: "SignIn", descriptor: int) -> None:
    from ferrule.errors import SignInFailed

    for line in _lines(descriptor):
        try:
            sign_in.paste(line)
        except SignInFailed as error:
            typer.echo(str(error), err=True)


def _lines(descriptor: int) -> Iterator[str]:
    """Yield the lines that are not empty; a terminal's are at most 4,095 bytes long."""
    kept = b""
    while True:
        try:
            more = os.read(descriptor, 65_536)
        except OSError:
            return
        *whole, kept = (kept + more).split(b"\n")
        whole += [kept] if not more else []
        for line in whole:
            if line.strip():
                yield line.decode("utf-8", "replace")
        if not more or len(kept) > _LONGEST:
            return
