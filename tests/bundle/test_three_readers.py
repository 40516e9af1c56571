"""Three readers of bundles and trust lists come to the same verdict at the same step.

Two were written from docs/bundle-format.md: one in Node (20 or later; without it its
tests are skipped and say so), one in Python that imports nothing of ours.
"""

import ast
import base64
import hashlib
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from tests.bundle import acme
from tests.bundle.attacks import ATTACKS
from tests.bundle.readers import (
    COMMANDS,
    HERE,
    NO_NODE,
    NODE,
    ListQuestion,
    Question,
    ask,
    compared,
    run,
)
from tests.bundle.taken import TAKEN
from tests.bundle.trust_lists import DAMAGED, FOLLOWING

from ferrule.bundle import open_bundle
from ferrule.bundle.strict import read
from ferrule.errors import BundleRejected

PORTABLE = [one for one in ATTACKS if one.portable]
each_reader = pytest.mark.parametrize(
    "reader",
    [
        pytest.param("node", marks=pytest.mark.skipif(NODE is None, reason=NO_NODE)),
        "independent",
    ],
)


def _lists() -> list[ListQuestion]:
    damaged = [ListQuestion(one.raw) for one in DAMAGED]
    return damaged + [ListQuestion(one.raw, one.before) for one in FOLLOWING]


@each_reader
def test_a_good_bundle_is_accepted_with_the_same_content(reader):
    raw = acme.bundle(with_fixtures=True)
    opened = open_bundle(raw, acme.trust(), now=acme.NOW)
    (answer,) = ask(reader, [Question(raw)])
    assert answer == Question(raw).ours() | {
        "files": {
            name: hashlib.sha256(content).hexdigest()
            for name, content in opened.files.items()
        },
    }


@each_reader
def test_every_unusual_bundle_is_taken_with_the_same_digests(reader):
    asked = [Question(one.make(), one.trust, one.accepted, one.now) for one in TAKEN]
    found = list(map(compared, ask(reader, asked)))
    assert found == [one.ours() for one in asked]
    assert [
        one.name for one, got in zip(TAKEN, found, strict=True) if "step" in got
    ] == []


@each_reader
def test_limits_of_documents_are_exact(reader):
    many = [b"[" + b"0," * parts + b"0]" for parts in (99_999, 100_000)]
    large = [b"1".ljust(size) for size in (1 << 20, (1 << 20) + 1)]
    texts = [base64.b64encode(one).decode() for one in (*many, *large)]
    found = run(reader, [{"vector": "json", "of": one} for one in texts])
    assert ["is" in one for one in found] == [True, False, True, False]
    for raw, good in zip((*many, *large), (True, False) * 2, strict=True):
        with nullcontext() if good else pytest.raises(BundleRejected):
            read(raw, limit=1 << 20, what="It")


@each_reader
def test_every_attack_is_refused_at_the_same_step(reader):
    asked = [Question(one.make(), one.trust, one.accepted) for one in PORTABLE]
    found = dict(zip([one.name for one in PORTABLE], ask(reader, asked), strict=True))
    assert {name: answer.get("step") for name, answer in found.items()} == {
        one.name: one.step for one in PORTABLE
    }


@each_reader
def test_trust_lists_are_refused_and_followed_alike(reader):
    named = [one.name for one in (*DAMAGED, *FOLLOWING)]
    found = [compared(one) for one in ask(reader, _lists())]
    versions = [None] * len(DAMAGED) + [one.version for one in FOLLOWING]
    wanted = [{"version": one} if one else {"refused": True} for one in versions]
    assert dict(zip(named, found, strict=True)) == dict(zip(named, wanted, strict=True))
    assert dict(zip(named, (one.ours() for one in _lists()), strict=True)) == dict(
        zip(named, wanted, strict=True)
    )


def _imports(module: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module.partition(".")[0])
    return found


def test_the_independent_reader_stands_on_python_and_cryptography_alone():
    modules = sorted((HERE / "independent").glob("*.py"))
    own = {one.stem for one in modules}
    named = set().union(*map(_imports, modules))
    assert named - own - sys.stdlib_module_names == {"cryptography"}


def test_an_import_of_ours_would_stop_the_independent_reader(tmp_path):
    (tmp_path / "__main__.py").write_text("import ferrule.bundle\n", encoding="utf-8")
    command = [*COMMANDS["independent"][:-1], str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "the independent reader imports ferrule" in done.stderr
