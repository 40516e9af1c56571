"""Reading the answer of a token address (RFC 6749, section 5): strict by default.

Taken is 200 with a JSON object, a non-empty access token, the type bearer and a finite
lifetime. Where a descriptor names `tokenPath` the answer is the vendor's own form, and
the type is not asked for. No text of an error holds more of the answer than its code
and its own description, cut and without secrets.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from pydantic import SecretStr

from ferrule.auth.expiring import moment_told
from ferrule.auth.kind import Secrets
from ferrule.auth.oauth2.sections import OAuth2Common
from ferrule.auth.token import TokenSet, expiry, tokens_of
from ferrule.errors import (
    ExchangeError,
    ReauthRequired,
    UnexpectedStatus,
    UnreadableResponse,
)
from ferrule.exchange import MISSING, Json, Response, scalar_text
from ferrule.expression.dates import parse_duration
from ferrule.expression.source import Place, compile_source
from ferrule.redaction import live

_OK: Final = 200
_MADE: Final = 201  # of a vendor whose answers are of its own form, such as GitHub
_PASSING: Final = frozenset(
    {"server_error", "temporarily_unavailable", "slow_down", "rate_limited"}
)
_ILL_PUT: Final = frozenset(
    {"invalid_request", "unsupported_grant_type", "invalid_target"}
)
_CODE: Final = re.compile(r"[\x20-\x7e]{1,64}")
_SHOWN: Final = 200
_MOST_CAPTURED: Final = 2_048
_UNSEEN: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+"
)
_BETWEEN: Final = re.compile(r"[\s,]+")


class Refusal(NamedTuple):
    """The error of an authorization server: its code and its own words, made safe."""

    code: str
    words: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.words}" if self.words else self.code


def safe(text: str, most: int = _SHOWN) -> str:
    """Return a stranger's text to be shown: one line, cut, without live secrets."""
    line = _UNSEEN.sub(" ", live.text(text)).strip()
    return line if len(line) <= most else line[:most] + "…"


def refusal_in(body: Json) -> Refusal | None:
    """Return the error that a JSON answer tells, None where it tells none.

    It counts whatever the status is: some vendors send it with 200.
    """
    if not isinstance(body, dict):
        return None
    code = body.get("error")
    if isinstance(code, dict):  # Google's APIs and others nest it
        body, code = code, code.get("status") or code.get("code") or code.get("type")
    if code in (None, "", False) or isinstance(code, list):
        return None
    text = scalar_text(code)
    words = body.get("error_description") or body.get("message") or ""
    shown = safe(text, 64) if _CODE.fullmatch(text) else "an error"
    return Refusal(shown, safe(words) if isinstance(words, str) else "")


