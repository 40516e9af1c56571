"""FERRULE_SECRETS_COMMAND: a program that prints the secret a reference stands for.

It runs without a shell, with the reference as its last argument, without standard input
and without any variable of Ferrule's, for ten seconds and 64 kB of output at most. What
it prints is looked at and forgotten: no caller is ever told it, and no log holds it.
"""

import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import IO, Final

from ferrule.errors import CredentialError, UnreadableResponse, UsageError
from ferrule.exchange import Json, decode
from ferrule.redaction import live

COMMAND: Final = "FERRULE_SECRETS_COMMAND"
PATIENCE_S: Final = 10.0
MOST: Final = 64 * 1024
_OURS: Final = "FERRULE_"


@dataclass(frozen=True, slots=True)
class SecretReferences:
    """The program, as its words; none means that references cannot be looked at."""

    words: tuple[str, ...] = ()
    patience_s: float = PATIENCE_S

    @classmethod
    def of(cls, line: str) -> "SecretReferences":
        """Return the program of a command line.

        Raises:
            UsageError: when it is none.
        """
        try:
            return cls(tuple(shlex.split(line)))
        except ValueError:
            raise UsageError(
                f"{COMMAND} is no command line.", advice="Look at its quotes."
            ) from None

    def missing(self, reference: str, keys: Collection[str]) -> list[str]:
        """Return which of a credential's fields a reference brings no value for.

        The program prints a JSON object with the fields, or, where there is but one
        field, its value alone.

        Raises:
            CredentialError: when nothing can be had.
        """
        found = _fields(self._asked(reference), keys)
        for value in found.values():
            if isinstance(value, str):
                live.add(value)
        return [key for key in keys if not found.get(key)]

    def _asked(self, reference: str) -> bytes:
        if not self.words:
            raise CredentialError(
                "The server cannot look at references.",
                advice=f"Who runs it names a program in {COMMAND}.",
            )
        process = _started([*self.words, reference])
        late = threading.Timer(self.patience_s, _end, (process,))
        late.start()
        try:
            out = _read(process.stdout)
            if len(out) > MOST:
                _end(process)
            code = process.wait()
        finally:
            late.cancel()
            if process.stdout is not None:
                process.stdout.close()
        if code != 0 or not out.strip() or len(out) > MOST:
            raise CredentialError(
                "The reference brought no secret.",
                advice="Look that the secret is there and the server may read it.",
            )
        return out


def _started(words: list[str]) -> subprocess.Popen[bytes]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}
    try:
        return subprocess.Popen(  # noqa: S603  who runs the server names it, no shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=kept,
            start_new_session=os.name == "posix",
        )
    except (OSError, ValueError):
        raise CredentialError(
            f"The program of {COMMAND} cannot be started.",
            advice="Who runs the server looks at it.",
        ) from None


def _read(pipe: IO[bytes] | None) -> bytes:
    return b"" if pipe is None else pipe.read(MOST + 1)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and what it started."""
    try:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except ProcessLookupError:
        pass  # it ended by itself just now


def _fields(out: bytes, keys: Collection[str]) -> Mapping[str, Json]:
    try:
        value = decode(out)
    except UnreadableResponse:
        value = None
    if isinstance(value, dict):
        return value
    (alone, *others) = keys or ("",)
    text = out.decode("utf-8", "replace").strip("\r\n")
    return {} if others else {alone: text}
