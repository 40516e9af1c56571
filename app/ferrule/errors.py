"""Every exception that Ferrule raises on purpose.

Each says what happened and, in `advice`, what the person can do about it:

    FerruleError
    ├── DescriptorError            a place in a document, as a JSON pointer
    │   ├── DescriptorInvalid      all problems of a document at once
    │   └── ExpressionError        a path, template or pattern, with its column
    ├── NotSupportedYet            the engine lacks what a document needs
    ├── CredentialError
    │   ├── MissingSecret
    │   ├── HostsGrew              held: more hosts than were shown
    │   ├── SignInFailed           what a person began brought no token
    │   ├── VaultLocked
    │   │   └── VaultDamaged       changed from outside, or an older copy
    │   └── KeychainUnavailable
    ├── ExchangeError              one request and what became of it
    │   ├── ServiceUnreachable
    │   ├── TimedOut
    │   ├── Cancelled
    │   ├── AuthRefused
    │   │   └── ReauthRequired     only a person can sign in again
    │   ├── RateLimitError         with the seconds to wait
    │   ├── UnexpectedStatus
    │   ├── UnreadableResponse     not JSON, truncated, too large
    │   ├── OffHost                a place the connector may not call
    │   ├── AskForLess             a smaller page or window may be answered
    │   └── CircuitOpen            with the time it is tried again
    ├── ToolRefused                a tool that is not run: nothing was sent
    │   └── ApprovalMissing        no person has approved this very request
    ├── ItemError                  one item; collected in a run, never stops it
    ├── SyncError
    │   ├── CursorRejected
    │   ├── RunInterrupted
    │   ├── EndlessPaging
    │   ├── TooManyItemErrors
    │   └── AlreadyRunning         another process holds the connection's lease
    ├── BundleRejected
    │   ├── MalformedBundle
    │   ├── BadDigest
    │   ├── BadSignature
    │   ├── UnknownSigner
    │   ├── Expired
    │   ├── Rollback
    │   └── NewerSchema
    ├── StoreError                 a database or file that cannot be used as it is
    │   └── NotFound
    ├── InterchangeError           an input that cannot become a connector
    └── UsageError                 a command or call that was put wrongly

Foreign errors are translated at the one module that talks to the foreign library.
Bugs stay builtin exceptions and crash loudly.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:  # the window paints before it is imported
    from datetime import datetime

Severity = Literal["error", "warning", "hint"]
Cause = Literal["config", "transient", "system"]


class Problem(NamedTuple):
    """A finding in a document: where it is, what is wrong, what to do.

    `pointer` is a JSON pointer (RFC 6901); `column` counts code points from 0 inside
    the string at that place, where the finding is inside an expression.
    """

    rule: str
    severity: Severity
    pointer: str
    message: str
    advice: str = ""
    column: int | None = None

    def __str__(self) -> str:
        at = f" (column {self.column + 1})" if self.column is not None else ""
        fix = f" {self.advice}" if self.advice else ""
        return f"{self.pointer or '/'}{at}: {self.message}{fix}"


class FerruleError(Exception):
    """Something that happened outside our control, told to a person."""

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class DescriptorError(FerruleError):
    """A document that is wrong at the place `pointer` names."""

    def __init__(self, message: str, *, pointer: str = "", advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.pointer = pointer


class DescriptorInvalid(DescriptorError):
    """A document with one problem or more, all of them in `problems`."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{first}{more}", pointer=first.pointer)
        self.problems = tuple(problems)


class ExpressionError(DescriptorError):
    """A path, template or pattern that does not parse; `column` counts from 0."""

    def __init__(
        self, message: str, *, text: str, column: int = 0, advice: str = ""
    ) -> None:
        super().__init__(message, advice=advice)
        self.text = text
        self.column = column


class NotSupportedYet(FerruleError):
    """A document that needs parts of the engine which are not there yet."""

    def __init__(self, needs: Sequence[str]) -> None:
        super().__init__(
            f"needs: {', '.join(needs)}",
            advice="This part of the descriptor loads and lints, but cannot run yet.",
        )
        self.needs = tuple(needs)


class CredentialError(FerruleError):
    """A secret that could not be read or kept."""


class MissingSecret(CredentialError):
    """A credential field that has no value."""


class HostsGrew(CredentialError):
    """A connection that asks for `hosts` beyond those shown with its credential.

    It is held: nothing is sent for it before a person has confirmed them.
    """

    def __init__(
        self, message: str, *, hosts: Sequence[str] = (), advice: str = ""
    ) -> None:
        super().__init__(message, advice=advice)
        self.hosts = tuple(hosts)


class SignInFailed(CredentialError):
    """A sign-in that a person began and that brought no token."""


class VaultLocked(CredentialError):
    """The sealed file cannot be opened with the key at hand."""


