"""One sign-in from its first step to its last, whichever way it goes."""

import threading
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from typing import Final

from ferrule.auth import Secrets
from ferrule.auth.oauth1 import OAuth1Auth
from ferrule.auth.oauth2 import AuthorizationCode, OAuth2Auth
from ferrule.auth.oauth2.answer import missing_scopes
from ferrule.auth.token import TokenSet
from ferrule.clock import Clock, SystemClock
from ferrule.descriptor.hosts import check_host_parts
from ferrule.descriptor.model import Connector
from ferrule.errors import Cancelled, FerruleError, SignInFailed, UsageError
from ferrule.exchange import Json
from ferrule.oauth.three_legged import ThreeLegged
from ferrule.redaction import live
from ferrule.sync.plan import base_url
from ferrule.transport.client import Client
from ferrule.workspace.clients import OF_A_PERSON_S, host_policy
from ferrule.workspace.signing_in.flows import (
    TOTAL_S,
    BrowserFlow,
    DeviceFlow,
    Flow,
    Shared,
    UnattendedFlow,
)
from ferrule.workspace.signing_in.party import CodeParty, ThreeLeggedParty, legs_of
from ferrule.workspace.signing_in.steps import SignInStep, Way

_LARGEST_ANSWER: Final = 1_000_000
Keep = Callable[[TokenSet], None]


def _nowhere(_tokens: TokenSet) -> None:
    """Leave the tokens to who asked."""


class SignIn:
    """A person signs in with a configuration and secrets that may be unsaved.

    `keep` is given the tokens before `signed_in` is told, and may refuse them.
    `tokens` is there after that step. `steps` is gone through once, in any thread;
    `paste` and `cancel` may be called from every other.
    """

    def __init__(
        self,
        connector: Connector,
        config: Mapping[str, Json],
        secrets: Secrets,
        way: Way,
        *,
        keep: Keep = _nowhere,
        allow_http: Collection[str] = (),
        clock: Clock | None = None,
        timeout_s: float = TOTAL_S,
    ) -> None:
        for secret in secrets.values():
            live.add(secret)
        self.tokens: TokenSet | None = None
        self._connector = connector
        self._config = dict(config)
        self._secrets = secrets
        self._way = way
        self._keep = keep
        self._policy = host_policy(connector, config, allow_http)
        self._clock = clock or SystemClock()
        self._timeout_s = timeout_s
        self._cancelled = threading.Event()
        self._client: Client | None = None
        self._flow: Flow | None = None
        self.failed: Callable[[SignInStep], None] = lambda _step: None
        """Told the last step of a sign-in that brought nothing."""

    def cancel(self) -> None:
        """End the sign-in; from any thread."""
        self._cancelled.set()
        if self._client is not None:
            self._client.cancel()

    def paste(self, text: str) -> None:
        """Take the address that the browser shows in the end; from any thread.

        Raises:
            SignInFailed: when it is not of this sign-in, which goes on waiting.
        """
        if self._flow is None:
            raise SignInFailed("No sign-in is under way.")
        self._flow.paste(text)

    def steps(self) -> Generator[SignInStep, None, None]:
        """Yield a step after another; the last one says how it ended."""
        try:
            self._client = Client(
                self._policy,
                patience_s=OF_A_PERSON_S,
                clock=self._clock,
                max_body=_LARGEST_ANSWER,
            )
            with self._client as client:
                yield from self._until_kept(client)
        except Cancelled:
            yield SignInStep("cancelled", detail="The sign-in was cancelled.")
        except FerruleError as error:
            if self._cancelled.is_set():
                yield SignInStep("cancelled", detail="The sign-in was cancelled.")
            else:
                step = _failed(error)
                self.failed(step)
                yield step

    def _until_kept(self, client: Client) -> Iterator[SignInStep]:
        flow = self._flow = self._made(client)
        yield from flow.steps()
        if flow.tokens is None:
            raise SignInFailed("The sign-in brought no token.")
        # What came with the tokens may be part of a host: none that leads elsewhere.
        check_host_parts(self._connector, {**self._config, **flow.tokens.captured})
        self._keep(flow.tokens)
        self.tokens = flow.tokens
        yield self._signed_in(flow.tokens)

    def _made(self, client: Client) -> Flow:
        """Return the flow that goes this way with this method."""
        shared = Shared(
            client.exchange,
            self._clock,
            self._policy.check,
            self._clock.monotonic() + self._timeout_s,
            self._cancelled,
        )
        shared.go_on()
        auth, names = self._connector.sign_in, self._names()
        if self._way == "unattended":
            return UnattendedFlow(
                shared,
                auth,
                self._secrets,
                lambda: auth.renewal(self._secrets, names, self._clock.now()),
            )
        if isinstance(auth, OAuth1Auth):
            return self._three_legged(shared, auth)
        if not isinstance(auth, OAuth2Auth):
            raise UsageError(
                f"{self._connector.name} is not signed in with by a browser.",
                advice="Give its credential instead.",
            )
        return self._second(shared, auth)

    def _second(self, shared: Shared, auth: OAuth2Auth) -> Flow:
        asker = auth.asker(self._secrets, self._names())
        config = auth.config
        if self._way == "device":
            return DeviceFlow(shared, auth, asker)
        if not isinstance(config, AuthorizationCode):
            raise UsageError(
                f"{self._connector.name} has no sign-in by a browser.",
                advice="Use the device flow (--device).",
            )
        party = CodeParty(
            self._connector.id, auth, config, asker, shared.send, self._clock
        )
        return BrowserFlow(shared, party, config.redirect)

    def _three_legged(self, shared: Shared, auth: OAuth1Auth) -> Flow:
        if self._way == "device":
            raise UsageError("OAuth 1 has no device flow.")
        known = auth.settled(self._config)
        legs = legs_of(known, self._secrets, self._names())
        flow = ThreeLegged(known, legs, self._secrets, shared.send, self._clock)
        return BrowserFlow(shared, ThreeLeggedParty(flow), known.config.redirect)

    def _names(self) -> dict[str, Json]:
        return {
            "config": self._config,
            "baseUrl": base_url(self._connector, self._config),
        }

    def _signed_in(self, tokens: TokenSet) -> SignInStep:
        auth = self._connector.sign_in
        asked = auth.config.scopes if isinstance(auth, OAuth2Auth) else ()
        missing = missing_scopes(asked, tokens.scopes)
        return SignInStep(
            "signed_in",
            detail=f"not granted: {', '.join(missing)}" if missing else "",
            until=tokens.expires_at,
            asked=asked,
            granted=tokens.scopes,
            missing=missing,
        )


def _failed(error: FerruleError) -> SignInStep:
    return SignInStep(
        "failed", detail=live.text(error.message), advice=live.text(error.advice)
    )
