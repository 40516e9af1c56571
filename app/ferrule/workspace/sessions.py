"""The sign-in of a connection while something is asked of its service.

A token is renewed before it ends, and once where it is refused; whoever sends requests
is not stopped by either. What only a person can renew is told as `ReauthRequired`, and
nothing more is asked then. Methods without tokens are left as they are.
"""

import math
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from pydantic import SecretStr

from ferrule import store
from ferrule.auth import AuthKind, Secrets
from ferrule.auth.token import TokenSet, hide, tokens_of
from ferrule.clock import Clock, SystemClock
from ferrule.credentials.fallback import Fallback
from ferrule.credentials.tokens import (
    Keeper,
    TokenKeeper,
    TokensInHand,
    with_tokens,
    without_tokens,
)
from ferrule.descriptor.config import read_config
from ferrule.descriptor.hosts import check_host_parts
from ferrule.descriptor.model import Connector
from ferrule.errors import Cancelled, ExchangeError, FerruleError, ReauthRequired
from ferrule.exchange import Json, Request, Response
from ferrule.redaction import live
from ferrule.resilience import Resilience, policy_of
from ferrule.sync.plan import base_url
from ferrule.transport.client import Client
from ferrule.transport.hosts import HostPolicy
from ferrule.transport.trip import Hook
from ferrule.workspace.host_sets import refuse_held
from ferrule.workspace.workspace import Workspace

__all__ = [
    "Keeper",
    "Session",
    "TokenKeeper",
    "TokensInHand",
    "keeper_of",
    "key_for_child",
]
_LARGEST_ANSWER: Final = 1_000_000
_LONGEST_PAUSE_S: Final = 20.0
_AGAIN_AFTER_S: Final = 30.0
_SERVER_ERROR: Final = 500
_ALL_TO_THE_METHOD: Final = policy_of(
    Resilience.model_validate(
        {
            "maxAttempts": 3,
            "rules": [
                {"status": [408, 425], "action": "retry"},
                {"status": [429], "action": "rate_limited"},
                {"status": ["4xx"], "action": "success"},
            ],
        }
    )
)
"""A refusal is read by the method: it tells whether a person is needed."""


