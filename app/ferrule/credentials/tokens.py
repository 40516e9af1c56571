"""Fresh tokens for everybody who uses a connection: asked for once, kept before use.

A service that rotates refresh tokens takes each of them once; a second use counts as
theft and ends the sign-in (RFC 9700, section 4.14). So whoever renews holds a lock
between processes, looks first whether somebody else has renewed meanwhile, and keeps
what came before anybody uses it. What cannot be kept (a full disk, a locked keychain)
is held until this process ends, and the person is told.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from ferrule.auth import Secrets
from ferrule.auth.token import TOKENS, TokenSet, tokens_of
from ferrule.clock import Clock, SystemClock
from ferrule.credentials.fallback import Fallback
from ferrule.credentials.file_lock import locked
from ferrule.credentials.vault import Ref, Vault
from ferrule.errors import FerruleError, MissingSecret, ReauthRequired, StoreError

Renew = Callable[[Secrets], Secrets]
"""Returns the secrets it is given with a fresh token set among them."""
FOLDER: Final = "sign-ins"
_PATIENCE_S: Final = 120.0  # longer than a token endpoint may be asked again and again


def _nobody_ends_it() -> None:
    """Go on."""


def _nobody_listens(_error: FerruleError) -> None:
    """Tell nobody."""


class Keeper(Protocol):
    """Where the tokens of one sign-in are renewed and kept."""

    def fresh(
        self, given: Secrets, renew: Renew, go_on: Callable[[], None] = _nobody_ends_it
    ) -> Secrets:
        """Return `given` with fresher tokens: what another has got, else by `renew`.

        `go_on` is called while it waits for another, and raises to end the waiting.

        Raises:
            ReauthRequired: when only a person can sign in again.
            FerruleError: when it cannot be renewed now.
        """


class TokensInHand:
    """Tokens of what is not stored: a form being filled in, a run that keeps nothing.

    They live as long as this object; all who work with one sign-in share it. Those got
    with other credentials, or in place of others than are given, are not used.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._newest: TokenSet | None = None
        self._line: list[Secrets] = []  # from what was given first to the newest

    def fresh(
        self,
        given: Secrets,
        renew: Renew,
        go_on: Callable[[], None] = _nobody_ends_it,
    ) -> Secrets:
        """Return `given` with fresher tokens; see `Keeper`."""
        with self._lock:
            go_on()
            if given not in self._line:
                self._line, self._newest = [given], None
            newest = self.secrets(given)
            if not _is_fresh(newest, given, self._clock.now()):
                newest = renew(newest)
                self._newest = tokens_of(newest)
                self._line.append(newest)
            return newest

    def secrets(self, given: Secrets) -> Secrets:
        """Return `given` with the newest tokens that were got here, if any were."""
        if self._newest is None or given not in self._line:
            return given
        return with_tokens(given, self._newest)


@dataclass(frozen=True, slots=True)
class _Held:
    """A token set that could not be kept, and the one that is kept instead of it."""

    tokens: TokenSet
    kept: TokenSet | None


_HELD: Final[dict[Path, _Held]] = {}  # of this process, by lock file; under its lock


