"""What an answer's status means for a person: the error, and what to do about it."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urljoin

from ferrule.errors import (
    AskForLess,
    AuthRefused,
    Cause,
    ExchangeError,
    RateLimitError,
    UnexpectedStatus,
)
from ferrule.exchange import Response
from ferrule.redaction import Redactor
from ferrule.resilience.retry import Outcome
from ferrule.transport.faults import Shown
from ferrule.transport.pages import is_page

SNIPPET_LENGTH = 512
_REDACTED_LENGTH = 65_536
_FORBIDDEN = 403
_AUTH = frozenset({401, _FORBIDDEN})
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
_IN_FRONT = (
    "The credential was not judged: a proxy, a firewall or a check for robots stands"
    " before the service. See what the page says below."
)
_CLIENT_ADVICE = "The service refuses this request: see what it says below."
_SERVER_ADVICE = "The service itself failed: try again later, or see its status page."
_TAKEN_FOR_FAILURE = "A rule of the descriptor takes this answer for a failure."
_LESS = "Set a smaller page or a shorter window in the descriptor."
_CAUSE_ADVICE: Mapping[Cause, str] = {
    "config": "Check what was configured and what the credential may do.",
    "transient": "Usually this passes: try again later.",
    "system": _SERVER_ADVICE,
}
_REDIRECT_ADVICE = (
    "Redirects are not followed, so that no credential goes elsewhere: if that place is"
    " right, use it as the address."
)


def judge(
    response: Response,
    shown: Shown,
    redactor: Redactor,
    *,
    outcome: Outcome,
    attempts: int = 1,
    wait: float = 0.0,
) -> ExchangeError:
    """Return the error for an answer that is not taken.

    `wait` is the seconds that an error about rate tells. What a rule says stands
    first, what the service says in the snippet.
    """
    rule = outcome.rule
    said = f"{shown.host} answered {_named(response.status)}{_after(attempts)}"
    said += _redirect(response, redactor)
    if rule is not None and rule.message:
        said = f"{redactor.text(rule.message.strip())} ({said})"
    error = _told(said, response, outcome, wait)
    error.method, error.url = shown.method, shown.url
    error.status = response.status
    error.snippet = snippet(response.body, redactor)
    if rule is not None and rule.cause is not None:
        error.cause, error.advice = rule.cause, _CAUSE_ADVICE[rule.cause]
    return error


def _told(
    said: str, response: Response, outcome: Outcome, wait: float
) -> ExchangeError:
    action = outcome.action
    if action == "rate_limited":
        return RateLimitError(
            f"{said}: it asks to wait {wait:.0f} s.",
            retry_after=wait,
            advice=_ADVICE[429],
        )
    if action in {"shrink_page", "split_window"}:
        return AskForLess(f"{said}: it wants less at once.", how=action, advice=_LESS)
    if action == "fail" and response.status == _FORBIDDEN and is_page(response):
        return UnexpectedStatus(f"{said} with a web page.", advice=_IN_FRONT)
    if action == "refresh_auth" or (action == "fail" and response.status in _AUTH):
        return AuthRefused(
            f"{said}.", advice=_ADVICE.get(response.status, _ADVICE[401])
        )
    return UnexpectedStatus(f"{said}.", advice=_advice(response.status))


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
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return _TAKEN_FOR_FAILURE
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
    redirects = HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST
    if place is None or not redirects:
        return ""
    try:
        target = urljoin(response.url, place)
    except ValueError:
        target = place
    return f", a redirect to {redactor.url(target)[:300]}"
