"""The three readers of bundles, asked the same questions.

Ours is called; the one in Node (`verify.mjs`) and the independent one in Python
(`independent/`) are each one process that answers a line of JSON with a line of JSON.
Both were written from `docs/bundle-format.md`.
"""

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

from tests.bundle import acme

from ferrule import __version__
from ferrule.bundle import (
    Accepted,
    Trust,
    check_successor,
    encode_trust,
    open_bundle,
    read_trust,
)
from ferrule.errors import BundleRejected, FerruleError

HERE = Path(__file__).parent
NODE = shutil.which("node")
NO_NODE = "NOT CHECKED IN ANOTHER LANGUAGE: node is not on this machine"
# An import of ours in the independent reader fails, wherever it would come from.
GUARDED = """
import runpy, sys
class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "ferrule":
            raise ImportError("the independent reader imports " + name)
sys.meta_path.insert(0, Refusing())
runpy.run_path(sys.argv[1], run_name="__main__")
"""
COMMANDS = {
    "node": [NODE or "node", str(HERE / "verify.mjs")],
    "independent": [sys.executable, "-I", "-c", GUARDED, str(HERE / "independent")],
}


@dataclass(frozen=True)
class Question:
    """A bundle, and what a reader knows when it comes."""

    raw: bytes
    trust: Trust = field(default_factory=acme.trust)
    accepted: Mapping[str, Accepted] = field(default_factory=dict)
    now: datetime = acme.NOW
    portable: bool = True

    @property
    def wire(self) -> dict:
        known = {
            connector: {"version": last.version, "digest": last.digest}
            for connector, last in self.accepted.items()
        }
        return {
            "bundle": base64.b64encode(self.raw).decode(),
            "trust": json.loads(encode_trust(self.trust)),
            "now": self.now.isoformat(),
            "accepted": known,
            "runtime": __version__,
        }

    def ours(self) -> dict:
        try:
            found = open_bundle(
                self.raw, self.trust, now=self.now, accepted=self.accepted
            )
        except BundleRejected as refused:
            return {"step": refused.step}
        statement = found.statement
        return {
            "payloadDigest": found.payload_digest,
            "connectors": {
                one.id: statement.digest_of(one.id) for one in statement.connectors
            },
        }


@dataclass(frozen=True)
class ListQuestion:
    """A trust list, and the one that is remembered."""

    raw: bytes
    before: bytes | None = None

    @property
    def wire(self) -> dict:
        known = None if self.before is None else base64.b64encode(self.before).decode()
        return {"list": base64.b64encode(self.raw).decode(), "before": known}

    def ours(self) -> dict:
        try:
            found = read_trust(self.raw)
            if self.before is not None:
                check_successor(read_trust(self.before), found)
        except FerruleError:
            return {"refused": True}
        return {"version": found.trust.version}


Asked = Question | ListQuestion


def compared(answer: dict) -> dict:
    """Return of an answer what all readers must say alike."""
    if "step" in answer:
        return {"step": answer["step"]}
    if "why" in answer:
        return {"refused": True}
    named = ("payloadDigest", "connectors", "version")
    return {name: answer[name] for name in named if name in answer}


def run(reader: str, questions: Iterable[dict]) -> list[dict]:
    """Return what one of the two other readers answers to all, from one process."""
    done = subprocess.run(
        COMMANDS[reader],
        input="\n".join(map(json.dumps, questions)).encode(),
        capture_output=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def ask(reader: str, questions: Iterable[Asked]) -> list[dict]:
    """Return what it answers to questions that ours can answer too."""
    return run(reader, (one.wire for one in questions))


def disagreement(question: Asked, answers: Mapping[str, dict]) -> str:
    """Return which readers answer otherwise; nothing when all agree.

    Where the runtime's own rules decide, ours may refuse in step 12 what the others
    take, or refuse in step 13.
    """
    others = {one: compared(answer) for one, answer in answers.items()}
    ours = question.ours()
    own_rules = not getattr(question, "portable", True) and ours == {"step": 12}
    odd = [one for one in others.values() if own_rules and _from_step_12(one)]
    wanted = odd[0] if odd else ours
    if all(one == wanted for one in others.values()):
        return ""
    return f"ours: {ours}, others: {others}"


def _from_step_12(answer: dict) -> bool:
    return answer.get("step", 13) >= 12


class Reader:
    """One of the two other readers: a process that stays, question by question."""

    def __init__(self, reader: str) -> None:
        self._process = subprocess.Popen(
            COMMANDS[reader], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ask(self, question: Asked) -> dict:
        self._process.stdin.write(json.dumps(question.wire).encode() + b"\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