class Session:
    """The sign-in of one connection, for one client at a time.

    `where` is where its requests may go. `keeper` renews and keeps its tokens; without
    one they live as long as the session. A client asks it for fresh credentials (it is
    a `ferrule.transport.renewal.Refresh`).
    """

    def __init__(
        self,
        connector: Connector,
        config: Mapping[str, Json],
        secrets: Secrets,
        where: HostPolicy,
        *,
        keeper: Keeper | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._connector = connector
        self._auth: AuthKind = connector.sign_in
        self._config = config
        self._where = where
        self._clock = clock or SystemClock()
        self._keeper = keeper or TokensInHand(self._clock)
        self._pupils: list[Callable[[Secrets], None]] = []
        self._got_at: float | None = None
        self._not_before = -math.inf
        self._asking: Client | None = None
        self._ended = False
        self.on_answer: Callable[[Request, Response], None] = lambda _asked, _told: None
        """Shown every answer to a request for a token; both hold secrets."""
        self._tokens: TokenSet | None = None
        self._secrets = self._taken(secrets)

    @property
    def renews(self) -> bool:
        """Whether the method uses tokens at all."""
        return self._auth.uses_tokens

    @property
    def renews_alone(self) -> bool:
        """Whether a fresh token can be had now, without a person."""
        if not self.renews:
            return False
        found = self._auth.renewal(self._secrets, self._names(), self._clock.now())
        return found is not None

    @property
    def captured(self) -> dict[str, str]:
        """Return the configuration that came with the tokens and no person gave."""
        found = self._tokens.captured if self._tokens else {}
        return {key: value for key, value in found.items() if not self._config.get(key)}

    @property
    def fallback(self) -> Fallback | None:
        """Return what has the credential before this one; None where it is unsaved."""
        kept = self._keeper
        return kept.fallback() if isinstance(kept, TokenKeeper) else None

    def teach(self, pupil: Callable[[Secrets], None]) -> None:
        """Have `pupil` told the secrets whenever there are fresh tokens."""
        self._pupils.append(pupil)

    def secrets(self) -> Secrets:
        """Return the secrets with a token that may be used now; it may be asked for.

        Raises:
            ReauthRequired: when a person must sign in first; nothing was asked then.
            FerruleError: when none can be had now.
        """
        if self.renews and not self._renewed_if_due():
            tokens = self._tokens
            if tokens is None or tokens.refused:
                self._renew()
        for token in self._tokens.secrets if self._tokens else ():
            live.add_passing(token)  # what is in use is never too old to be hidden
        return self._secrets

    def due(self) -> Hook | None:
        """Return what signs requests with a fresh token, if one was due; else None.

        Raises:
            FerruleError: when none can be had, and the old one has ended.
        """
        return self._signer() if self._renewed_if_due() else None

    def fresh(self) -> Hook:
        """Return what signs requests with a fresh token: the one at hand was refused.

        Raises:
            FerruleError: when none can be had.
        """
        self._renew()
        return self._signer()

    def cancel(self) -> None:
        """End the asking that is under way, from any thread; later ones work."""
        self._ended = True
        if self._asking is not None:
            self._asking.cancel()

    def _signer(self) -> Hook:
        config = self._names()["config"]
        auth = self._auth.settled(config if isinstance(config, dict) else {})
        secrets = self._secrets

        def sign(request: Request) -> Request:
            if not request.sends_credentials:
                return request
            return auth.authorise(request, secrets)

        return sign

    def _renewed_if_due(self) -> bool:
        """Renew the token where it is due, and tell whether that was.

        One that cannot be renewed just now is used for as long as it holds.
        """
        tokens = self._tokens
        if tokens is None or not self._is_due(tokens):
            return False
        if self._clock.monotonic() < self._not_before:
            return False
        try:
            self._renew()
        except (ReauthRequired, Cancelled):
            raise
        except FerruleError:
            if tokens.expires_at is None or tokens.expires_at <= self._clock.now():
                raise
            self._not_before = self._clock.monotonic() + _AGAIN_AFTER_S
            return False
        return True

    def _is_due(self, tokens: TokenSet) -> bool:
        """Tell whether a token is due, by either clock: the wall clock may step."""
        if tokens.due(self._clock.now()):
            return True
        if self._got_at is None:
            return False
        age = timedelta(seconds=self._clock.monotonic() - self._got_at)
        return tokens.due(tokens.obtained_at + age)

    def _renew(self) -> None:
        self._ended = False
        made = self._made_here()
        if made is not None:
            fresh = with_tokens(self._secrets, made)
        else:
            fresh = self._keeper.fresh(self._secrets, self._renewed, self._go_on)
        self._secrets = self._taken(fresh)
        self._got_at = self._clock.monotonic()
        for pupil in self._pupils:
            pupil(fresh)

    def _made_here(self) -> TokenSet | None:
        """Return a token that needs no service: there is nothing to keep of it."""
        now = self._clock.now()
        made = self._auth.renewal(self._secrets, self._names(), now)
        return made if isinstance(made, TokenSet) else None

    def _taken(self, secrets: Secrets) -> Secrets:
        """Return secrets, their tokens read and known to redaction."""
        if self.renews:
            hide(secrets)
            self._tokens = tokens_of(secrets)
        return secrets

    def _go_on(self) -> None:
        if self._ended:
            raise Cancelled("The sign-in was ended while it was renewed.")

    def _renewed(self, secrets: Secrets) -> Secrets:
        """Return secrets with a token set that was asked for now.

        A status of its errors would be taken for that of what is asked with the token.
        """
        try:
            return self._prolonged(secrets)
        except ExchangeError as error:
            if error.status is not None and error.status < _SERVER_ERROR:
                error.status = None
            raise

    def _prolonged(self, secrets: Secrets) -> Secrets:
        """Return secrets with another token set, by whoever may get one.

        Where a token cannot be prolonged any more, one that needs no person is asked
        for as if there had been none.
        """
        tokens = tokens_of(secrets)
        alone = not self._auth.interactive and not (tokens and tokens.refresh)
        if tokens is not None and tokens.refused and not alone:
            raise self._needs_person(tokens)
        bare = without_tokens(secrets)
        given = bare if tokens is not None and tokens.refused else secrets
        try:
            return with_tokens(secrets, self._asked(given))
        except ReauthRequired:
            if not alone or self._same(given, bare):
                raise
        return with_tokens(secrets, self._asked(bare))

    def _same(self, secrets: Secrets, others: Secrets) -> bool:
        """Tell whether both ask for the same."""
        names, now = self._names(), self._clock.now()
        first = self._auth.renewal(secrets, names, now)
        return first == self._auth.renewal(others, names, now)

    def _asked(self, secrets: Secrets) -> TokenSet:
        """Return a fresh token set, from the service or made here.

        Its age counts from before it was asked for.
        """
        now = self._clock.now()
        asked = self._auth.renewal(secrets, self._names(), now)
        if asked is None:
            raise self._needs_person(tokens_of(secrets))
        if isinstance(asked, TokenSet):
            return asked
        answer = self._answer(asked)
        try:
            return self._auth.received(answer, secrets, now)
        except ReauthRequired as error:
            if self._auth.interactive:
                error.advice = f"{error.advice} {_RECONNECT}".strip()
            raise

    def _answer(self, request: Request) -> Response:
        """Return what the service answers; nothing of it is kept or shown."""
        client = Client(
            self._where,
            on_answer=self.on_answer,
            policy=_ALL_TO_THE_METHOD,
            clock=self._clock,
            max_body=_LARGEST_ANSWER,
            patience_s=_LONGEST_PAUSE_S,
        )
        self._asking = client
        try:
            with client:
                self._go_on()
                return client.send(request)
        finally:
            self._asking = None

    def _names(self) -> dict[str, Json]:
        """Return the names of the templates of a sign-in's requests."""
        config = {**read_config(self._connector, self._config), **self.captured}
        check_host_parts(self._connector, config)
        base = base_url(self._connector, config)
        return {"config": config} | ({"baseUrl": base} if base else {})

    def _needs_person(self, tokens: TokenSet | None) -> ReauthRequired:
        name = self._connector.name
        if tokens is None:
            told = f"{name}: nobody has signed in yet."
            return ReauthRequired(told, advice=_CONNECT)
        told = f"The sign-in to {name} has ended."
        return ReauthRequired(told, advice=f"Sign in again. {_RECONNECT}")


_CONNECT: Final = (
    "Sign in with Connect in the window or ferrule connect --oauth. The Builder sends "
    "with the sign-in of a connection."
)
_RECONNECT: Final = "Use ferrule reconnect, or Reconnect in the window."


def keeper_of(
    workspace: Workspace,
    connection: store.Connection,
    clock: Clock | None = None,
    connector: Connector | None = None,
) -> TokenKeeper | None:
    """Return what keeps the tokens of a stored connection; None where it has no secret.

    The vault is opened when a token is renewed, and not before. Connections that share
    a credential share its keeper's lock: their renewals are one. `connector` is theirs,
    where it is read already.

    Raises:
        HostsGrew: when the connection is held.
    """
    refuse_held(workspace, connection, connector, remember=False)
    ref = workspace.registry.ref_of(connection)
    if ref is None:
        return None
    keeper = TokenKeeper(lambda: workspace.vault, ref, workspace.home.path, clock=clock)
    keeper.renewed = lambda error: _note_renewal(workspace, connection, error)
    return keeper


def _note_renewal(
    workspace: Workspace, connection: store.Connection, error: FerruleError | None
) -> None:
    if isinstance(error, Cancelled):
        return
    workspace.operations.note(
        "renew",
        error.message if error else f"“{connection.key}” has a fresh token.",
        level="error" if error else "info",
        connector=connection.connector_id,
        connection=connection.key,
        outcome="failed" if error else "done",
    )


def key_for_child(
    workspace: Workspace, connection: store.Connection
) -> SecretStr | None:
    """Return the vault's key for the child that runs a connection.

    None where it renews no tokens, or can open the vault by itself.
    """
    sign_in = workspace.registry.connector_of(connection).sign_in
    if not sign_in.uses_tokens or workspace.registry.ref_of(connection) is None:
        return None
    return workspace.vault.handover()
