"""FERRULE_MASTER_KEY_COMMAND: a program that prints the master key.

It is what reaches a key in a KMS, `pass` or 1Password. It runs without a shell, with
no standard input and for a minute at most; what it says on standard error is shown,
without what it printed.
"""

import os
import shlex
import signal
import subprocess
from typing import Final

from ferrule.credentials.master_key import COMMAND
from ferrule.errors import KeychainUnavailable
from ferrule.redaction import MASK, live, without_our_own

PATIENCE: Final = 60.0  # seconds: a person may have to touch a key
_MOST: Final = 64 * 1024
_SHOWN: Final = 500
_ENOUGH: Final = 6


def ask_command(line: str, patience: float = PATIENCE) -> str:
    """Return what the program prints, without its line end.

    Raises:
        KeychainUnavailable: when it cannot be started, fails, takes too long or prints
            nothing; with the end of what it said on standard error.
    """
    process = _started(_words(line))
    try:
        out, said = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        _end(process)
        raise _failed(f"did not end within {patience:g} s", "") from None
    key = out[:_MOST].decode("utf-8", "replace").strip("\r\n")
    if len(key) >= _ENOUGH:
        live.add(key)
    told = _told(said, key)
    if process.returncode != 0:
        raise _failed(f"ended with {process.returncode}", told)
    if not key:
        raise _failed("printed nothing", told)
    return key


def _words(line: str) -> list[str]:
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise _failed(f"is no command line ({error})", "") from None
    if not words:
        raise _failed("is empty", "")
    return words


def _started(words: list[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603  the person names the program, no shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=without_our_own(os.environ),
            start_new_session=os.name == "posix",
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a program"
        raise _failed(f"cannot be started: {words[0]}: {why}", "") from None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and what it started."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


def _told(said: bytes, key: str) -> str:
    text = live.text(said.decode("utf-8", "replace"))
    for line in key.splitlines():
        text = text.replace(line, MASK) if line.strip() else text
    return " ".join(text.split())[-_SHOWN:]


def _failed(what: str, told: str) -> KeychainUnavailable:
    shown = f" It said: {told}" if told else ""
    return KeychainUnavailable(
        f"{COMMAND} {what}.{shown}",
        advice="Run the command yourself, and look that it prints the key alone.",
    )
