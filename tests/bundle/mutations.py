"""Changes to bundles and trust lists, drawn: to bytes, texts, members, numbers, base64.

What is drawn is a question for all readers; what is right they do not say, only that
the readers must say the same. Some are signed again as changed, so that the checks
behind the signature are reached.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from tests.bundle import acme
from tests.bundle.readers import Asked, ListQuestion, Question

from ferrule.bundle import Accepted, Role, Trust, encode_trust, seal_trust
from ferrule.bundle.dsse import sign as seal
from ferrule.bundle.statement import PAYLOAD_TYPE
from ferrule.bundle.trust_list import PAYLOAD_TYPE as TRUST_TYPE


class Members(list):
    """An object as (name, value) in their order, so that one can stand there twice."""


class Spelt(str):
    """A value as it stands in the text, JSON or not."""

    __slots__ = ()


GOOD = acme.bundle(with_fixtures=True)
TRUST = acme.trust()
LIST = seal_trust(TRUST, [acme.ROOT])
KEYS = (acme.SIGNER, acme.STRANGER, acme.ROOT)
SPELT = (
    *(
        "-0",
        "-1",
        "1.0",
        "1e0",
        "1E2",
        "01",
        "+1",
        ".5",
        "1.",
        "0x1",
        "1e999",
        "-1e999",
    ),
    *("1e-999", "NaN", "Infinity", "-Infinity", "True", "nul", "9007199254740993"),
    *("9" * 64, "9" * 65, "1." + "0" * 63, '"\\ud800"', '"\\udc00\\ud800"', '"\\x41"'),
    *('"\\ud83d\\ude00"', '"\\u0000"', '"\t"', "'a'", "[1,]", "{,}", '{"a":1,"a":2}'),
    *('{"a":1,"\\u0061":2}', "[" * 60 + "]" * 60, "/**/1", '"', "", "\u0661"),
)
PLAIN = (
    *(None, True, False, 0, 1, 2, -1, 1.5, 2**53, 10**70, "", " ", "a", "1", [], {}),
    *(
        [None],
        [[]],
        [{}],
        {"sha256": "0" * 64},
        "acme",
        "acme.issues",
        "Acme",
        "acme\n",
    ),
    *("constructor", "__proto__", "acm\u0435", "a" * 128, "a" * 129, "a..b", "acme.*"),
    *("*", "acme-*", "acme.i*", ".*", "0.0.0", "1.2.0", "01.2.0", "1.2", "1.2.0\n"),
    *("999999999.0.0", "1000000000.0.0", "1.2.\u0660", "v1.2.0", "1.2.0-rc1"),
    *("2025-06-01T12:00:00Z", "2025-06-01T12:05:00Z", "2025-06-01T12:05:01Z"),
    *("0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    *("2025-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "2025-06-01T24:00:00Z"),
    *("2025-06-01T23:59:60Z", "2025-06-01t12:00:00z", "2025-06-01 12:00:00Z"),
    *("2025-06-01T12:00:00+00:00", "2025-06-01T12:00:00.0Z", "2025-6-1T12:00:00Z"),
    *("sha256:" + "0" * 64, "sha256:" + "A" * 64, "0" * 64, "A" * 64, "0" * 63),
    *(PAYLOAD_TYPE, TRUST_TYPE, "ed25519", "Ed25519", acme.ROOT.public.id),
    *(acme.SIGNER.public.id, acme.STRANGER.public.id, "\u202e", "\u00ad", "\U0001f600"),
    *("\u0cf3", "\ufdd0", "\u3164", "\u00e9", "\x7f", "~" * 200, "~" * 201, "~" * 501),
    *("bundle.json", "BUNDLE.json", "docs/a", "docs/a/b/c", "docs/../a", "docs/a..b"),
    *("icons/a/b.svg", "migrations/acme.issues/001_.sql", "fixtures/acme.issues/x"),
    *("migrations/acme.issues/001_a.sql", "connectors/acme.json.json", "C:a", "a\\b"),
    *(
        "AA==",
        "AB==",
        "AAA=",
        "AAAA",
        "A",
        "A===",
        "====",
        "-_-_",
        "+/+/",
        "-/AA",
        "e30=",
    ),
    *("MCowBQYDK2VwAyEA" + "A" * 43 + "=", "MCowBQYDK2VwAyEA" + "/" * 43 + "="),
)
BYTES = (
    *(b"", b" ", b"\n", b"\x0b", b"\xc2\xa0", b"\xef\xbb\xbf", b"\x00", b"\xff"),
    *(b"\xc0\xaf", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b",", b"{", b"]", b'"'),
    *(b"\\", b"=", b"//", b"0"),
)
ALIKE = {"k": "\u212a", "s": "\u017f", "i": "\u0131", "I": "\u0130", "a": "\u0430"}


def parsed(raw: bytes) -> object:
    return json.loads(raw, object_pairs_hook=Members)


def spelling(draw: Random, value: object) -> str:
    """Write a value as JSON, in one of the ways in which JSON can be written."""
    if isinstance(value, Spelt):
        return str(value)
    space = draw.choice(["", "", "", " ", "\n", "\t", "\r"])
    if isinstance(value, dict):
        value = Members(value.items())
    if isinstance(value, Members):
        inner = (
            f"{spelling(draw, name)}:{space}{spelling(draw, member)}"
            for name, member in value
        )
        return "{" + f",{space}".join(inner) + space + "}"
    if isinstance(value, list):
        return "[" + f",{space}".join(spelling(draw, one) for one in value) + "]"
    if isinstance(value, str) and value and draw.random() < 0.02:
        at = draw.randrange(len(value))
        if ord(value[at]) < 0x10000:
            head, tail = json.dumps(value[:at])[:-1], json.dumps(value[at + 1 :])[1:]
            return f"{head}\\u{ord(value[at]):04x}{tail}"
    return json.dumps(value, ensure_ascii=draw.random() < 0.5)


def places(value: object) -> list[tuple[list, int]]:
    """Return every place below a value: a list, and the index in it."""
    found = []
    if isinstance(value, list):
        for at, one in enumerate(value):
            found.append((value, at))
            found += places(one[1] if isinstance(value, Members) else one)
    return found


def odd_value(draw: Random, old: object) -> object:
    kind = draw.randrange(6)
    if kind == 0:
        return Spelt(draw.choice(SPELT))
    if kind == 1 and isinstance(old, str):
        return changed_text(draw, old)
    if kind == 2 and isinstance(old, int):
        return old + draw.choice([-1, 1])
    return draw.choice(PLAIN)


def changed_text(draw: Random, old: str) -> str:
    """Change one character, or the base64 that the text may be."""
    at = draw.randrange(len(old) + 1)
    return draw.choice(
        [
            old[:at] + old[at + 1 :],
            old[:at] + draw.choice("aA.-_/\\ \n\x00=+\u0430\u212a") + old[at:],
            old.swapcase(),
            old.replace("+", "-").replace("/", "_"),
            old.replace("+", "-", 1),
            old.rstrip("="),
            old + draw.choice(["=", "\n", " ", "\x00", "AAAA"]),
            old[:at],
            "".join(ALIKE.get(one, one) for one in old),
            old[:at] + old[at:].translate(str.maketrans(ALIKE)),
        ]
    )


def edit(draw: Random, document: list) -> None:
    """Change one place of a document, if there is one left."""
    if not document:
        return
    inside, at = draw.choice(places(document))
    named = isinstance(inside, Members)
    kind = draw.randrange(8)
    if kind == 0:
        del inside[at]
    elif kind == 1:
        inside.insert(draw.randrange(len(inside) + 1), inside[at])
    elif kind == 2:
        draw.shuffle(inside)
    elif kind == 3 and named:
        inside.append(
            (draw.choice(["more", "alg", "keyid", "Sig"]), draw.choice(PLAIN))
        )
    elif kind in {4, 5} and named:
        renamed = (changed_text(draw, inside[at][0]), inside[at][1])
        if kind == 4:
            inside[at] = renamed
        else:
            inside.append(renamed)
    elif named:
        inside[at] = (inside[at][0], odd_value(draw, inside[at][1]))
    else:
        inside[at] = odd_value(draw, inside[at])


def edited(draw: Random, raw: bytes) -> bytes:
    document = parsed(raw)
    for _ in range(draw.choice([0, 1, 1, 1, 2])):
        edit(draw, document)
    text = spelling(draw, document)
    return text.encode("utf-8", "surrogatepass")


def damaged(draw: Random, raw: bytes) -> bytes:
    """Change some bytes: what is drawn here mostly fails early."""
    found = bytearray(raw)
    for _ in range(draw.choice([0, 1, 1, 2])):
        at = draw.randrange(len(found) + 1)
        odd = draw.choice([*BYTES, bytes([draw.randrange(256)])])
        found[at : at + draw.choice([0, 1, 2])] = odd
        if draw.random() < 0.05:
            del found[at:]
    return bytes(found)


Change = Callable[[Random, bytes], bytes]


def change(draw: Random, raw: bytes) -> bytes:
    way: Change = draw.choice([edited, edited, edited, damaged])
    return way(draw, raw)


def signed(draw: Random, kind: str, payload: bytes) -> dict:
    """Return an envelope for a payload, mostly with signatures that hold."""
    keys = draw.sample(KEYS, draw.choice([1, 1, 2, 3]))
    envelope = seal(kind, payload, keys)
    if draw.random() < 0.1:
        envelope["signatures"] *= draw.choice([2, 9])
    if draw.random() < 0.1:
        for one in envelope["signatures"]:
            one["keyid"] = draw.choice(PLAIN)
    if draw.random() < 0.1:
        for one in envelope["signatures"]:
            one["sig"] = changed_text(draw, one["sig"])
    if draw.random() < 0.1:
        envelope["payload"] = changed_text(draw, envelope["payload"])
    return envelope


def statement_changed(draw: Random) -> bytes:
    outer = json.loads(GOOD)
    payload = change(draw, base64.b64decode(outer["dsseEnvelope"]["payload"]))
    if draw.random() < 0.1:
        outer["dsseEnvelope"]["payload"] = base64.b64encode(payload).decode()
    else:
        outer["dsseEnvelope"] = signed(draw, PAYLOAD_TYPE, payload)
    return json.dumps(outer).encode()


def files_changed(draw: Random) -> bytes:
    """State other files, and sign; what they hold stays in the form it has."""

    def rename(files: dict[str, bytes]) -> None:
        # what a picture may be is the runtime's own rule
        texts = [one for one in PLAIN if isinstance(one, str)]
        new = draw.choice([one for one in texts if not one.startswith("icons/")])
        name = draw.choice([one for one in sorted(files) if "icons/" not in one])
        files[draw.choice([new, changed_text(draw, name)])] = files.pop(name)

    return acme.with_files(rename)


def contents_changed(draw: Random) -> bytes:
    """Change what one of the documents says, and state and sign it as changed."""

    def rewrite(files: dict[str, bytes]) -> None:
        name = draw.choice([one for one in sorted(files) if one.endswith(".json")])
        files[name] = change(draw, files[name])

    return acme.with_files(rewrite)


def time_changed(draw: Random, trust: Trust) -> Trust:
    def near() -> object:
        return draw.choice([None, acme.NOW + timedelta(seconds=draw.randrange(-2, 3))])

    dated = tuple(
        replace(one, not_before=near(), not_after=near(), revoked_at=near())
        for one in trust.keys
    )
    return replace(trust, keys=dated)


def other_trust(draw: Random) -> Trust:
    """Return a trust list that is one, whoever may sign by it."""
    trust = acme.nobody()
    for key in KEYS[:2]:
        trust = trust.with_key(key.public, label=draw.choice(["", "anna@acme.example"]))
    for _ in range(draw.randrange(3)):
        patterns = ["acme.*", "acme.issues", "acme-*", "acme.issues.*", "acme.people"]
        named = draw.sample(KEYS, draw.choice([1, 2]))
        role = Role(
            tuple(one.public.id for one in named), draw.randrange(1, len(named) + 1)
        )
        trust = trust.delegated(draw.sample(patterns, draw.choice([1, 2])), role)
    return time_changed(draw, trust) if draw.random() < 0.5 else trust


def accepted_before(draw: Random) -> dict[str, Accepted]:
    known = Question(GOOD).ours()["connectors"]
    digests = [*known.values(), "sha256:" + "0" * 64]
    versions = ["0.9.9", "1.0.0", "1.2.0", "1.10.0", "999999999.0.0"]
    return {
        one: Accepted(draw.choice(versions), draw.choice(digests))
        for one in known
        if draw.random() < 0.5
    }


def bundle_question(draw: Random) -> Question:
    way = draw.randrange(8)
    if way < 2:
        raw = change(draw, GOOD)
    elif way == 2:
        raw = files_changed(draw)
    elif way == 3:
        raw = acme.bundle(keys=draw.sample(KEYS, draw.choice([1, 2])))
    elif way == 4:
        raw = contents_changed(draw)
    else:
        raw = statement_changed(draw)
    trust = other_trust(draw) if draw.random() < 0.3 else TRUST
    accepted = accepted_before(draw) if draw.random() < 0.3 else {}
    seconds = draw.choice(
        [0, 0, 0, 0, -(10**8), 10**8, draw.randrange(-(10**8), 10**8)]
    )
    return Question(
        raw, trust, accepted, acme.NOW + timedelta(seconds=seconds), way != 4
    )


def list_question(draw: Random) -> ListQuestion:
    raw = _list(draw)
    before = draw.choice([None, LIST, LIST, raw, _list(draw)])
    return ListQuestion(raw, before)


def _list(draw: Random) -> bytes:
    if draw.random() < 0.2:
        return change(draw, LIST)
    base = other_trust(draw) if draw.random() < 0.5 else TRUST
    root = Role((acme.ROOT.public.id, acme.SIGNER.public.id), draw.choice([1, 2]))
    base = replace(
        base,
        version=draw.choice([1, 2, 2, 3]),
        root=root if draw.random() < 0.4 else base.root,
    )
    payload = encode_trust(base)
    if draw.random() < 0.6:
        payload = change(draw, payload)
    return json.dumps(signed(draw, TRUST_TYPE, payload)).encode()


def question(draw: Random) -> Asked:
    """Draw a question about a bundle, or about a trust list."""
    return list_question(draw) if draw.random() < 0.3 else bundle_question(draw)
