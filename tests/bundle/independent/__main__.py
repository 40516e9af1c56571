"""Answers questions about bundles and trust lists: JSON, one on each line.

A question about a bundle has `bundle` (base64), `trust` (the payload of a trust list),
`now`, `runtime` and `accepted` (a version and content digest for each connector); one
about a trust list has `list` and `before` (base64, or null); one about a rule alone
names it as `vector` and has `of` what.
"""

import base64
import hashlib
import json
import sys
from datetime import datetime

from envelope import read_envelope
from forms import file_name, identifier, moment, version
from keys import PREFIX, Key
from strict_json import RefusedError, need, read, unbase64
from trust import follow, read_trust

from bundle import Check, verify


def about_bundle(question: dict) -> dict:
    check = Check(
        raw=base64.b64decode(question["bundle"]),
        trust=read_trust(question["trust"]),
        now=datetime.fromisoformat(question["now"]),
        accepted=question["accepted"],
        runtime=question["runtime"],
    )
    step, why = verify(check)
    if step:
        return {"step": step, "why": why}
    digest = hashlib.sha256(check.envelope.payload).hexdigest()
    return {
        "payloadDigest": f"sha256:{digest}",
        "files": {
            name: hashlib.sha256(content).hexdigest()
            for name, content in check.files.items()
        },
        "connectors": {one: check.content_digest(one) for one in check.connectors()},
    }


def about_list(question: dict) -> dict:
    raw, before = (
        None if question[name] is None else base64.b64decode(question[name])
        for name in ("list", "before")
    )
    try:
        return {"version": follow(raw, before).version}
    except RefusedError as refused:
        return {"why": str(refused)}


def about_vector(question: dict) -> dict:
    try:
        return {"is": VECTORS[question["vector"]](question["of"])}
    except RefusedError as refused:
        return {"why": str(refused)}


def _json(text: str) -> str:
    read(base64.b64decode(text), 1 << 20)
    return "JSON"


def _name(name: str) -> str:
    file_name(name)
    return name


def _envelope(asked: dict) -> str:
    found = read_envelope(asked["envelope"])
    need(found.payload_type in asked["types"], "another payload type")
    found.decode()
    keys = [Key(PREFIX + bytes.fromhex(one)) for one in asked["keys"]]
    need(len(found.signers(keys)) >= asked["threshold"], "not enough signers")
    return found.message().hex()


VECTORS = {
    "base64": lambda text: unbase64(text).hex(),
    "envelope": _envelope,
    "json": _json,
    "key": lambda raw: Key(PREFIX + bytes.fromhex(raw)).id,
    "name": _name,
    "version": lambda text: ".".join(map(str, version(text))),
    "id": identifier,
    "time": lambda text: moment(text).isoformat(),
}
ABOUT = {"bundle": about_bundle, "list": about_list, "vector": about_vector}


def main() -> None:
    for line in sys.stdin.buffer:
        question = json.loads(line)
        answer = next(ABOUT[kind] for kind in ABOUT if kind in question)
        sys.stdout.write(json.dumps(answer(question)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
