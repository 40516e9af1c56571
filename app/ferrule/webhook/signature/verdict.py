"""What became of a signature: a state, a code that stays, and a sentence for a person.

| state | what it means | an answer |
|---|---|---|
| `valid` | one of the secrets made one of the signatures, within its time | 2xx |
| `unsigned` | there is no signature | 401 |
| `invalid` | there is one, of another text, secret, version or time | 401 |
| `malformed` | it cannot be read, or says two things at once | 400 |
"""

from typing import Literal, TypeAlias

import msgspec

State: TypeAlias = Literal["valid", "invalid", "malformed", "unsigned"]
Reason: TypeAlias = Literal[
    "valid",
    "missing_header",
    "conflicting_header",
    "wrong_prefix",
    "malformed_signature",
    "too_many_signatures",
    "no_known_version",
    "wrong_signature",
    "wrong_token",
    "missing_part",
    "missing_time",
    "conflicting_time",
    "malformed_time",
    "too_old",
    "too_new",
]


class Verdict(msgspec.Struct, frozen=True):
    """The end of one verification.

    `reason` is a code that stays the same from version to version, `message` a
    sentence. `canonical` is the text that was signed, as far as it could be put
    together. `computed` has what each secret would have signed it with and `received`
    what came, encoded as in the header; public keys compute nothing, and a token is in
    neither. What is `computed` would be accepted: it is for the person who owns
    the secret, never for an answer. `secret` is the place in the list of the one that
    fitted.
    """

    state: State
    reason: Reason
    message: str
    canonical: bytes | None = None
    computed: tuple[str, ...] = ()
    received: tuple[str, ...] = ()
    secret: int | None = None


class Refused(Exception):  # noqa: N818 - it ends the verification, it is no error
    """End a verification with a verdict; it never leaves the package."""

    def __init__(self, state: State, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.state: State = state
        self.reason: Reason = reason
        self.message = message
