"""The three ways a sign-in goes: by the browser, by a device code, without a person."""

import queue
import re
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol

from ferrule.auth import AuthKind, Secrets
from ferrule.auth.oauth2 import Asker, OAuth2Auth, Redirect
from ferrule.auth.token import TokenSet
from ferrule.clock import Clock
from ferrule.errors import Cancelled, DescriptorError, ReauthRequired, SignInFailed
from ferrule.exchange import Request
from ferrule.oauth.attempt import Ended, Foreign, Granted, Verdict
from ferrule.oauth.callback import read_pasted, read_query
from ferrule.oauth.device import Polling, read_device_code
from ferrule.oauth.exchange import Send, ask, fetch_tokens
from ferrule.oauth.loopback import DEFAULT_PATH, Listener
from ferrule.oauth.pages import Page, page
from ferrule.oauth.secure import check_secure
from ferrule.workspace.signing_in.party import Party
from ferrule.workspace.signing_in.steps import SignInStep

TOTAL_S: Final = 300.0
DEVICE_S: Final = 900.0
_LOOK_S: Final = 0.1
_PATH: Final = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")


@dataclass(slots=True)
class Shared:
    """What all flows use: the door, the clock, when to give up, and the way out."""

    send: Send
    clock: Clock
    allowed: Callable[[str], None]
    until: float
    cancelled: threading.Event = field(default_factory=threading.Event)

    def go_on(self) -> None:
        """Do nothing, unless the person has cancelled.

        Raises:
            Cancelled: then.
        """
        if self.cancelled.is_set():
            raise Cancelled("The sign-in was cancelled.")

    def waiting(self, seconds: float) -> SignInStep:
        """Return the step that tells until when is waited."""
        until = self.clock.now() + timedelta(seconds=max(seconds, 0.0))
        return SignInStep("waiting", until=until)

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self.until - self.clock.monotonic()


class Flow(Protocol):
    """One way; `tokens` is there once its steps have come to their end."""

    tokens: TokenSet | None

    def steps(self) -> Iterator[SignInStep]:
        """Yield the steps up to the tokens; block in between."""

    def paste(self, text: str) -> None:
        """Take an address that a person pasted."""


class BrowserFlow:
    """The browser brings a code back to a listener, or a person pastes the address."""

    def __init__(self, shared: Shared, party: Party, redirect: Redirect | None) -> None:
        self.tokens: TokenSet | None = None
        self._shared = shared
        self._party = party
        self._redirect = redirect or Redirect.model_validate({})
        self._inbox: queue.SimpleQueue[Ended | Granted] = queue.SimpleQueue()
        self._redirect_uri = ""
        self._foreign = 0

    def steps(self) -> Iterator[SignInStep]:
        """Yield listening, opened, waiting, received and exchanging."""
        if self._redirect.https_uri:
            self._redirect_uri = check_secure(self._redirect.https_uri, "redirect")
            yield SignInStep("listening", url=self._redirect_uri, paste=True)
            granted = yield from self._round()
        else:
            with self._listener() as listener:
                self._redirect_uri = listener.redirect_uri
                yield SignInStep("listening", url=self._redirect_uri)
                granted = yield from self._round()
        yield SignInStep("received")
        yield SignInStep("exchanging")
        self.tokens = self._party.tokens(granted)

    def paste(self, text: str) -> None:
        """Take the address that the browser shows in the end.

        Raises:
            SignInFailed: when it is not of this sign-in; it goes on waiting.
        """
        if not self._redirect_uri:
            raise SignInFailed("Nothing is waited for yet.")
        verdict = self._party.judge(read_pasted(text, self._redirect_uri))
        if isinstance(verdict, Foreign):
            raise SignInFailed(
                "The pasted address is of another sign-in, or was used already.",
                advice="Take the one from the page that was opened last.",
            )
        self._inbox.put(verdict)

    def _round(self) -> Generator[SignInStep, None, Granted]:
        url = check_secure(self._party.address(self._redirect_uri), "authorise")
        self._shared.allowed(url.partition("?")[0])
        self._shared.go_on()
        for warning in self._party.warnings:
            yield SignInStep("warned", detail=warning)
        yield SignInStep("opened", url=url)
        yield self._shared.waiting(self._shared.left)
        return (yield from self._waited())

    def _waited(self) -> Generator[SignInStep, None, Granted]:
        told, again_at = 0, 0.0
        while True:
            self._shared.go_on()
            if self._foreign > told and self._shared.clock.monotonic() >= again_at:
                told = self._foreign
                again_at = self._shared.clock.monotonic() + 1.0
                yield SignInStep("ignored", count=told)
            try:
                verdict = self._inbox.get(timeout=_LOOK_S)
            except queue.Empty:
                if self._shared.left > 0:
                    continue
                raise _too_late() from None
            if isinstance(verdict, Ended):
                raise verdict.error
            return verdict

    def _listener(self) -> Listener:
        fixed = self._redirect
        return Listener(
            self._decide,
            host=fixed.host or "127.0.0.1",
            port=fixed.port or 0,
            path=path_of(fixed),
        )

    def _decide(self, query: str) -> Page:
        """Judge a redirect that came to the listener, in the listener's thread."""
        try:
            verdict: Verdict = self._party.judge(read_query(query))
        except SignInFailed:
            verdict = Foreign("it cannot be read")
        if isinstance(verdict, Foreign):
            self._foreign += 1
            return page("foreign")
        self._inbox.put(verdict)
        return page("declined" if isinstance(verdict, Ended) else "done")


