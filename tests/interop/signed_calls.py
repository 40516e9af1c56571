"""Signed calls to be judged twice, by our engine and by an exported edge function."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import SecretStr
from tests.webhook.signature.calls import SAMPLES, VENDORS, moment, scheme_of

from ferrule.errors import CredentialError, MissingSecret
from ferrule.exchange import Json, decode
from ferrule.webhook.incoming import Incoming


@dataclass(frozen=True)
class Case:
    """A scheme, secrets, a call and a moment in seconds since 1970."""

    what: str
    config: dict[str, Json]
    secrets: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    now: int
    url: str = "https://hooks.example.com/in"
    method: str = "POST"
    sealing: bytes = field(default=b"", repr=False)

    @property
    def incoming(self) -> Incoming:
        """Return the call."""
        at = moment(self.now)
        return Incoming(self.method, self.url, self.headers, self.body, at)

    @property
    def question(self) -> dict[str, Json]:
        """Return what the edge function is asked."""
        return {
            "ask": "webhook",
            "scheme": self.config,
            "secrets": list(self.secrets),
            "headers": [list(pair) for pair in self.headers],
            "body": base64.b64encode(self.body).decode(),
            "now": self.now,
            "url": self.url,
            "method": self.method,
        }

    def judged(self) -> tuple[str, str]:
        """Return the state and the reason that our engine has for it."""
        secrets = [SecretStr(text) for text in self.secrets]
        try:
            verdict = scheme_of(self.config).verify(
                self.incoming, secrets, moment(self.now)
            )
        except (MissingSecret, CredentialError):
            return "error", "secret"
        return verdict.state, verdict.reason


def told(answer: dict[str, str]) -> tuple[str, str]:
    """Return the state and the reason that the edge function has."""
    if "state" not in answer:
        is_secret = "secret" in answer["error"].lower()
        return "error", "secret" if is_secret else answer["error"]
    return answer["state"], answer["reason"]


def case_of(what: str, config: dict[str, Json], sample: dict[str, Json]) -> Case:
    secrets = sample.get("secrets") or [sample["secret"]]
    more = {name: sample[name] for name in ("url", "method") if name in sample}
    return Case(
        what,
        config,
        tuple(secrets),
        tuple((name, value) for name, value in sample["headers"]),
        sample["body"].encode(),
        sample["now"],
        **more,
    )


def published() -> Iterator[Case]:
    """Yield every case of the samples and of the vectors."""
    for name, vendor in VENDORS.items():
        for sample in vendor["cases"]:
            what = f"{name}: {sample['what']}"
            yield case_of(what, vendor["config"], sample)
    vectors = decode((SAMPLES / "vectors" / "webhooks.json").read_bytes())
    for sample in vectors["vectors"]:
        config = vectors["schemes"][sample["scheme"]]
        yield case_of(sample["name"], config, sample)
