"""Making a fixture: the descriptor asks once more, the recorded answers are given.

So the requests in the file are those that the descriptor makes, the expectation is what
comes of the answers, and a fixture passes when it is made. It is written only when it
does, and when no known secret and nothing that looks like one is in it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from ferrule.descriptor.document import validate
from ferrule.descriptor.model import Connector
from ferrule.errors import FerruleError, UsageError
from ferrule.exchange import Request
from ferrule.redaction import Redactor, live
from ferrule.sync.health import health_request
from ferrule.sync.replay import (
    MismatchError,
    Recorded,
    found_by,
    plan_of,
    play_fixture,
    stand_ins,
)
from ferrule.workspace.authoring import pretty
from ferrule.workspace.drafts import Document
from ferrule.workspace.fixture_look import replaced
from ferrule.workspace.fixture_sample import Answer, Sample

_SECOND_HALF: Final = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Made:
    """A fixture that passes: its content, the file's bytes, and what to know of it."""

    fixture: dict[str, Any]
    content: bytes
    notes: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Return what comes of it, in words."""
        expect = self.fixture["expect"]
        if "healthy" in expect:
            return "Healthy." if expect["healthy"] else "Not healthy."
        if "error" in expect:
            return f"The run ends with {expect['error']}."
        count, failed = expect["count"], len(expect["failed"])
        told = f"{expect['items']} items, {count} signals"
        return f"{told}, {failed} that cannot be mapped." if failed else f"{told}."


@dataclass(slots=True)
class _Recording(Recorded):
    """Gives the recorded answers in order and notes what was asked for them."""

    asked: list[Request] = field(default_factory=list)

    def _check(self, request: Request, recorded: Mapping[str, Any]) -> None:
        del recorded
        self.asked.append(request)


def make_fixture(
    document: Document,
    sample: Sample,
    name: str,
    choices: Mapping[str, str] | None = None,
    redactor: Redactor = live,
) -> Made:
    """Return a fixture of a sample, values replaced as chosen.

    Raises:
        UsageError: when a secret is left in it, or it would not pass.
        DescriptorInvalid: when the document is not valid.
    """
    connector = validate(document)
    clean = _replaced(sample, choices or {})
    fixture = _blank(clean, name)
    fixture["kind"] = "health" if _is_health(connector, fixture, clean) else "sync"
    if fixture["kind"] == "sync":
        several = len(connector.resolved_streams) > 1
        fixture |= {"stream": clean.stream} if clean.stream and several else {}
        fixture |= {"mode": "full", "checkpoint": None}
    plan_of(connector, fixture)  # what keeps it from asking at all is told as it is
    found, asked = _found(connector, fixture, clean)
    notes = (*clean.notes, *_changed(clean, asked))
    fixture["origin"] = _origin(asked)
    _write_requests(connector, fixture, asked)
    fixture["expect"] = found
    ordered: dict[str, Any] = {k: fixture[k] for k in _ORDER if k in fixture}
    return _proved(connector, ordered, notes, redactor)


def file_name(name: str) -> str:
    """Return the file name of a fixture that is called so."""
    slug = _SECOND_HALF.sub("-", name.lower()).strip("-")[:_LONGEST_NAME]
    return f"{slug or 'sample'}.json"


_ORDER: Final = (
    "format",
    "name",
    "kind",
    "stream",
    "mode",
    "checkpoint",
    "pages",
    "source",
    "origin",
    "config",
    "secrets",
    "exchanges",
    "expect",
)


def _replaced(sample: Sample, choices: Mapping[str, str]) -> Sample:
    config = replaced(dict(sample.config), choices)
    return replace(
        sample,
        config=config if isinstance(config, dict) else {},
        answers=tuple(_clean(answer, choices) for answer in sample.answers),
    )


def _clean(answer: Answer, choices: Mapping[str, str]) -> Answer:
    headers = replaced(dict(answer.headers), choices)
    told = headers if isinstance(headers, dict) else {}
    return Answer(
        answer.status,
        {name: str(value) for name, value in told.items()},
        replaced(answer.body, choices),
    )


def _blank(sample: Sample, name: str) -> dict[str, Any]:
    when = f" on {sample.at[:10]}" if sample.at else ""
    told = " ".join(("Recorded" + when + ", and looked over.", *sample.notes))
    return {
        "format": 1,
        "name": name,
        "source": told,
        "config": dict(sample.config),
        "secrets": [],
        "exchanges": [
            {
                "request": {},
                "response": {
                    "status": answer.status,
                    "headers": dict(answer.headers),
                    "body": answer.body,
                },
            }
            for answer in sample.answers
        ],
    }


def _is_health(connector: Connector, fixture: dict[str, Any], sample: Sample) -> bool:
    """Tell whether what was asked is the health check, and not the stream itself."""
    if sample.asked is None or sample.asked.where.kind != "check":
        return False
    try:
        request = health_request(connector, plan_of(connector, fixture))
    except FerruleError:
        return False
    return unquote(urlsplit(request.url).path) == sample.asked.path


def _found(
    connector: Connector, fixture: dict[str, Any], sample: Sample
) -> tuple[dict[str, Any], list[Request]]:
    """Return what comes of the answers, and what was asked for them.

    Where what was recorded is not the end, a page would be asked for that nobody has:
    the replay is then over after as many pages as there are answers, or fewer where a
    stream asks for its parent first.
    """
    trouble = ""
    for pages in (None, *range(len(sample.answers), 0, -1)):
        fixture |= {} if pages is None else {"pages": pages}
        recording = _Recording(fixture)
        try:
            return found_by(connector, fixture, recording), recording.asked
        except MismatchError as error:
            trouble = trouble or error.message
    raise UsageError(
        f"These answers do not make a test: {trouble}",
        advice="Send the request again with the descriptor as it is now.",
    )


def _origin(asked: list[Request]) -> str:
    if not asked:
        raise UsageError(
            "The descriptor asks for nothing with this configuration.",
            advice="Look at its partitions.",
        )
    parts = urlsplit(asked[-1].full_url)
    return f"{parts.scheme}://{parts.netloc}"


def _write_requests(
    connector: Connector, fixture: dict[str, Any], asked: list[Request]
) -> None:
    """Put what was asked into the fixture; where secrets stand is told once."""
    known = Redactor(stand_ins(connector).values())
    secrets: list[str] = []
    for exchange, request in zip(fixture["exchanges"], asked, strict=False):
        parts = urlsplit(request.full_url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in request.headers}
        hidden = [f"query:{n}" for n, v in query.items() if known.text(v) != v]
        hidden += [f"header:{n}" for n, v in headers.items() if known.text(v) != v]
        secrets += [target for target in hidden if target not in secrets]
        told: dict[str, Any] = {
            "method": request.method,
            "path": unquote(parts.path),
            "query": {n: v for n, v in query.items() if f"query:{n}" not in secrets},
            "headers": {
                n: v for n, v in headers.items() if f"header:{n}" not in secrets
            },
        }
        if request.body is not None and known.json(request.body) == request.body:
            told["body"] = request.body
        exchange["request"] = told
    fixture["secrets"] = secrets


def _changed(sample: Sample, asked: list[Request]) -> tuple[str, ...]:
    """Return a note where the descriptor asks something else than it did then."""
    if not asked or not sample.url:
        return ()
    now = asked[-1] if sample.asked and sample.asked.where.kind != "walk" else asked[0]
    then, here = urlsplit(sample.url), urlsplit(now.full_url)
    asked_then = (sample.method, sorted(dict(parse_qsl(then.query))))
    asked_now = (now.method, sorted(dict(parse_qsl(here.query))))
    if asked_then == asked_now:
        return ()
    return ("The request was another one then; the test holds the one of now.",)


def _proved(
    connector: Connector,
    fixture: dict[str, Any],
    notes: tuple[str, ...],
    redactor: Redactor,
) -> Made:
    again = play_fixture(connector, fixture)
    if not again.passed:
        raise UsageError(
            f"The test would not pass: {again.problems[0]}",
            advice="Does the request hold the time, or something that is never equal?",
        )
    content = pretty(fixture).encode()
    from ferrule.workspace.provider_folders import secret_lint  # brings cryptography

    if redactor.raw(content) != content:
        raise UsageError(
            "The sample holds one of the known secrets.",
            advice="Replace every finding that says “secret”, then save again.",
        )
    for problem in secret_lint("fixture.json", content):
        raise UsageError(
            f"The test would hold what looks like a secret: {problem.message}",
            advice=f"Replace it; it stands at {problem.pointer}.",
        )
    return Made(fixture, content, notes)
