"""`ferrule trust` from an empty project to a revoked key."""

import base64
import json

import pytest
from tests.bundle import acme

from ferrule.__main__ import main
from ferrule.bundle import fingerprint_words
from ferrule.cli.place import choose_project
from ferrule.credentials import forget_master_key


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    (tmp_path / "anna.pem").write_bytes(acme.SIGNER.public.pem)
    (tmp_path / "bo.pem").write_bytes(acme.STRANGER.public.pem)
    forget_master_key()
    yield tmp_path
    forget_master_key()
    choose_project(None)


@pytest.fixture
def ferrule(place, capsys):
    def run(*arguments):
        code = main([str(one) for one in arguments])
        return code, *capsys.readouterr()

    return run


def add(ferrule, name, *more):
    return ferrule("trust", "add", f"{name}.pem", "--label", name, "--yes", *more)


def test_nobody_is_trusted_at_first(ferrule):
    code, said, _ = ferrule("trust", "show")
    assert (code, "nobody yet" in said) == (0, True)


def test_a_fingerprint_is_shown_and_nothing_done_where_nobody_can_be_asked(ferrule):
    code, said, told = ferrule("trust", "add", "anna.pem", "--connector", "acme.*")
    assert code == 2
    assert acme.SIGNER.public.fingerprint in said
    assert " ".join(fingerprint_words(acme.SIGNER.public.id)) in said
    assert "--yes" in told
    assert "nobody yet" in ferrule("trust", "show")[1]


def test_from_a_key_to_a_delegation_that_needs_two(ferrule):
    assert add(ferrule, "anna", "--connector", "acme.*")[0] == 0
    assert add(ferrule, "bo")[0] == 0
    arguments = ("--connector", "acme.issues", "--to", "anna", "--to", "bo")
    code, said, _ = ferrule("trust", "delegate", *arguments, "--threshold", "2")
    assert (code, "Version 4" in said) == (0, True)
    code, said, _ = ferrule("trust", "show")
    table = [line.split() for line in said.splitlines() if line]
    assert ["acme.issues", "2", "of", "anna,", "bo"] in table
    assert ["acme.*", "1", "of", "anna"] in table


def test_a_key_is_revoked_and_the_list_says_since_when(ferrule):
    add(ferrule, "anna", "--connector", "acme.*")
    code, said, _ = ferrule("trust", "revoke", "anna", "--json")
    told = json.loads(said)
    assert (code, told["version"], told["missing"]) == (0, 3, 0)
    assert told["keys"][1]["revokedAt"].endswith("Z")
    assert "revoked 20" in ferrule("trust", "show")[1]


def test_a_list_is_taken_over_by_another_computer(ferrule, place, monkeypatch):
    add(ferrule, "anna", "--connector", "acme.*")
    shared = place / "home" / "projects" / "default" / "trust.json"
    monkeypatch.setenv("FERRULE_HOME", str(place / "there"))
    code, said, told = ferrule("trust", "accept", shared)
    assert (code, "Root: " in said, "--yes" in told) == (2, True, True)
    code, said, _ = ferrule("trust", "accept", shared, "--yes")
    assert (code, "Version 2" in said) == (0, True)
    code, said, _ = ferrule("trust", "show", "--json")
    assert json.loads(said)["delegations"][0]["connectors"] == ["acme.*"]


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("trust", "add", "none.pem", "--yes"), 1, "not a file"),
        (("trust", "revoke", "nobody"), 1, "no key"),
        (("trust", "delegate", "--connector", "*", "--to", "anna"), 1, "no key"),
        (("trust", "init", "--threshold", "2"), 2, "cannot give"),
        (("trust", "init", "--days", "0"), 2, "1 to 3650"),
        (("trust", "show", "anna.pem"), 1, "not strict JSON"),
        (("trust", "accept"), 1, "no trust list"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_mistakes_are_told_with_their_code(ferrule, arguments, code, word):
    found, _, complaint = ferrule(*arguments)
    assert (found, word in complaint) == (code, True), complaint
