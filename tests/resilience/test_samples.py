"""Error rules, waits and rates as documents: what follows, and why bad ones fail.

A good sample has a `resilience` (and a `connector`'s before it) with `steps`: what
follows when an attempt brings an answer, without jitter, on 1 March 2026 at noon. Or
it has `rateLimits` with the seconds that each request waits. A bad one is refused at
`pointer` when its document is loaded.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.descriptor import seeds

from ferrule.descriptor.document import validate
from ferrule.errors import DescriptorInvalid
from ferrule.exchange import Response, decode, encode
from ferrule.resilience import RateLimit, Resilience, limits_of, policy_of
from ferrule.resilience.buckets import reserve
from ferrule.resilience.retry import (
    Accept,
    Decision,
    Less,
    Outcome,
    Refresh,
    Retry,
    Throttled,
    decide,
)

SAMPLES = Path(__file__).parents[1] / "samples" / "resilience"
GOOD = sorted((SAMPLES / "good").glob("*.json"))
BAD = sorted((SAMPLES / "bad").glob("*.json"))
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def said(step: Decision):
    """Return a decision as samples write it."""
    if isinstance(step, Accept):
        return "ignore" if step.ignored else "take"
    if isinstance(step, Retry):
        return {"again": step.after_s}
    if isinstance(step, Throttled):
        return {"pause" if step.paused else "wait": step.seconds}
    if isinstance(step, Less):
        return step.how
    return "refresh" if isinstance(step, Refresh) else "fail"


def answer_of(step) -> Response | None:
    if "answer" not in step:
        return None
    answer = step["answer"]
    body = encode(answer["body"]) if "body" in answer else b""
    headers = tuple(answer.get("headers", {}).items())
    return Response(answer["status"], headers, body)


def read(path: Path):
    return decode(path.read_bytes())


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_sample_does_what_it_says(path: Path) -> None:
    sample = json.loads(path.read_bytes())
    own = Resilience.model_validate(sample.get("connector", {}))
    policy = policy_of(own, Resilience.model_validate(sample.get("resilience", {})))
    found = []
    for step in sample.get("steps", ()):
        answer = answer_of(step)
        rule = None if answer is None else policy.rule(answer)
        outcome = Outcome(answer, rule)
        decided = decide(outcome, step["attempt"], NOW, policy, jitter=lambda: 0.0)
        found.append(said(decided))
    assert found == [step["then"] for step in sample.get("steps", ())]
    entries = [RateLimit.model_validate(one) for one in sample.get("rateLimits", ())]
    limits = limits_of(entries, names={"config": sample.get("config", {})})
    grants = sample.get("grants", ())
    waits = [reserve(limits, g["at"], g["method"], g["path"]) for g in grants]
    assert waits == [grant["wait"] for grant in grants]


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_sample_is_loaded_in_a_document(path: Path) -> None:
    sample = read(path)
    parts = {n: sample[n] for n in ("resilience", "rateLimits") if n in sample}
    assert parts
    validate(seeds.seed(**parts))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_sample_is_refused_at_its_place(path: Path) -> None:
    sample = read(path)
    pointer = sample.pop("pointer")
    with pytest.raises(DescriptorInvalid) as caught:
        validate(seeds.seed(**sample))
    places = [p.pointer.removeprefix("/resilience") for p in caught.value.problems]
    assert places == [pointer]


def test_every_action_and_every_back_off_has_a_sample() -> None:
    text = "".join(path.read_text() for path in GOOD)
    actions = "retry rate_limited ignore fail refresh_auth split_window shrink_page"
    units = "seconds ms http_date epoch_s epoch_ms exponential constant from"
    for word in f"{actions} {units} success".split():
        assert f'"{word}"' in text