class AnswerReader(msgspec.Struct, frozen=True):
    """Reads token answers as one connector's section says."""

    config: OAuth2Common
    query: Mapping[str, str] = {}

    def read(self, response: Response, secrets: Secrets, now: datetime) -> TokenSet:
        """Return the token set in an answer that came at `now`.

        `query` are the parameters of the redirect, for `capture`. What the answer
        leaves out (refresh token, scopes, captured values) stays as it was.

        Raises:
            ReauthRequired: when only a person can help: the grant is not valid any
                more, or the client is not accepted.
            ExchangeError: when the answer is no good for another reason.
        """
        before = tokens_of(secrets)
        body = self._body(response)
        place = Place(body, response.lower_headers, response.status, query=self.query)
        self._check_type(body)
        refresh = self._text(place, self.config.refresh_token_path, "refresh_token")
        old = before.refresh if before else None
        return TokenSet(
            access=SecretStr(self._access(place)),
            obtained_at=now,
            refresh=SecretStr(refresh) if refresh else old,
            expires_at=self._expires(place, now),
            scopes=self._scopes(body, before),
            captured=self._captured(place, before),
        )

    def _body(self, response: Response) -> dict[str, Json]:
        if 300 <= response.status < 400:  # noqa: PLR2004 - the class of redirects
            raise UnexpectedStatus(
                f"The token address redirects ({response.status}); that is not "
                "followed, because the request holds secrets.",
                status=response.status,
                advice="Give the token address that is redirected to.",
            )
        body = _object(response)
        refusal = refusal_in(body)
        if refusal is not None:
            raise refused(refusal, response.status)
        made = response.status == _MADE and self.config.token_path is not None
        if response.status != _OK and not made:
            raise _bad_status(response.status)
        if body is None:
            raise UnreadableResponse(
                "The token address does not answer with a JSON object.",
                status=response.status,
                advice="Check the token address: this may be a page for people.",
            )
        return body

    def _check_type(self, body: Mapping[str, Json]) -> None:
        kind = body.get("token_type")
        if self.config.token_path is None and str(kind).lower() != "bearer":
            told = "no type" if kind is None else f"the type {safe(str(kind), 40)!r}"
            raise UnreadableResponse(
                f"The token came with {told}; only bearer tokens are taken.",
                advice="Where the vendor's answers are of another form, name "
                "tokenPath in the descriptor.",
            )

    def _access(self, place: Place) -> str:
        found = self._text(place, self.config.token_path, "access_token")
        if not found:
            raise UnreadableResponse(
                "The answer of the token address holds no access token.",
                advice="Check tokenPath in the descriptor.",
            )
        return found

    def _text(self, place: Place, source: str | None, usual: str) -> str:
        value = compile_source(source or f"$.{usual}").first(place)
        if value is MISSING or value is None:
            return ""
        if not isinstance(value, str) or _UNSEEN.search(value):
            raise UnreadableResponse(f"The {usual.replace('_', ' ')} is not a text.")
        return value

    def _expires(self, place: Place, now: datetime) -> datetime | None:
        own = self.config.expires_path
        told = compile_source(own or "$.expires_in").first(place)
        if told is not MISSING and told is not None:
            return moment_told(told, now) if own else expiry(now, told)
        if self.config.lifetime is None:
            return None
        try:
            return now + parse_duration(self.config.lifetime)
        except OverflowError:
            return None  # longer than there are dates

    def _scopes(
        self, body: Mapping[str, Json], before: TokenSet | None
    ) -> tuple[str, ...]:
        """Return what was granted; without a word, what was asked (section 5.1)."""
        told = body.get("scope")
        if isinstance(told, str):
            return tuple(filter(None, _BETWEEN.split(told)))
        if isinstance(told, list):
            return tuple(one for one in told if isinstance(one, str))
        return before.scopes if before else self.config.scopes

    def _captured(self, place: Place, before: TokenSet | None) -> dict[str, str]:
        found = dict(before.captured) if before else {}
        for key, source in (self.config.capture or {}).items():
            value = compile_source(source).first(place)
            if value is not MISSING and value is not None:
                found[key] = _capturable(key, value)
            elif key not in found:
                raise UnreadableResponse(
                    f"The service did not tell “{key}” ({source}) at the sign-in.",
                    advice="Check capture in the descriptor.",
                )
        return found


def refused(refusal: Refusal, status: int | None) -> ExchangeError:
    """Return the error for what an authorization server refused.

    What is known to pass, or to be the fault of how it was asked, is not a matter of
    signing in again; everything else is: never a loop.
    """
    if refusal.code in _PASSING or (status or 0) >= 500:  # noqa: PLR2004 - their fault
        return UnexpectedStatus(
            f"The service cannot give a token just now ({refusal}).",
            status=status,
            advice="Usually this passes.",
        )
    if refusal.code in _ILL_PUT:
        return UnexpectedStatus(
            f"The service does not understand how a token was asked for ({refusal}).",
            status=status,
            advice="Check grant, clientAuth and tokenParams in the descriptor.",
        )
    return ReauthRequired(
        f"The service gives no token ({refusal}).",
        status=status,
        advice="Sign in again. If that does not help, check client id and secret.",
    )


def missing_scopes(asked: Iterable[str], granted: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes that were asked for and not granted, in their order."""
    have = set(granted)
    return tuple(scope for scope in asked if scope not in have)


def _object(response: Response) -> dict[str, Json] | None:
    try:
        body = response.json
    except UnreadableResponse:
        return None
    return body if isinstance(body, dict) else None


def _bad_status(status: int) -> ExchangeError:
    if status in {401, 403}:
        return ReauthRequired(
            f"The token address answers {status}: the client is not accepted.",
            status=status,
            advice="Check client id and secret, then sign in again.",
        )
    return UnexpectedStatus(
        f"The token address answers {status}.",
        status=status,
        advice="Check the token address, or the service's status page.",
    )


def _capturable(key: str, value: Json) -> str:
    text = "" if isinstance(value, dict | list) else scalar_text(value)
    if not text or len(text) > _MOST_CAPTURED or _UNSEEN.search(text):
        raise UnreadableResponse(
            f"What the service tells as “{key}” cannot be a configuration value."
        )
    return text
