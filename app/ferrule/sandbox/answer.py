"""What the sample service is asked and what it answers, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec

_ENCODE = msgspec.json.Encoder().encode
JSON = ("content-type", "application/json; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: `params` are the query's, joined by those of a JSON body.

    `headers` have lower-case names; `origin` is scheme, host and port as called;
    `query` is the query as it came.
    """

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    origin: str = "http://127.0.0.1"
    query: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One response; it is sent after `delay_ms`."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = (JSON,)
    delay_ms: int = 0


class Refused(Exception):  # noqa: N818  # control flow inside the sandbox, not an error
    """A request that gets `answer` and nothing else."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def told(value: object, status: int = 200, *headers: tuple[str, str]) -> Answer:
    """Return `value` as a JSON answer."""
    return Answer(status, _ENCODE(value), (JSON, *headers))


def refusal(status: int, message: str, *headers: tuple[str, str]) -> Refused:
    """Return what to raise for a JSON error in the shape `{"message", "status"}`."""
    text = f"{HTTPStatus(status).phrase}: {message}"
    return Refused(told({"message": text, "status": status}, status, *headers))
