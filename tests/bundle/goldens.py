"""The published test vectors: tests/samples/bundles, made from the forged bundles.

`python -m tests.bundle.goldens` writes them again; a test compares. What is larger than
a page of text is left to the tests: a reader makes its own bombs.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.bundle import acme, rules
from tests.bundle.attacks import ATTACKS
from tests.bundle.readers import Question
from tests.bundle.taken import TAKEN
from tests.bundle.trust_lists import DAMAGED, FOLLOWING

from ferrule.bundle import Accepted, Trust, seal_trust

SAMPLES = Path(__file__).parents[1] / "samples" / "bundles"
RUNTIME = "0.1.0"
LARGEST = 32 * 1024


class _Files:
    """The files of the vectors: each content stands there once."""

    def __init__(self) -> None:
        self.found: dict[str, bytes] = {}

    def add(self, folder: str, title: str, ending: str, content: bytes) -> str:
        """Return the name under which a content stands."""
        words = "-".join(re.findall("[a-z0-9]+", title.lower()))
        name, number = f"{folder}/{words}{ending}", 1
        while self.found.get(name, content) != content:
            number += 1
            name = f"{folder}/{words}-{number}{ending}"
        self.found[name] = content
        return name


def _trust(files: _Files, trust: Trust, title: str) -> str:
    raw = seal_trust(trust, [acme.ROOT])
    known = (name for name, one in files.found.items() if one == raw)
    return next(known, None) or files.add("trust", title, ".json", raw)


def _known(accepted: Mapping[str, Accepted]) -> dict:
    return {
        connector: {"version": one.version, "digest": one.digest}
        for connector, one in accepted.items()
    }


def _bundles(files: _Files) -> Iterator[dict]:
    files.add("trust", "acme", ".json", seal_trust(acme.trust(), [acme.ROOT]))
    for one in TAKEN:
        raw = one.make()
        if len(raw) > LARGEST:
            continue
        asked = Question(raw, one.trust, one.accepted, one.now)
        yield {
            "about": one.name,
            "file": files.add("good", one.name, ".ferrule", raw),
            "trust": _trust(files, one.trust, one.name),
            "now": f"{one.now:%Y-%m-%dT%H:%M:%SZ}",
            "accepted": _known(one.accepted),
            "runtime": RUNTIME,
            "verdict": "accepted",
            **asked.ours(),
        }
    for one in ATTACKS:
        raw = one.make()
        if len(raw) > LARGEST:
            continue
        yield {
            "about": one.name,
            "file": files.add("bad", one.name, ".ferrule", raw),
            "trust": _trust(files, one.trust, one.name),
            "now": f"{acme.NOW:%Y-%m-%dT%H:%M:%SZ}",
            "accepted": _known(one.accepted),
            "runtime": RUNTIME,
            "verdict": "refused",
            "step": one.step,
            **({} if one.portable else {"needs": "the runtime's own rules"}),
        }


def _lists(files: _Files) -> Iterator[dict]:
    for one in FOLLOWING:
        if len(one.raw) > LARGEST:
            continue
        before = one.before and files.add("lists", "before", ".json", one.before)
        told = (
            {"verdict": "refused"} if one.version is None else {"verdict": "accepted"}
        )
        number = {} if one.version is None else {"version": one.version}
        file = files.add("lists", one.name, ".json", one.raw)
        yield {"about": one.name, "file": file, "before": before, **told, **number}
    for one in DAMAGED:
        if len(one.raw) <= LARGEST:
            file = files.add("lists", one.name, ".json", one.raw)
            yield {
                "about": one.name,
                "file": file,
                "before": None,
                "verdict": "refused",
            }


def _written(document: object) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=True).encode() + b"\n"


def made() -> dict[str, bytes]:
    """Return every file of the vectors by its name."""
    files = _Files()
    expected = {"bundles": list(_bundles(files)), "trustLists": list(_lists(files))}
    return files.found | {
        "expected.json": _written(expected),
        "rules.json": _written(rules.published()),
    }


def trust_of(raw: bytes) -> dict:
    """Return the payload of a signed trust list."""
    return json.loads(base64.b64decode(json.loads(raw)["payload"]))


if __name__ == "__main__":
    for name, content in made().items():
        path = SAMPLES / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
