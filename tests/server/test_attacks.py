"""Whatever the verifier refuses, a running server refuses, at the same step."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import delete, func, insert, select
from tests.bundle import acme
from tests.bundle.attacks import ATTACKS
from tests.server.running import AT, TRUST, Server

from ferrule.bundle import encode_trust, seal_trust
from ferrule.errors import Rollback
from ferrule.server import tables
from ferrule.server.database import Database


class Target:
    """A server that is made to trust, and to have accepted, what an attack needs."""

    def __init__(self, server: Server, database: Database) -> None:
        self.server = server
        self.database = database
        self.version = 1
        self.trusted = encode_trust(acme.trust())

    def prepare(self, attack) -> None:
        if encode_trust(attack.trust) != self.trusted:
            self.version += 1
            raw = seal_trust(replace(attack.trust, version=self.version), [acme.ROOT])
            said = self.server.ask("PUT", "/api/v1/trust", raw, kind=TRUST)
            assert said.status == 201, said.json
            self.trusted = encode_trust(attack.trust)
        with self.database.writing() as db:
            db.execute(delete(tables.mark))
            for connector, last in attack.accepted.items():
                row = {"version": last.version, "digest": last.digest, "marked_at": AT}
                db.execute(insert(tables.mark).values(connector=connector, **row))

    def kept(self) -> int:
        with self.database.reading() as db:
            counts = [
                db.scalar(select(func.count()).select_from(table))
                for table in (tables.bundle, tables.connector, tables.override)
            ]
        return sum(counts)


@pytest.fixture(scope="module")
def target(server):
    with Database.open(server.database) as database:
        yield Target(server, database)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.name)
def test_an_attack_is_refused_at_its_step_and_leaves_nothing(target, attack):
    target.prepare(attack)
    said = target.server.post(attack.make())
    if attack.name == "9 MiB":
        assert (said.status, said.error["code"]) == (413, "too_large")
    else:
        code = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", attack.error.__name__).lower()
        status = 409 if attack.error is Rollback else 422
        found = (said.status, said.error["code"], said.error["step"])
        assert found == (status, code, attack.step)
        assert said.error["message"].isprintable()
    assert target.kept() == 0


def test_an_override_forgives_no_more_than_the_rollback(target):
    """Last here: one attack after another, each with an override."""
    for attack in ATTACKS[::7]:
        if attack.error is not Rollback and attack.step > 1:
            target.prepare(attack)
            said = target.server.post(attack.make(), "?allowRollback=true&reason=why")
            assert (said.status, said.error["step"]) == (422, attack.step)
    assert target.kept() == 0


def test_nothing_of_all_that_was_a_bug(target):
    assert "Traceback" not in target.server.log
    assert target.server.ask("GET", "/healthz", scopes=None).status == 200
