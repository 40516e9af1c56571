"""Asking a person before something goes."""

import sys

import typer

from ferrule.errors import UsageError


def agreed(question: str) -> bool:
    """Ask on a terminal; elsewhere nobody can answer.

    Raises:
        UsageError: when there is no terminal.
    """
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nobody can be asked here.", advice="Add --yes.")
    return typer.confirm(question)
