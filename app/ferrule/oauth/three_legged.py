"""OAuth 1.0a with a person (RFC 5849, section 2): three requests and one browser.

The temporary token stands for the state: a redirect that names another one is not of
this sign-in. A service that does not confirm the callback would let a stranger's
verifier in, and is refused (section 2.1).
"""

import hmac
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from pydantic import SecretStr

from ferrule.auth.kind import Secrets
from ferrule.auth.oauth1 import OAuth1Auth
from ferrule.auth.oauth2.answer import safe
from ferrule.auth.token import TokenSet
from ferrule.clock import Clock
from ferrule.errors import ReauthRequired, SignInFailed, UnreadableResponse
from ferrule.exchange import Pairs, Request, Response
from ferrule.oauth.attempt import Ended, Foreign, Granted, Verdict
from ferrule.oauth.callback import Callback
from ferrule.oauth.exchange import Send, ask
from ferrule.redaction import live

_OK: Final = 200
_MOST: Final = 16_384


@dataclass(frozen=True, slots=True)
class Legs:
    """The three addresses in full."""

    request: str
    authorise: str
    token: str


@dataclass(slots=True)
class ThreeLegged:
    """One attempt; `begin` before the browser, `finish` with what it brought."""

    auth: OAuth1Auth
    legs: Legs
    secrets: Secrets = field(repr=False)
    send: Send
    clock: Clock
    _temporary: TokenSet | None = field(default=None, repr=False)
    _spent: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def begin(self, redirect_uri: str) -> str:
        """Ask for a temporary token and return the address for the browser.

        Raises:
            SignInFailed: when the service does not confirm the callback.
            ExchangeError: when it gives no temporary token.
        """
        extra = (("oauth_callback", redirect_uri),)
        answer = self._signed(self.legs.request, None, extra, "request token")
        if answer.get("oauth_callback_confirmed") != "true":
            raise SignInFailed(
                "The service does not confirm the redirect address (OAuth 1.0, not "
                "1.0a): a stranger could sign you in as somebody else.",
                advice="Register the redirect address with the service.",
            )
        self._temporary = _tokens(answer, self.clock)
        token = self._temporary.access.get_secret_value()
        glue = "&" if "?" in self.legs.authorise else "?"
        return (
            self.legs.authorise
            + glue
            + urlencode({"oauth_token": token}, quote_via=quote)
        )

    def judge(self, callback: Callback) -> Verdict:
        """Return what a callback means; the first that is ours is the last."""
        if not self._take(callback):
            return Foreign("it is not of this sign-in")
        verifier = callback.get("oauth_verifier")
        if not verifier:
            why = safe(callback.get("oauth_problem") or "no verifier came", 64)
            return Ended(
                SignInFailed(
                    f"Leave was not given ({why}).", advice="Sign in again and agree."
                )
            )
        live.add(verifier)
        return Granted(verifier, callback.query)

    def finish(self, verifier: str) -> TokenSet:
        """Return the tokens for a verifier (section 2.3).

        Raises:
            ExchangeError: when the service gives none.
        """
        extra = (("oauth_verifier", verifier),)
        answer = self._signed(self.legs.token, self._temporary, extra, "token")
        return _tokens(answer, self.clock)

    def _take(self, callback: Callback) -> bool:
        ours = self._temporary.access.get_secret_value() if self._temporary else ""
        named = callback.get("oauth_token") or callback.get("denied")
        with self._lock:
            fits = bool(ours) and hmac.compare_digest(named.encode(), ours.encode())
            if self._spent or not fits:
                return False
            self._spent = True
            return True

    def _signed(
        self, url: str, tokens: TokenSet | None, extra: Pairs, what: str
    ) -> dict[str, str]:
        request = Request("POST", url)
        signed = self.auth.sign(request, self.secrets, tokens=tokens, extra=extra)
        return _read(ask(self.send, signed, what), what)


def _read(response: Response, what: str) -> dict[str, str]:
    """Return the form-encoded members of an answer (section 2.1)."""
    text = response.body[:_MOST].decode("utf-8", "replace")
    if response.status in {400, 401, 403}:
        raise ReauthRequired(
            f"The service gives no {what} (status {response.status}).",
            status=response.status,
            advice="Check consumer key and secret, and the redirect address that is "
            "registered with the service.",
        )
    pairs = parse_qsl(text.strip(), keep_blank_values=True)
    names = [name for name, _ in pairs]
    answer = dict(pairs)
    if response.status != _OK or len(answer) != len(names):
        raise UnreadableResponse(
            f"The {what} address answers {response.status}, not with a token.",
            status=response.status,
            advice=f"Check the {what} address in the descriptor.",
        )
    return answer


def _tokens(answer: Mapping[str, str], clock: Clock) -> TokenSet:
    token, secret = answer.get("oauth_token", ""), answer.get("oauth_token_secret", "")
    if not token:
        raise UnreadableResponse("The answer holds no oauth_token.")
    live.add(token)
    live.add(secret)
    return TokenSet(
        access=SecretStr(token),
        obtained_at=clock.now(),
        extra={"secret": SecretStr(secret)},
    )
