"""What a server says instead of what it was asked for, as one shape.

A refusal has a status (RFC 9110), a code that programs compare, and words for people.
Whatever is not refused on purpose is a bug or the database's, and is told without any
detail: details go to the log.
"""

import re
from http import HTTPStatus
from typing import Final

from ferrule.errors import (
    BundleRejected,
    FerruleError,
    NotFound,
    Rollback,
    StoreError,
    UsageError,
)

_LARGE: Final = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
_UNUSABLE: Final = HTTPStatus.UNPROCESSABLE_ENTITY
_WORD: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


class RefusalError(FerruleError):
    """An answer that is no: with its status, its code, and what to do."""

    def __init__(
        self, status: int, code: str, message: str, *, advice: str = "", step: int = 0
    ) -> None:
        super().__init__(message, advice=advice)
        self.status = int(status)
        self.code = code
        self.step = step


def malformed(message: str, advice: str = "") -> RefusalError:
    """Return the refusal of a request that cannot be read."""
    return RefusalError(
        HTTPStatus.BAD_REQUEST, "malformed_request", message, advice=advice
    )


def conflict(code: str, message: str, advice: str) -> RefusalError:
    """Return the refusal of what does not fit to what is kept."""
    return RefusalError(HTTPStatus.CONFLICT, code, message, advice=advice)


def unusable(message: str, advice: str = "", code: str = "unusable") -> RefusalError:
    """Return the refusal of a request that was read, and cannot be done as it is."""
    return RefusalError(_UNUSABLE, code, message, advice=advice)


def forbidden(scope: str) -> RefusalError:
    """Return the refusal of a token that lacks a scope."""
    return RefusalError(
        HTTPStatus.FORBIDDEN,
        "missing_scope",
        f"This needs the scope {scope}, which the token does not have.",
        advice=f"Ask for a token made with: ferrule server token new --scope {scope}",
    )


def too_large(limit: int) -> RefusalError:
    """Return the refusal of a body that is over its limit."""
    return RefusalError(
        _LARGE,
        "too_large",
        f"The body is larger than {limit} bytes.",
        advice="Nothing was taken in; send less.",
    )


def refusal_of(error: Exception) -> RefusalError | None:
    """Return what a caller is told of an error; None for one that nobody foresaw."""
    if isinstance(error, RefusalError):
        return error
    if isinstance(error, BundleRejected):
        return _rejected(error)
    if isinstance(error, NotFound):
        status, code = HTTPStatus.NOT_FOUND, "not_found"
        return RefusalError(status, code, error.message, advice=error.advice)
    if isinstance(error, UsageError):
        return unusable(error.message, error.advice)
    if isinstance(error, StoreError):
        return RefusalError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "unavailable",
            "The server's database cannot be used at the moment.",
            advice="Try again; if it stays so, tell who runs the server.",
        )
    return None


def unforeseen() -> RefusalError:
    """Return what a caller is told of a bug: nothing of it."""
    return RefusalError(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal",
        "The server made a mistake.",
        advice="Nothing was changed. Tell who runs the server; its log says more.",
    )


def _rejected(error: BundleRejected) -> RefusalError:
    status = HTTPStatus.CONFLICT if isinstance(error, Rollback) else _UNUSABLE
    code = _WORD.sub("_", type(error).__name__).lower()
    return RefusalError(
        status, code, error.message, advice=error.advice, step=error.step
    )
