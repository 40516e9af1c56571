"""The steps of a sign-in, as they are told to whoever looks on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from ferrule.clock import rfc3339
from ferrule.exchange import Json

Way: TypeAlias = Literal["browser", "device", "unattended"]
StepName: TypeAlias = Literal[
    "listening",
    "warned",
    "opened",
    "code",
    "waiting",
    "ignored",
    "received",
    "exchanging",
    "signed_in",
    "failed",
    "cancelled",
]


@dataclass(frozen=True, slots=True)
class SignInStep:
    """One step; the last is `signed_in`, `failed` or `cancelled`.

    `listening`: `url` is the redirect address that must be registered with the
    service; with `paste` nobody listens there, and a person pastes the address that
    the browser shows in the end. `opened`: `url` is to be opened in the browser.
    `code`: the person types `user_code` at `url`, or just opens `complete_url`.
    `waiting`: until when. `ignored`: how many answers came so far that were not of
    this sign-in, told once a second at most. `signed_in`: which scopes were asked for
    and granted.
    """

    name: StepName
    detail: str = ""
    advice: str = ""
    url: str = ""
    complete_url: str = ""
    user_code: str = ""
    paste: bool = False
    until: datetime | None = None
    count: int = 0
    asked: tuple[str, ...] = ()
    granted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def last(self) -> bool:
        """Whether the sign-in is over with it."""
        return self.name in {"signed_in", "failed", "cancelled"}

    def wire(self) -> dict[str, Json]:
        """Return the step as a JSON object, without what is empty."""
        line: dict[str, Json] = {"type": "sign_in", "step": self.name}
        rest: dict[str, Json] = {
            "detail": self.detail,
            "advice": self.advice,
            "url": self.url,
            "completeUrl": self.complete_url,
            "userCode": self.user_code,
            "paste": self.paste,
            "until": None if self.until is None else rfc3339(self.until),
            "count": self.count,
            "asked": list(self.asked),
            "granted": list(self.granted),
            "missing": list(self.missing),
        }
        return line | {key: value for key, value in rest.items() if value}
