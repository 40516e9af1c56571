"""Three readers of bundles, ours, Node's and the independent one in Python, agree.

On every published bundle, trust list and rule, every attack, everything unusual that
must be taken, and on changes that are drawn anew in every run.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from random import Random, SystemRandom

import pytest
from tests.bundle import goldens, mutations
from tests.bundle.attacks import ATTACKS
from tests.bundle.readers import (
    NODE,
    Asked,
    ListQuestion,
    Question,
    ask,
    disagreement,
    run,
)
from tests.bundle.taken import TAKEN
from tests.bundle.test_goldens import about, raw, rules_asked
from tests.bundle.trust_lists import DAMAGED, FOLLOWING

from ferrule.bundle import Accepted, read_trust

EXPECTED = json.loads((goldens.SAMPLES / "expected.json").read_bytes())
DRAWN = 3_000
pytestmark = pytest.mark.interop


def of(reader: str, peer: str):
    """Return a parameter for a reader, and the rows of its tests."""
    marks = [pytest.mark.compared("bundles", peer)]
    if reader == "node":
        marks.append(
            pytest.mark.skipif(NODE is None, reason="node is not on this machine")
        )
    return pytest.param(reader, marks=marks, id=reader)


each_reader = pytest.mark.parametrize(
    "reader", [of("node", "Node"), of("independent", "Python")]
)


def published(one: dict) -> Question:
    return Question(
        raw(one["file"]),
        read_trust(raw(one["trust"])).trust,
        {name: Accepted(**last) for name, last in one["accepted"].items()},
        datetime.fromisoformat(one["now"]),
        portable="needs" not in one,
    )


def differences(reader: str, asked: Iterable[Asked]) -> list[str]:
    """Return of each question how a reader differs from ours, nothing where it agrees.

    Where our runtime's own rules refuse, another may accept: `portable`.
    """
    questions = list(asked)
    pairs = zip(questions, ask(reader, questions), strict=True)
    return [disagreement(one, {reader: answer}) for one, answer in pairs]


def counted(interop_table, named: Iterable[object], odd: list[str], what: str) -> None:
    """Count the cases of these names, and assert that none differs."""
    found = dict(zip(named, odd, strict=True))
    interop_table.same(found.items(), dict.fromkeys(found, "").items(), what=what)


@each_reader
def test_every_published_bundle_and_list_is_judged_alike(reader, interop_table):
    bundles = [(one, published(one)) for one in EXPECTED["bundles"]]
    lists = [
        (one, ListQuestion(raw(one["file"]), raw(one["before"])))
        for one in EXPECTED["trustLists"]
    ]
    cases, asked = zip(*bundles, *lists, strict=True)
    assert [one.ours() for one in asked] == [about(one) for one in cases]
    named = [(one["file"], one.get("before"), one["about"]) for one in cases]
    odd = differences(reader, asked)
    counted(interop_table, named, odd, "bundles: published bundles and trust lists")


@each_reader
def test_every_rule_is_kept_as_published(reader, interop_table):
    asked, wanted = rules_asked()
    odd = [
        "" if ("is" in said) == good else f"{said}"
        for said, good in zip(run(reader, asked), wanted, strict=True)
    ]
    named = map(json.dumps, asked)
    counted(interop_table, named, odd, "bundles: published names, keys, base64, JSON")


@each_reader
def test_every_attack_is_refused_at_the_same_step(reader, interop_table):
    asked = [
        Question(one.make(), one.trust, one.accepted, portable=one.portable)
        for one in ATTACKS
    ]
    assert [one.ours() for one in asked] == [{"step": one.step} for one in ATTACKS]
    named = [one.name for one in ATTACKS]
    odd = differences(reader, asked)
    counted(interop_table, named, odd, "bundles: attacks")


@each_reader
def test_what_is_unusual_is_taken_alike(reader, interop_table):
    asked = [Question(one.make(), one.trust, one.accepted, one.now) for one in TAKEN]
    assert [one for one in asked if "step" in one.ours()] == []
    named = [one.name for one in TAKEN]
    odd = differences(reader, asked)
    counted(interop_table, named, odd, "bundles: unusual, to be taken")


@each_reader
def test_trust_lists_are_refused_and_followed_alike(reader, interop_table):
    asked = [ListQuestion(one.raw) for one in DAMAGED]
    asked += [ListQuestion(one.raw, one.before) for one in FOLLOWING]
    named = [one.name for one in (*DAMAGED, *FOLLOWING)]
    odd = differences(reader, asked)
    counted(interop_table, named, odd, "bundles: attacks by trust lists")


@each_reader
def test_drawn_changes_are_judged_alike(reader, interop_table):
    first = SystemRandom().randrange(10**12)
    seeds = range(first, first + DRAWN)
    asked = [mutations.question(Random(one)) for one in seeds]  # noqa: S311 - no secret
    odd = differences(reader, asked)
    counted(interop_table, seeds, odd, "bundles: drawn changes")
