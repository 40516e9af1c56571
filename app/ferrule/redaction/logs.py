"""Logging without secrets: guarded on the final text of a record.

A filter on the message would miss its arguments and its traceback.
"""

import logging
from collections.abc import Iterator
from typing import Final

from ferrule.redaction.redactor import Hidden, Redactor


class RedactingFormatter(logging.Formatter):
    """Lets another formatter write a record, then redacts the whole text."""

    def __init__(self, inner: logging.Formatter | None, redactor: Redactor) -> None:
        super().__init__()
        self.inner = inner or logging.Formatter()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's text, traceback included, without any secret."""
        return self._redactor.text(self.inner.format(record))


class _Live(Redactor):
    """Guards logging with the first secret there is: no program need remember to."""

    _guards = False

    def add(self, value: Hidden | str) -> None:
        """Keep one more value secret from now on, in logs too."""
        super().add(value)
        self._guard()

    def add_passing(self, value: Hidden | str, of: str = "") -> None:
        """Keep a token secret, in logs too, until many others of its kind came."""
        super().add_passing(value, of)
        self._guard()

    def _guard(self) -> None:
        if not self._guards:
            self._guards = True
            guard_logging(self)
            _guard_later_handlers(self)


live: Final = _Live()
"""The process-wide registry: whoever reads a secret adds it here first."""


def guard_logging(redactor: Redactor = live) -> None:
    """Wrap every handler there is, and silence what logs URLs, headers and tokens.

    Call it again after handlers were added: one that is wrapped already stays.
    """
    for name in ("httpx", "httpcore", "authlib"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for handler in _handlers():
        if not isinstance(handler.formatter, RedactingFormatter):
            handler.setFormatter(RedactingFormatter(handler.formatter, redactor))


def _guard_later_handlers(redactor: Redactor) -> None:
    """Redact what any handler writes, those too that are added later.

    `logging.exception` makes one by itself where there is none.
    """
    written = logging.Handler.format

    def redacted(handler: logging.Handler, record: logging.LogRecord) -> str:
        return redactor.text(written(handler, record))

    logging.Handler.format = redacted  # type: ignore[method-assign, assignment]  # no other place sees them all


def _handlers() -> Iterator[logging.Handler]:
    yield from logging.getLogger().handlers
    if logging.lastResort is not None:
        yield logging.lastResort
    for known in logging.Logger.manager.loggerDict.values():
        if isinstance(known, logging.Logger):
            yield from known.handlers
