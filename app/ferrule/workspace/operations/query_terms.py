"""The terms of a query of the log: `name:value`, a word, or words that are quoted."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ferrule.errors import UsageError

_TOKEN: Final = re.compile(
    r"(?P<minus>-?)(?:(?P<name>[A-Za-z][\w-]*):)?"
    r'(?:"(?P<quoted>[^"]*)(?P<closing>"|\Z)|(?P<plain>\S+))'
)
_BARE: Final = re.compile(r"(?P<minus>-?)(?P<name>[A-Za-z][\w-]*):\Z")
# As the command line prints them: what is pasted from there means what it was.
_CORRELATION: Final = re.compile(r"(?:run:\d{1,18}|op:[0-9a-f]{12})\Z")


class QueryError(UsageError):
    """A query that cannot be read; `column` counts from 0."""

    def __init__(self, message: str, *, column: int, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.column = column


class Term(NamedTuple):
    """One part of a query: `name:value`, or a word where `name` is empty."""

    name: str
    value: str
    column: int
    negated: bool


def terms(text: str) -> Iterator[Term]:
    """Yield the terms of a query; names are in lower case and not known to be names.

    Raises:
        QueryError: naming the place.
    """
    for match in _TOKEN.finditer(text):
        yield _term(match)


def _term(match: re.Match[str]) -> Term:
    column, negated = match.start(), bool(match["minus"])
    if match["quoted"] is not None:
        return Term(_name(match["name"]), _quoted(match), column, negated)
    plain = match["plain"]
    if '"' in plain:
        raise QueryError(
            "A quotation mark stands inside a word.",
            column=match.start("plain") + plain.index('"'),
            advice='Put all of it between two, as in entity:"two words".',
        )
    bare = _BARE.match(match[0])
    if bare is not None:
        raise _valueless(_name(bare["name"]), column)
    name = match["name"]
    whole = f"{name}:{plain}"
    if name is None or plain.startswith("//"):  # an address is a word
        return Term("", plain if name is None else whole, column, negated)
    if _CORRELATION.match(whole):
        return Term("correlation", whole, column, negated)
    return Term(_name(name), plain, column, negated)


def _quoted(match: re.Match[str]) -> str:
    """Return what stands between quotation marks."""
    start = match.start("quoted") - 1
    if not match["closing"]:
        raise QueryError(
            "The quotation mark is not closed.",
            column=start,
            advice='Close it, as in "two words".',
        )
    if not match["quoted"].strip():
        if match["name"]:
            raise _valueless(_name(match["name"]), match.start())
        raise QueryError("Nothing is between the quotation marks.", column=start)
    return match["quoted"]


def _valueless(name: str, column: int) -> QueryError:
    return QueryError(f"“{name}:” needs a value.", column=column)


def _name(text: str | None) -> str:
    return (text or "").lower()