class VaultDamaged(VaultLocked):
    """The sealed file is not as it was written last."""


class KeychainUnavailable(CredentialError):
    """No keychain answers, and no other key was given."""


class ExchangeError(FerruleError):
    """A request that did not bring what it should.

    `method` and `url` are already free of secrets; `status` is there when an answer
    came; `snippet` is the redacted beginning of its body; `cause` is there when a rule
    of the descriptor names it, `trouble` (a word for a machine) where no answer came.
    `sent` is true where an attempt of it may have had an effect all the same.
    """

    cause: Cause | None = None
    sent: bool = False
    trouble: str = ""

    def __init__(
        self,
        message: str,
        *,
        method: str = "",
        url: str = "",
        status: int | None = None,
        snippet: str = "",
        advice: str = "",
    ) -> None:
        super().__init__(message, advice=advice)
        self.method = method
        self.url = url
        self.status = status
        self.snippet = snippet


class ServiceUnreachable(ExchangeError):
    """No connection, or one that broke."""


class TimedOut(ExchangeError):
    """The total deadline of the request passed."""


class Cancelled(ExchangeError):
    """The request was ended on purpose."""


class AuthRefused(ExchangeError):
    """401, or a 403 that is not about rate: the credential is not accepted."""


class ReauthRequired(AuthRefused):
    """No token can be had any more without a person who signs in again."""


class RateLimitError(ExchangeError):
    """The service asks for a pause of `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: float, **details: object) -> None:
        super().__init__(message, **details)  # type: ignore[arg-type]
        self.retry_after = retry_after


class UnexpectedStatus(ExchangeError):
    """A status that the descriptor does not expect."""


class UnreadableResponse(ExchangeError):
    """A body that is truncated, too large or not what its format says."""


class OffHost(ExchangeError):
    """A place that the connector was not given leave to call."""

    trouble = "off_host"


class AskForLess(ExchangeError):
    """The service would answer a smaller page or window: a rule says so."""

    def __init__(
        self,
        message: str,
        *,
        how: Literal["shrink_page", "split_window"],
        **details: object,
    ) -> None:
        super().__init__(message, **details)  # type: ignore[arg-type]
        self.how = how


class CircuitOpen(ExchangeError):
    """Too many failures in a row: nothing is sent before `until`."""

    def __init__(self, message: str, *, until: "datetime", **details: object) -> None:
        super().__init__(message, **details)  # type: ignore[arg-type]
        self.until = until


class ToolRefused(FerruleError):
    """A tool that is not run, or an approval that is not given: nothing was sent."""


class ApprovalMissing(ToolRefused):
    """A tool that asks first, and that no person has approved with these values.

    `approval` is the number under which it waits; 0 where it does not.
    """

    def __init__(self, message: str, *, approval: int = 0, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.approval = approval


class ItemError(FerruleError):
    """One item that could not be mapped; collected, never fatal."""

    def __init__(self, message: str, *, item_id: str | None, field: str) -> None:
        super().__init__(message)
        self.item_id = item_id
        self.field = field


class SyncError(FerruleError):
    """A run that cannot go on."""


class CursorRejected(SyncError):
    """The service no longer accepts the stored cursor or checkpoint."""


class RunInterrupted(SyncError):
    """The run ended before its end; its last committed cursor is kept."""


class EndlessPaging(SyncError):
    """A page token or a page body came again."""


class TooManyItemErrors(SyncError):
    """More items failed than the connector allows."""


class AlreadyRunning(SyncError):
    """Another run holds this connection."""


class BundleRejected(FerruleError):
    """A bundle that must not be used; `step` is the verification step that says so."""

    def __init__(self, message: str, *, step: int = 0, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.step = step


class MalformedBundle(BundleRejected):
    """Not the shape of a bundle, or over a limit."""


class BadDigest(BundleRejected):
    """A file is not the one that was signed."""


class BadSignature(BundleRejected):
    """No signature by a trusted key holds over these bytes."""


class UnknownSigner(BundleRejected):
    """The signer is not trusted for these connectors."""


class Expired(BundleRejected):
    """Outside the time in which the bundle is valid."""


class Rollback(BundleRejected):
    """An older version, or another payload under a known version."""


class NewerSchema(BundleRejected):
    """Made for a newer Ferrule."""


class StoreError(FerruleError):
    """A database, project or file that cannot be used as it is."""


class NotFound(StoreError):
    """Nothing is kept under that name."""


class InterchangeError(FerruleError):
    """An input that cannot become a connector; `left_out` lists what could not be.

    Its texts name places and kinds, never a value of the input: it may be a secret.
    """

    def __init__(
        self, message: str, *, left_out: Sequence[str] = (), advice: str = ""
    ) -> None:
        super().__init__(message, advice=advice)
        self.left_out = tuple(left_out)


class UsageError(FerruleError):
    """A command or a call that was put wrongly."""