class TokenKeeper:
    """Keeps the tokens of the connection whose secrets are under `ref` in the vault.

    Nothing but the tokens is changed there by renewing: other secrets are those given.
    `vault` is opened on first use. `folder` is the data directory. `tell` hears what a
    person should know: that a token could not be kept.
    """

    def __init__(
        self,
        vault: Callable[[], Vault],
        ref: Ref,
        folder: Path,
        *,
        clock: Clock | None = None,
        tell: Callable[[FerruleError], None] = _nobody_listens,
    ) -> None:
        self._vault = vault
        self._ref = ref
        self._clock = clock or SystemClock()
        self.tell = tell
        self.renewed: Callable[[FerruleError | None], None] = lambda _error: None
        """Told of every renewal: None where it brought a token, else why not."""
        name = sha256(str(ref).encode()).hexdigest()[:32]
        self._path = folder / FOLDER / f"{name}.lock"

    def fresh(
        self,
        given: Secrets,
        renew: Renew,
        go_on: Callable[[], None] = _nobody_ends_it,
    ) -> Secrets:
        """Return `given` with fresher tokens; see `Keeper`.

        Raises:
            MissingSecret: when the connection was disconnected meanwhile.
            VaultLocked: when a refresh token could be used, but not the next one kept.
        """
        with self._alone(go_on):
            kept = self._newest(given)
            newest = _with_those_of(given, kept)
            if _is_fresh(newest, given, self._clock.now()):
                return newest
            try:
                renewed = renew(newest)
            except FerruleError as error:
                if isinstance(error, ReauthRequired):
                    self._note_refused(kept)
                self.renewed(error)
                raise
            self._save(kept, renewed)
            self.renewed(None)
            return renewed

    def fallback(self) -> Fallback:
        """Return what has the credential before the current one."""
        return Fallback(self._vault, self._ref, self._clock)

    def keep(self, tokens: TokenSet) -> None:
        """Keep what a person's signing in brought, in place of what there was.

        Raises:
            FerruleError: when it cannot be kept.
        """
        with self._alone():
            self._vault().update(self._ref, lambda kept: with_tokens(kept, tokens))
            _HELD.pop(self._path, None)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock of the sign-in: nobody renews its tokens meanwhile.

        Raises:
            StoreError: when another process keeps it for long, or it cannot be made.
        """
        with self._alone():
            yield

    def settle(self) -> FerruleError | None:
        """Try again to keep what could not be kept; return why it still cannot.

        What can be asked for again without a person is no loss.
        """
        held = _HELD.get(self._path)
        if held is None or held.tokens.refresh is None:
            return None
        try:
            with self._alone():
                self._vault().update(self._ref, self._with_held)
                _HELD.pop(self._path, None)
        except FerruleError as error:
            return self._unkept(error)
        return None

    @contextmanager
    def _alone(self, go_on: Callable[[], None] = _nobody_ends_it) -> Iterator[None]:
        """Hold the lock of the sign-in."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path.touch(0o600)
        except OSError as error:
            raise StoreError(
                f"The lock of a sign-in, {self._path}, cannot be made: "
                f"{error.strerror}.",
                advice="Check the disk's space and the folder's permissions.",
            ) from None
        with locked(self._path, _Waiting(self._clock, go_on), _PATIENCE_S):
            yield

    def _newest(self, given: Secrets) -> Secrets:
        """Return the secrets that are kept, with the newest tokens there are.

        Where the vault does not open, those at hand do for tokens that are made anew,
        but a refresh token is not spent.
        """
        try:
            kept = self._kept()
        except FerruleError:
            tokens = tokens_of(given)
            if self._path not in _HELD and tokens is not None and tokens.refresh:
                raise
            kept = given
        if kept is not None:
            return self._with_held(kept)
        if self._vault().state.can_store:
            raise MissingSecret(
                f"“{self._ref.name}” was disconnected meanwhile, or its credential "
                "was put elsewhere.",
                advice="Begin again; if it is not connected any more, connect it.",
            )
        return self._with_held(given)

    def _kept(self) -> Secrets | None:
        try:
            return self._vault().get(self._ref)
        except MissingSecret:
            return None

    def _with_held(self, kept: Secrets) -> Secrets:
        """Return kept secrets with the tokens held here, unless others came to them."""
        held = _HELD.get(self._path)
        if held is None or tokens_of(kept) not in (held.kept, held.tokens):
            return kept
        return with_tokens(kept, held.tokens)

    def _save(self, kept: Secrets, renewed: Secrets) -> None:
        """Keep new tokens; hold them where that cannot be, and tell it."""
        tokens = tokens_of(renewed)
        if tokens is None:
            return
        try:
            self._put(tokens)
        except FerruleError as error:
            held = _HELD.get(self._path)
            _HELD[self._path] = _Held(tokens, held.kept if held else tokens_of(kept))
            if tokens.refresh is not None:
                self.tell(self._unkept(error))

    def _note_refused(self, secrets: Secrets) -> None:
        """Note that the service takes these tokens no longer: nobody need try again."""
        tokens = tokens_of(secrets)
        if tokens is None or tokens.refused:
            return
        with suppress(FerruleError):  # then the next one asks once more
            self._put(replace(tokens, refused=True))

    def _put(self, tokens: TokenSet) -> None:
        """Keep tokens among the secrets that are there, if any still are."""

        def put(kept: Secrets) -> Secrets:
            return with_tokens(kept, tokens) if kept else kept

        self._vault().update(self._ref, put)
        _HELD.pop(self._path, None)

    def _unkept(self, error: FerruleError) -> FerruleError:
        return FerruleError(
            f"The new sign-in of “{self._ref.name}” could not be kept: {error.message}",
            advice=f"{error.advice} It is used until this program ends; if it cannot "
            "be kept before that, sign in again.".strip(),
        )


def with_tokens(secrets: Secrets, tokens: TokenSet) -> Secrets:
    """Return secrets with these tokens among them."""
    return {**secrets, TOKENS: tokens.dump()}


def without_tokens(secrets: Secrets) -> Secrets:
    """Return secrets without the tokens among them."""
    return {name: one for name, one in secrets.items() if name != TOKENS}


def _with_those_of(given: Secrets, kept: Secrets) -> Secrets:
    """Return the given secrets with the tokens of the kept ones."""
    tokens = {name: one for name, one in kept.items() if name == TOKENS}
    return {**without_tokens(given), **tokens}


def _is_fresh(newest: Secrets, given: Secrets, now: datetime) -> bool:
    """Tell whether the newest tokens are others than the given, and good."""
    tokens = tokens_of(newest)
    if tokens is None or tokens == tokens_of(given):
        return False
    return not (tokens.refused or tokens.due(now))


class _Waiting:
    """A clock whose sleeps end where one does not wait any longer."""

    def __init__(self, clock: Clock, go_on: Callable[[], None]) -> None:
        self._clock = clock
        self._go_on = go_on

    def now(self) -> datetime:
        """Return the wall-clock time."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Return seconds that never step back."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, unless nobody waits any longer."""
        self._go_on()
        self._clock.sleep(seconds)
