"""The service's side of a sign-in in the browser: OAuth 2 codes, and OAuth 1.0a."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ferrule.auth import Secrets
from ferrule.auth.oauth1 import OAuth1Auth
from ferrule.auth.oauth2 import Asker, AuthorizationCode, OAuth2Auth
from ferrule.auth.oauth2.asking import full_address
from ferrule.auth.token import TokenSet
from ferrule.clock import Clock
from ferrule.errors import SignInFailed
from ferrule.exchange import Json
from ferrule.oauth.attempt import Attempt, Expected, Foreign, Granted, Verdict
from ferrule.oauth.callback import Callback
from ferrule.oauth.discovery import Metadata, discover, guessed_issuer
from ferrule.oauth.exchange import Send, fetch_tokens
from ferrule.oauth.three_legged import Legs, ThreeLegged

_NOT_OURS = Foreign("no sign-in is under way")


class Party(Protocol):
    """Who is signed in with."""

    @property
    def warnings(self) -> Sequence[str]:
        """What a person should know before the browser opens."""

    def address(self, redirect_uri: str) -> str:
        """Return what the browser opens."""

    def judge(self, callback: Callback) -> Verdict:
        """Return what a callback means."""

    def tokens(self, granted: Granted) -> TokenSet:
        """Return the tokens for what was granted."""


@dataclass(slots=True)
class CodeParty:
    """OAuth 2 with a code."""

    connector: str
    auth: OAuth2Auth
    config: AuthorizationCode
    asker: Asker
    send: Send
    clock: Clock
    warnings: list[str] = field(default_factory=list)
    _attempt: Attempt | None = None

    def address(self, redirect_uri: str) -> str:
        """Return the authorise address of a fresh attempt."""
        place = self.asker.address(self.config.authorise_url)
        expected = self._expected(place)
        pkce = self.config.pkce != "omit_and_warn"
        if not pkce:
            self.warnings.append(
                "This service does without PKCE: whoever catches the code that comes "
                "back could use it. The connector's maker chose that."
            )
        attempt = Attempt(self.connector, expected, redirect_uri, pkce=pkce)
        url = self.asker.authorise_address(
            redirect_uri, attempt.state, attempt.challenge
        )
        self._attempt = attempt
        return url

    def judge(self, callback: Callback) -> Verdict:
        """Return what a callback means for the attempt under way."""
        return self._attempt.judge(callback) if self._attempt else _NOT_OURS

    def tokens(self, granted: Granted) -> TokenSet:
        """Return the tokens for a code, with the same redirect address to the byte."""
        attempt = self._attempt
        if attempt is None:
            raise SignInFailed("No sign-in is under way.")
        request = self.asker.code_request(
            granted.code, attempt.verifier, attempt.redirect_uri, self.clock.now()
        )
        return fetch_tokens(
            self.send,
            request,
            lambda answer, now: self.auth.received(
                answer, self.asker.secrets, now, query=granted.query
            ),
            self.clock,
        )

    def _expected(self, authorise: str) -> Expected:
        places = (authorise, self.asker.token_address)
        found = metadata_of(self.asker, self.send, authorise)
        if found is None:
            declared = self.config.issuer
            issuer = self.asker.address(declared) if declared else ""
            return Expected(issuer, places=places)
        if found.challenges is None or "S256" not in found.challenges:
            self.warnings.append(
                "The service does not say that it knows PKCE with S256; it is used "
                "all the same."
            )
        return Expected(found.issuer, found.names_itself, places)


def metadata_of(asker: Asker, send: Send, authorise: str) -> Metadata | None:
    """Return what the service publishes: where `issuer` says, else at its origin."""
    declared = asker.config.issuer
    if declared is not None:
        return discover(send, asker.address(declared), declared=True)
    return discover(send, guessed_issuer(authorise), declared=False, of=authorise)


@dataclass(slots=True)
class ThreeLeggedParty:
    """OAuth 1.0a with a person."""

    flow: ThreeLegged
    warnings: tuple[str, ...] = ()

    def address(self, redirect_uri: str) -> str:
        """Return the authorise address with a temporary token."""
        return self.flow.begin(redirect_uri)

    def judge(self, callback: Callback) -> Verdict:
        """Return what a callback means."""
        return self.flow.judge(callback)

    def tokens(self, granted: Granted) -> TokenSet:
        """Return the tokens for the verifier."""
        return self.flow.finish(granted.code)


def legs_of(auth: OAuth1Auth, secrets: Secrets, names: Mapping[str, Json]) -> Legs:
    """Return the three addresses in full.

    Raises:
        ExpressionError: when one lacks a value.
    """
    config = auth.config
    found = (config.request_url, config.authorise_url, config.token_url)
    return Legs(*(full_address(template or "", secrets, names) for template in found))
