"""Reading what was given on a command line: `k=v`, and secrets by reference.

A secret is never an argument itself: `@env:NAME` names a variable, `@file:PATH` a file,
`@-` standard input, and `@ssh-key` makes a fresh one. A setting may be a file as well.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import SecretStr

from ferrule.auth.token import hide
from ferrule.errors import MissingSecret, UsageError
from ferrule.exchange import Json
from ferrule.redaction import live
from ferrule.workspace.key_files import read_file

_EXAMPLES = {"--set": "VALUE", "--secret": "@env:NAME"}


def read_settings(pairs: Iterable[str]) -> dict[str, Json]:
    """Return `key=value` pairs as configuration values; `@file:PATH` is its text.

    Raises:
        UsageError: for a pair without `=`, a key given twice, a file that is no text.
    """
    seen: set[str] = set()
    split = (_split(pair, "--set", seen) for pair in pairs)
    return {key: _setting(value) for key, value in split}


def read_secrets(pairs: Iterable[str]) -> dict[str, SecretStr]:
    """Return `key=@env:NAME` pairs as secrets, known to redaction at once.

    Raises:
        UsageError: for a secret written out in the argument.
        MissingSecret: when the variable or file is not there.
    """
    seen: set[str] = set()
    split = (_split(pair, "--secret", seen) for pair in pairs)
    return {key: _secret(key, reference) for key, reference in split}


def read_reference(option: str, reference: str) -> SecretStr:
    """Return the one secret that an option refers to, known to redaction at once.

    Raises:
        UsageError: for a secret written out in the argument.
        MissingSecret: when the variable or file is not there.
    """
    if not reference.startswith("@"):
        raise UsageError(
            f"What {option} gives stands in the argument, where others can read it.",
            advice=f"Give it as {option} @env:NAME, @file:PATH or @-.",
        )
    return _secret(option.lstrip("-"), reference)


def typed_secrets(values: Mapping[str, str]) -> dict[str, SecretStr]:
    """Return typed secrets, those left empty dropped, known to redaction at once."""
    given = {key: SecretStr(value) for key, value in values.items() if value}
    hide(given)
    return given


def _split(pair: str, option: str, seen: set[str]) -> tuple[str, str]:
    key, equals, value = pair.partition("=")
    if not equals or not key:
        shown = option if option == "--secret" else f"{option} {pair!r}"
        raise UsageError(
            f"{shown} is not of the form key=value.",
            advice=f"Write it as {option} KEY={_EXAMPLES[option]}.",
        )
    if key in seen:
        raise UsageError(f"{option} gives “{key}” twice.")
    seen.add(key)
    return key, value


def _secret(key: str, reference: str) -> SecretStr:
    value = _referenced(key, reference)
    live.add(value)
    return SecretStr(value)


def _referenced(key: str, reference: str) -> str:
    if reference.startswith("@env:"):
        return _from_environment(key, reference[5:])
    if reference.startswith("@file:"):
        return _from_file(key, Path(reference[6:]))
    if reference == "@ssh-key":
        return _ssh_key()
    if reference == "@-":
        return sys.stdin.readline().rstrip("\r\n")
    raise UsageError(
        f"The secret “{key}” stands in the argument, where others can read it.",
        advice=f"Give it as --secret {key}=@env:NAME, =@file:PATH or =@-.",
    )


def _ssh_key() -> str:
    from ferrule.workspace.ssh_keys import new_secret

    return new_secret().get_secret_value()


def _from_environment(key: str, name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise MissingSecret(
            f"The variable {name} for the secret “{key}” is empty or not set.",
            advice=f"Set it before the call: export {name}=…",
        )
    return value


def _from_file(key: str, path: Path) -> str:
    try:
        return read_file(path, regular=False).text.rstrip("\r\n")
    except UsageError as error:
        raise MissingSecret(
            f"The file for the secret “{key}” cannot be read: {error.message}",
            advice=error.advice,
        ) from None


def _setting(value: str) -> str:
    if not value.startswith("@file:"):
        return value
    return read_file(Path(value[6:]), regular=False).text.rstrip("\r\n")


def parse_job(line: bytes) -> dict[str, Json]:
    """Return the job that a parent process writes as the first line.

    Raises:
        UsageError: when it is not a JSON object.
    """
    try:
        job = json.loads(line)
    except ValueError:
        job = None
    if not isinstance(job, dict):
        raise UsageError("The first line of standard input is not a job.")
    return job
