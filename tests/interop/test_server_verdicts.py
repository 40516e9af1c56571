"""The registry server says of every bundle what the verifier says, on both databases.

The attacks of the table, and as many bundles as were changed at random. What is refused
leaves nothing behind, and the server goes on.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random, SystemRandom

import pytest
from tests.bundle import acme
from tests.bundle.attacks import ATTACKS
from tests.bundle.mutations import bundle_question
from tests.bundle.readers import Question
from tests.server.running import Said, Server
from tests.server.test_attacks import Target

from ferrule.bundle import Role, TrustedKey
from ferrule.server.database import Database

pytestmark = pytest.mark.interop
DRAWN = 400


def on(database: str):
    """Return a parameter of `server`, and the rows of its tests."""
    mark = pytest.mark.compared("registry server: verdicts", database)
    return pytest.param(database, marks=mark, id=database)


@pytest.fixture(params=[on("SQLite"), on("PostgreSQL")])
def server(request, tmp_path: Path) -> Iterator[Server]:
    elsewhere = request.param == "PostgreSQL"
    place = request.getfixturevalue("place") if elsewhere else ""
    with Server(tmp_path, place) as running:
        yield running


def told(said: Said) -> dict:
    """Return an answer as the verifier would say it; too large is step 1."""
    if said.status in {200, 201}:
        return {"payloadDigest": said.json["bundle"]["digest"]}
    return {"step": 1 if said.status == 413 else said.error["step"]}


def asked(server: Server, questions: list[Question]) -> list[dict]:
    """Return what a server says of each, which is made to know what it needs to."""
    found = []
    with Database.open(server.database) as database:
        target = Target(server, database)
        for one in questions:
            target.prepare(one)
            before = target.kept()
            answer = told(server.post(one.raw))
            assert "step" not in answer or target.kept() == before
            found.append(answer)
    assert "Traceback" not in server.log
    assert server.ask("GET", "/healthz", scopes=None).status == 200
    return found


def verified(question: Question) -> dict:
    said = question.ours()
    return {name: said[name] for name in ("step", "payloadDigest") if name in said}


def servable(question: Question) -> Question:
    """Return a question with the server's time, and a list that its root may sign."""
    trust = question.trust
    keys = tuple(
        TrustedKey(one.key) if one.key == acme.ROOT.public else one
        for one in trust.keys
    )
    signable = replace(trust, keys=keys, root=Role((acme.ROOT.public.id,)))
    return replace(question, now=acme.NOW, trust=signable)


def test_every_attack_is_refused_at_its_step(server, interop_table):
    questions = [Question(one.make(), one.trust, one.accepted) for one in ATTACKS]
    named = [one.name for one in ATTACKS]
    interop_table.same(
        zip(named, asked(server, questions), strict=True),
        zip(named, ({"step": one.step} for one in ATTACKS), strict=True),
        what="registry server: attacks",
    )


def test_changed_bundles_are_judged_as_by_the_verifier(server, interop_table):
    first = SystemRandom().randrange(10**12)
    seeds = range(first, first + DRAWN)
    drawn = [bundle_question(Random(seed)) for seed in seeds]  # noqa: S311 - no secret
    questions = list(map(servable, drawn))
    interop_table.same(
        zip(seeds, asked(server, questions), strict=True),
        zip(seeds, map(verified, questions), strict=True),
        what="registry server: drawn changes to bundles",
    )
