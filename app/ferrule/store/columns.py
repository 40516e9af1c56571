"""The usual columns of tables."""

from sqlalchemy import Column, Integer, Text


def text(name: str, *, key: bool = False) -> Column[str]:
    """Return a column of text that is never null."""
    return Column(name, Text, primary_key=key, nullable=False)


def maybe(name: str) -> Column[str]:
    """Return a column of text or null."""
    return Column(name, Text)


def count(name: str) -> Column[int]:
    """Return a column of a number that begins at 0."""
    return Column(name, Integer, nullable=False, server_default="0")
