"""Changed bundles and trust lists: three readers say the same of each.

What is right nobody says here; a difference is a fault of a reader or of the page that
all were written from. A few are drawn in every run; `make soak` goes on for minutes.
"""

import os
import sys
import time
from collections import Counter
from contextlib import ExitStack
from random import Random, SystemRandom

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from tests.bundle import mutations
from tests.bundle.readers import COMMANDS, NODE, Reader, ask, disagreement
from tests.support.soaking import Progress

OTHERS = [one for one in COMMANDS if one != "node" or NODE]
BATCH = 500
SECONDS = int(os.environ.get("FERRULE_SOAK_SECONDS", "300"))


@pytest.fixture(scope="module")
def readers():
    with ExitStack() as stack:
        yield {name: stack.enter_context(Reader(name)) for name in OTHERS}


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.randoms(use_true_random=False))
def test_all_readers_say_the_same_of_what_was_changed(readers, draw):
    asked = mutations.question(draw)
    note(str(asked.wire))
    found = {name: one.ask(asked) for name, one in readers.items()}
    assert disagreement(asked, found) == ""


def _odd(seeds: range, verdicts: Counter[str]) -> dict[int, str]:
    """Return the seeds of questions that the readers answer differently, and how."""
    asked = [mutations.question(Random(one)) for one in seeds]  # noqa: S311 - no secret
    found = {name: ask(name, asked) for name in OTHERS}
    odd = {}
    for at, question in enumerate(asked):
        why = disagreement(question, {name: found[name][at] for name in OTHERS})
        if why:
            odd[seeds[at]] = why
        verdicts[_said(found["independent"][at])] += 1
    return odd


def _said(answer: dict) -> str:
    if "step" in answer:
        return f"refused at step {answer['step']:2}"
    accepted = "bundle" if "files" in answer else "list"
    return "list refused" if "why" in answer else f"{accepted} accepted"


@pytest.mark.soak
def test_all_readers_say_the_same_for_minutes():
    first = SystemRandom().randrange(10**12)
    verdicts: Counter[str] = Counter()
    progress = Progress(SECONDS, "seconds of changes to bundles")
    began = time.monotonic()
    while progress.done < SECONDS:
        seeds = range(first + verdicts.total(), first + verdicts.total() + BATCH)
        assert _odd(seeds, verdicts) == {}
        progress.add(int(time.monotonic() - began) - progress.done)
    sys.stderr.write(f"{verdicts.total()} changes, all alike: {dict(verdicts)}\n")
