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


def typed(question: str, *, twice: bool = False) -> str | None:
    """Return what a person types unseen; None where there is no terminal."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    answer: str = typer.prompt(
        question, hide_input=True, confirmation_prompt=twice, err=True
    )
    return answer


def at_terminal() -> bool:
    """Tell whether somebody can be asked, and sees what they are asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirmed_by_word(word: str) -> str | None:
    """Have a person type a word on a terminal; None where another came, or nothing."""
    answer: str = typer.prompt(
        f"Type {word} to send exactly this", default="", show_default=False, err=True
    )
    return word if answer.strip() == word else None