@dataclass(slots=True)
class DeviceFlow:
    """A person types a code on any device, and we ask until they have."""

    shared: Shared
    auth: OAuth2Auth
    asker: Asker
    tokens: TokenSet | None = None

    def steps(self) -> Iterator[SignInStep]:
        """Yield the code, waiting and received."""
        clock = self.shared.clock
        answer = ask(self.shared.send, self.asker.device_request(clock.now()), "device")
        began = clock.monotonic()
        code = read_device_code(answer, clock.now())
        life = min((code.expires_at - clock.now()).total_seconds(), DEVICE_S)
        yield SignInStep(
            "code",
            url=code.verification_uri,
            complete_url=code.complete_uri,
            user_code=code.user_code,
        )
        yield self.shared.waiting(life)
        polling = Polling(
            self.shared.send,
            lambda: self.asker.device_token_request(code.device_code, clock.now()),
            lambda got, now: self.auth.received(got, self.asker.secrets, now),
            clock,
            self.shared.cancelled.is_set,
            began + life,
            code.interval_s,
        )
        self.tokens = polling.tokens()
        yield SignInStep("received")

    def paste(self, text: str) -> None:  # noqa: ARG002 - there is nothing to paste
        """Refuse: a device code brings no address.

        Raises:
            SignInFailed: always.
        """
        raise SignInFailed("Nothing is to be pasted: type the code at the address.")


@dataclass(slots=True)
class UnattendedFlow:
    """A token that needs nobody: the client's own, or for a signed statement."""

    shared: Shared
    auth: AuthKind
    secrets: Secrets
    renewal: Callable[[], Request | TokenSet | None]
    tokens: TokenSet | None = None

    def steps(self) -> Iterator[SignInStep]:
        """Yield exchanging."""
        yield SignInStep("exchanging")
        asked = self.renewal()
        if isinstance(asked, TokenSet):
            self.tokens = asked
            return
        if asked is None:
            raise ReauthRequired(
                "There is nothing to get a token with.",
                advice="Give a refresh token among the credentials.",
            )
        self.tokens = fetch_tokens(
            self.shared.send,
            asked,
            lambda got, now: self.auth.received(got, self.secrets, now),
            self.shared.clock,
        )

    def paste(self, text: str) -> None:  # noqa: ARG002 - as above
        """Refuse: nobody waits for an address.

        Raises:
            SignInFailed: always.
        """
        raise SignInFailed("Nothing is to be pasted: this sign-in needs nobody.")


def path_of(redirect: Redirect) -> str:
    """Return the path of a redirect address on this machine.

    Raises:
        DescriptorError: when the descriptor's is more than a path.
    """
    path = redirect.path or DEFAULT_PATH
    if not _PATH.fullmatch(path):
        raise DescriptorError(
            f"The path of the redirect address cannot be {path[:80]!r}.",
            pointer="/auth/config/redirect/path",
            advice=f"It begins with a slash and has no query: {DEFAULT_PATH}",
        )
    return path


def _too_late() -> SignInFailed:
    return SignInFailed(
        "Nothing came back from the browser in time.",
        advice="Sign in again. Where the browser shows an address that begins with "
        "the redirect address, paste it.",
    )
