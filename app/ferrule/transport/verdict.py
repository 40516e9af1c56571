"""What an answer's status means for a person: the error, and what to do about it."""

from http import HTTPStatus
from urllib.parse import urljoin

from ferrule.errors import (
    AuthRefused,
    ExchangeError,
    RateLimitError,
    UnexpectedStatus,
)
from ferrule.exchange import Response
from ferrule.redaction import Redactor
from ferrule.transport.faults import Shown

SNIPPET_LENGTH = 512
_REDACTED_LENGTH = 65_536
_NOT_MODIFIED = 304
_AUTH = frozenset({401, 403})
_ADVICE = {
    400: "The request is not as the service wants it: compare its query and body"
    " with the vendor's documentation.",
    401: "The credential is missing, wrong or expired: give it again.",
    403: "The credential is accepted but may not do this: check its scopes and what"
    " the account may see.",
    404: "Nothing is at this address: check the base address, the path and the names"
    " in it; some services say 404 where access is missing.",
    405: "The service does not know this method here.",
    406: "The service cannot answer in the wanted format: check the Accept header.",
    408: "The service gave up waiting; try again later.",
    409: "Something there is in another state than the request expects.",
    410: "It is gone for good; a stored cursor may have expired, then sync in full.",
    413: "The request is too large: ask for less at once.",
    414: "The address is too long: ask for less at once.",
    415: "The service does not take this kind of body: check the body type.",
    422: "The service understood the request but not its values: compare them with"
    " the vendor's documentation.",
    429: "Wait, then try again; a lower rate limit in the descriptor avoids it.",
    451: "The service may not show this for legal reasons.",
}
_CLIENT_ADVICE = "The service refuses this request: see what it says below."
_SERVER_ADVICE = "The service itself failed: try again later, or see its status page."
_REDIRECT_ADVICE = (
    "Redirects are not followed, so that no credential goes elsewhere: if that place is"
    " right, use it as the address."
)


def is_good(response: Response) -> bool:
    """Tell whether the status is 2xx or 304."""
    ok = HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES
    return ok or response.status == _NOT_MODIFIED


def judge(
    response: Response,
    shown: Shown,
    redactor: Redactor,
    *,
    attempts: int = 1,
    throttled_for: float | None = None,
) -> ExchangeError:
    """Return the error for an answer that is not good.

    `throttled_for` is given when the answer was about rate: seconds to wait.
    """
    said = f"{shown.host} answered {_named(response.status)}{_after(attempts)}"
    error = _told(said, response, redactor, throttled_for)
    error.method, error.url = shown.method, shown.url
    error.status = response.status
    error.snippet = snippet(response.body, redactor)
    return error


def _told(
    said: str, response: Response, redactor: Redactor, throttled_for: float | None
) -> ExchangeError:
    if throttled_for is not None:
        return RateLimitError(
            f"{said}: it asks to wait {throttled_for:.0f} s.",
            retry_after=throttled_for,
            advice=_ADVICE[429],
        )
    if response.status in _AUTH:
        return AuthRefused(f"{said}.", advice=_ADVICE[response.status])
    target = _redirect(response, redactor)
    return UnexpectedStatus(f"{said}{target}.", advice=_advice(response.status))


def snippet(body: bytes, redactor: Redactor) -> str:
    """Return the beginning of a body as one text of at most 512 characters.

    It is redacted before it is cut, so that no half of a secret stays.
    """
    text = body[:_REDACTED_LENGTH].decode("utf-8", "replace")
    clean = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return redactor.loose(clean)[:SNIPPET_LENGTH].strip()


def _advice(status: int) -> str:
    if status in _ADVICE:
        return _ADVICE[status]
    if status < HTTPStatus.BAD_REQUEST:
        return _REDIRECT_ADVICE
    server = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return _SERVER_ADVICE if server else _CLIENT_ADVICE


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _after(attempts: int) -> str:
    return f" after {attempts} attempts" if attempts > 1 else ""


def _redirect(response: Response, redactor: Redactor) -> str:
    place = response.header("location")
    if place is None or response.status >= HTTPStatus.BAD_REQUEST:
        return ""
    try:
        target = urljoin(response.url, place)
    except ValueError:
        target = place
    return f", a redirect to {redactor.url(target)[:300]}"
