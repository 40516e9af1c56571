"""A bundle from bytes to what it is: the steps of docs/bundle-format.md in order.

Of step 12 the part that every reader can do; the runtime's own rules are not here.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import forms
from envelope import Envelope, read_envelope
from strict_json import RefusedError, need, read, unbase64
from trust import Trust

MIB = 1 << 20
MEDIA_TYPE = "application/vnd.ferrule.bundle.v1+json"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://ferrule.dev/attestation/connector/v1"


@dataclass
class Check:
    """One bundle under verification; each step leaves what the later ones need."""

    raw: bytes
    trust: Trust
    now: datetime
    accepted: Mapping[str, Mapping[str, str]]
    runtime: str
    outer: object = None
    envelope: Envelope = None
    signers: set[str] = field(default_factory=set)
    subjects: list[tuple[str, str]] = field(default_factory=list)
    predicate: dict = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def connectors(self) -> dict[str, str]:
        return {one["id"]: one["version"] for one in self.predicate["connectors"]}

    def content_digest(self, connector: str) -> str:
        own = (f"connectors/{connector}.json", f"migrations/{connector}/")
        lines = [
            f"{hashlib.sha256(self.files[name]).hexdigest()}  {name}\n"
            for name in sorted(self.files)
            if name == own[0] or name.startswith(own[1])
        ]
        return "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()


def step_1(check: Check) -> None:
    check.outer = read(check.raw, 8 * MIB)


def step_2(check: Check) -> None:
    outer = forms.members(
        check.outer, "mediaType dsseEnvelope files", "verificationMaterial"
    )
    need(outer["mediaType"] == MEDIA_TYPE, "another media type")
    need(isinstance(outer.get("verificationMaterial", {}), dict), "not an object")
    need(len(forms.several(outer["files"])) <= forms.MANY, "too many files")
    for one in outer["files"]:
        forms.members(one, "name content")
        forms.text(one["name"])
        forms.text(one["content"])
    check.envelope = read_envelope(outer["dsseEnvelope"])


def step_3(check: Check) -> None:
    need(check.envelope.payload_type == PAYLOAD_TYPE, "another payload type")


def step_4(check: Check) -> None:
    check.envelope.decode()


def step_5(check: Check) -> None:
    check.envelope.message()


def step_6(check: Check) -> None:
    keys = [one.key for one in check.trust.keys.values()]
    check.signers = check.envelope.signers(keys)
    need(check.signers, "no signature of a known key")


def step_7(check: Check) -> None:
    statement = forms.members(
        read(check.envelope.payload, MIB), "_type subject predicateType predicate"
    )
    need(statement["_type"] == STATEMENT, "another statement")
    need(statement["predicateType"] == PREDICATE, "another predicate")
    for one in forms.several(statement["subject"]):
        forms.members(one, "name digest")
        digest = forms.members(one["digest"], "sha256")["sha256"]
        check.subjects.append((forms.text(one["name"]), forms.sha256(digest)))
    check.predicate = _predicate(statement["predicate"])
    wanted = check.predicate.get("minRuntime", "0.0.0")
    need(forms.version(wanted) <= forms.version(check.runtime), "a later runtime")


def _predicate(value: object) -> dict:
    needed = (
        "bundleFormat bundleId version connectors createdAt expiresAt files permissions"
    )
    value = forms.members(value, needed, "minRuntime supersedes toolVersion")
    need(forms.whole(value["bundleFormat"], 1) == 1, "another format")
    forms.identifier(value["bundleId"])
    forms.version(value["version"])
    for name in ("createdAt", "expiresAt"):
        forms.moment(value[name])
    _listed(value["connectors"])
    for one in forms.several(value["files"]):
        forms.members(one, "name size")
        forms.text(one["name"])
        forms.whole(one["size"], 0)
    for several in forms.members(value["permissions"], "hosts scopes writes").values():
        for one in forms.several(several):
            forms.printable(one, 500)
    if "supersedes" in value:
        forms.sha256(value["supersedes"], "sha256:")
    forms.printable(value.get("toolVersion", ""), 200)
    return value


def _listed(connectors: object) -> None:
    need(forms.several(connectors), "no connector")
    for one in connectors:
        forms.members(one, "id version")
        forms.identifier(one["id"])
        forms.version(one["version"])
    forms.once([one["id"] for one in connectors], "a connector twice")


def step_8(check: Check) -> None:
    counting = {
        keyid for keyid in check.signers if check.trust.keys[keyid].counts(check.now)
    }
    for connector in check.connectors():
        role = check.trust.role_for(connector)
        need(role and role.filled(counting), "not signed by those who may")


def step_9(check: Check) -> None:
    need(check.now < check.trust.expires, "the trust list has expired")
    created, expires = (
        forms.moment(check.predicate[name]) for name in ("createdAt", "expiresAt")
    )
    need(created - check.now <= timedelta(minutes=5), "made in the future")
    need(created < expires, "expired before it was made")
    need(check.now < expires, "expired")


def step_10(check: Check) -> None:
    subjects = [name for name, _ in check.subjects]
    sized = [one["name"] for one in check.predicate["files"]]
    for names in (subjects, sized):
        need(len(names) <= forms.MANY, "too many files")
        for name in names:
            forms.file_name(name)
        forms.once([name.lower() for name in names], "a name twice")
    need(set(subjects) == set(sized), "other files")


def step_11(check: Check) -> None:
    named = forms.once([one["name"] for one in check.outer["files"]], "a file twice")
    digests = dict(check.subjects)
    need(set(named) == set(digests), "other files than the subjects")
    sizes = {one["name"]: one["size"] for one in check.predicate["files"]}
    for one in check.outer["files"]:
        name, content = one["name"], unbase64(one["content"])
        need(len(content) == sizes[name], "another size")
        need(hashlib.sha256(content).hexdigest() == digests[name], "another digest")
        check.files[name] = content


def step_12(check: Check) -> None:
    need("bundle.json" in check.files, "no bundle.json")
    listing = _document(check, "bundle.json")
    if "evidence.json" in check.files:
        read(check.files["evidence.json"], 8 * MIB)
    need(listing.get("id") == check.predicate["bundleId"], "another bundle")
    need(listing.get("version") == check.predicate["version"], "another version")
    listed = [
        (one.get("id"), one.get("version"), one.get("file"))
        for one in forms.several(listing.get("connectors"))
        if isinstance(one, dict)
    ]
    need(len(listed) == len(listing["connectors"]), "not an object")
    wanted = [
        (name, number, f"connectors/{name}.json")
        for name, number in check.connectors().items()
    ]
    need(all(one in listed for one in wanted), "a connector is not listed")
    need(len(listed) == len(wanted), "other connectors are listed")
    for name, number, file in wanted:
        need(file in check.files, "no descriptor")
        _descriptor(_document(check, file), name, number, check.predicate)
    for file in check.files:
        need((forms.owner(file) or wanted[0][0]) in check.connectors(), "of nobody")


def _document(check: Check, name: str) -> dict:
    value = read(check.files[name], 8 * MIB)
    need(isinstance(value, dict), "not an object")
    return value


def _descriptor(value: dict, name: str, number: str, predicate: dict) -> None:
    need((value.get("id"), value.get("version")) == (name, number), "another one")
    asked = value.get("permissions")
    if asked is None:
        return
    need(isinstance(asked, dict), "not an object")
    for kind, allowed in predicate["permissions"].items():
        for one in map(forms.text, forms.several(asked.get(kind, []))):
            wanted = _lower(one) if kind == "hosts" else one
            need(wanted in allowed, "more than the statement permits")


def _lower(host: str) -> str:
    return re.sub("[A-Z]", lambda found: found[0].lower(), host)


def step_13(check: Check) -> None:
    for connector, number in check.connectors().items():
        if (last := check.accepted.get(connector)) is None:
            continue
        before, now = forms.version(last["version"]), forms.version(number)
        need(now >= before, "an older version")
        same = check.content_digest(connector) == last["digest"]
        need(now > before or same, "other content under the same version")


STEPS = (
    step_1, step_2, step_3, step_4, step_5, step_6, step_7,
    step_8, step_9, step_10, step_11, step_12, step_13,
)  # fmt: skip


def verify(check: Check) -> tuple[int, str]:
    """The step that refuses, and why; (0, "") for a bundle that is accepted."""
    for number, step in enumerate(STEPS, 1):
        try:
            step(check)
        except RefusedError as refused:
            return number, str(refused)
    return 0, ""
