"""Verify a bundle, in an order that never changes, over exactly the bytes given.

Nothing is written again to be compared, nothing is read before what protects it was
checked, and keys come from the trust list alone. A server in another language does the
same from `docs/bundle-format.md`.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import ParamSpec, TypeVar

from ferrule.bundle import steps
from ferrule.bundle.permissions import Permissions
from ferrule.bundle.statement import Statement, payload_digest
from ferrule.bundle.steps import Accepted
from ferrule.bundle.trust import Trust, TrustedKey
from ferrule.errors import BundleRejected

STEPS: Mapping[int, str] = MappingProxyType(
    {
        1: "Size and strict JSON",
        2: "Shape of the bundle",
        3: "Payload type",
        4: "Strict base64",
        5: "Signed bytes",
        6: "Signature of a trusted key",
        7: "Statement",
        8: "Signer may sign each connector",
        9: "Dates",
        10: "File names",
        11: "Files are what was signed",
        12: "Descriptors agree with the statement",
        13: "No older version, no reused version",
    }
)
_NOTHING_ACCEPTED: Mapping[str, Accepted] = MappingProxyType({})

Given = ParamSpec("Given")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of one step; `ok` is None for one that was not run."""

    step: int
    name: str
    ok: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified bundle.

    `permissions` are those that were signed, which cover what the connectors ask for.
    `unchanged` are the connectors that were accepted before just as they are here.
    """

    statement: Statement
    files: Mapping[str, bytes]
    payload_digest: str
    signers: tuple[TrustedKey, ...]
    permissions: Permissions
    report: tuple[StepResult, ...]
    unchanged: frozenset[str] = frozenset()

    @property
    def repeated(self) -> bool:
        """Tell whether nothing in it is new."""
        return len(self.unchanged) == len(self.statement.connectors)


@dataclass(slots=True)
class _Report:
    """The steps that were taken so far."""

    results: list[StepResult] = field(default_factory=list)

    def take(
        self,
        step: int,
        check: Callable[Given, tuple[Found, str]],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Found:
        try:
            found, detail = check(*args, **kwargs)
        except BundleRejected as error:
            error.step = step
            self.results.append(
                StepResult(step, STEPS[step], ok=False, detail=f"{error}")
            )
            raise
        self.results.append(StepResult(step, STEPS[step], ok=True, detail=detail))
        return found

    def whole(self) -> tuple[StepResult, ...]:
        rest = list(STEPS)[len(self.results) :]
        not_run = (StepResult(n, STEPS[n], ok=None, detail="not run") for n in rest)
        return (*self.results, *not_run)


def open_bundle(
    raw: bytes,
    trust: Trust,
    *,
    now: datetime,
    accepted: Mapping[str, Accepted] = _NOTHING_ACCEPTED,
) -> Bundle:
    """Return the bundle in `raw`, or raise BundleRejected with the step that failed.

    In this order, and nothing after a step that fails:

    1. At most 8 MiB; strict UTF-8 without a byte order mark; at most 64 levels; no
       duplicate members, NaN, Infinity, overlong numbers or unpaired surrogates.
    2. Exactly the members `mediaType`, `dsseEnvelope`, `files` and, optional and
       ignored, `verificationMaterial`; the known media type. Inside the envelope
       unknown members are ignored, but none may be a known one in another case.
    3. `payloadType` is exactly `application/vnd.in-toto+json`.
    4. Payload and signatures are strict base64, in either alphabet.
    5. The message is the PAE of payload type and payload, lengths in bytes.
    6. 1 to 16 signatures; each is tried against each trusted key; the unique keys of
       which one holds are at least 1. Key ids in the envelope decide nothing.
    7. The same payload bytes are a strict statement of the known `_type`,
       `predicateType` and `bundleFormat`, and need no later runtime.
    8. The first delegation with a pattern for a connector decides: at least its
       threshold of its keys signed, each counted once, none revoked or out of its
       dates at `now`. Each connector of the statement needs one.
    9. The trust list did not expire; `createdAt` ≤ `now` + 5 min, `createdAt` <
       `expiresAt`, `now` < `expiresAt`.
    10. Names of subjects and of `predicate.files`: at most 256 of the allowed forms,
        unique even without case, the same in both.
    11. The files are exactly the subjects, each once, with size and SHA-256 equal.
    12. `bundle.json`, `evidence.json` and each descriptor are strict JSON and valid;
        their ids and versions are the statement's; every file belongs to one of its
        connectors; what they ask for is within its permissions; icons are plain.
    13. No connector is older than the one `accepted` last, nor of the same version
        with other content. The same again is no error.

    `now` is aware. `accepted` is by connector id. What comes after, recording versions
    and digests and installing it disabled, is for the caller.
    """
    return _verified(raw, trust, now, accepted, _Report())


def explain(
    raw: bytes,
    trust: Trust,
    *,
    now: datetime,
    accepted: Mapping[str, Accepted] = _NOTHING_ACCEPTED,
) -> list[StepResult]:
    """Return all thirteen steps: passed ones, the one that failed, those not run."""
    report = _Report()
    with suppress(BundleRejected):
        _verified(raw, trust, now, accepted, report)
    return list(report.whole())


def _verified(
    raw: bytes,
    trust: Trust,
    now: datetime,
    accepted: Mapping[str, Accepted],
    report: _Report,
) -> Bundle:
    take = report.take
    document = take(1, steps.read_document, raw)
    archive = take(2, steps.read_shape, document)
    take(3, steps.check_payload_type, archive)
    envelope = take(4, steps.decode, archive)
    take(5, steps.encode_message, envelope)
    signers = take(6, steps.check_signatures, envelope, trust)
    statement = take(7, steps.read_payload, envelope.payload)
    take(8, steps.check_trust, statement, signers, trust, now)
    take(9, steps.check_dates, statement, trust, now)
    take(10, steps.check_names, statement)
    files = take(11, steps.check_files, archive, statement)
    take(12, steps.check_contents, files, statement)
    unchanged = take(13, steps.check_rollback, statement, accepted)
    return Bundle(
        statement=statement,
        files=MappingProxyType(files),
        payload_digest=payload_digest(envelope.payload),
        signers=signers,
        permissions=statement.permissions,
        report=report.whole(),
        unchanged=unchanged,
    )
