"""What is told of tools: plain values that cost little to import."""

from dataclasses import dataclass, field
from typing import Literal

from ferrule.exchange import Json
from ferrule.fields.tool_param import ToolParam

Effect = Literal["read", "write", "destructive"]


@dataclass(frozen=True, slots=True)
class ToolFacts:
    """One tool of a connection, as a list and a form show it.

    `asks` is whether a person is asked before it runs, `waived` whether that person has
    said that they need not be. `digest` changes with the tool. `trouble` says why it
    cannot be run just now (disabled, held, not supported), empty where it can.
    """

    connection: str
    connector_id: str
    name: str
    description: str
    method: str
    effect: Effect
    asks: bool
    waived: bool
    idempotent: bool
    digest: str
    params: tuple[ToolParam, ...]
    schema: dict[str, Json] = field(repr=False)
    result: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, by its method and by what it says of itself."""
        return self.effect == "read" and self.method in {"GET", "HEAD"}

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        return {
            "type": "tool",
            "connection": self.connection,
            "connector": self.connector_id,
            "name": self.name,
            "description": self.description,
            "method": self.method,
            "effect": self.effect,
            "asks": self.asks,
            "waived": self.waived,
            "parameters": self.schema,
            **({"result": list(self.result)} if self.result else {}),
            **({"trouble": self.trouble} if self.trouble else {}),
        }


@dataclass(frozen=True, slots=True)
class Preview:
    """The exact request of a call as it is shown; its secrets are masked.

    `body` is the text as it is sent, `body_left_out` how many characters of it are not
    shown. `word` is typed to approve it. `trouble` says why it would not be sent.
    """

    connection: str
    tool: str
    effect: Effect
    method: str
    host: str
    path: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    body_left_out: int
    digest: str
    asks: bool
    waived: bool
    word: str
    trouble: str = ""

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        headers: list[Json] = [[name, value] for name, value in self.headers]
        return {
            "connection": self.connection,
            "tool": self.tool,
            "effect": self.effect,
            "method": self.method,
            "host": self.host,
            "path": self.path,
            "url": self.url,
            "headers": headers,
            "body": self.body,
            **({"bodyLeftOut": self.body_left_out} if self.body_left_out else {}),
            "digest": self.digest,
            **({"trouble": self.trouble} if self.trouble else {}),
        }


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What the service answered, without secrets; the body is JSON, or a text."""

    status: int
    content_type: str | None
    body: Json


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """What came of a run: the result, how the service answered, and how long it took.

    `problem` says why the result is less than what the tool promises. `approval` is the
    number under which it stands where it was asked for.
    """

    result: Json
    status: int
    ms: float
    problem: str = ""
    approval: int = 0
    answer: KeptAnswer | None = field(default=None, repr=False, compare=False)
    """What a test case is made of."""

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        return {
            "type": "result",
            "result": self.result,
            "status": self.status,
            "ms": self.ms,
            **({"problem": self.problem} if self.problem else {}),
            **({"approval": self.approval} if self.approval else {}),
        }
