"""Keys, signing and verifying on the command line, from its words to its exit codes."""

import base64
import json
import shutil

import pytest
from tests.bundle import acme

from ferrule import shipped
from ferrule.__main__ import main
from ferrule.bundle import seal_trust
from ferrule.cli.place import choose_project
from ferrule.credentials import forget_master_key


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    monkeypatch.chdir(tmp_path)
    forget_master_key()
    yield tmp_path
    forget_master_key()
    choose_project(None)


@pytest.fixture
def ferrule(capsys):
    """Return what runs a command: its exit code, its output and its complaints."""

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def lines(out):
    return [json.loads(line) for line in out.splitlines()]


def signed(ferrule, place, connector="github-issues"):
    provider = connector.partition("-")[0]
    out = place / f"{provider}.ferrule"
    assert ferrule("keys", "new", "anna")[0] == 0
    words = ("sign", provider, "--connector", connector)
    code, said, _ = ferrule(*words, "--key", "anna", "--out", out)
    assert code == 0, said
    return out


def trust(ferrule, place, *patterns):
    pem = place / "anna.pem"
    assert ferrule("keys", "export", "anna", "--out", pem)[0] == 0
    more = [word for one in patterns for word in ("--connector", one)]
    return ferrule("trust", "add", pem, *more, "--label", "Anna", "--yes")


def test_from_a_key_to_a_verified_bundle(ferrule, place):
    out = signed(ferrule, place)
    code, said, _ = ferrule("verify", out)
    assert code == 1
    assert "FAIL  6 Signature of a trusted key" in said
    assert "Not to be used." in said
    code, said, _ = trust(ferrule, place, "github-issues")
    assert code == 0
    assert "trusts Anna for github-issues" in said
    code, said, _ = ferrule("verify", out)
    assert code == 0
    assert said.count("ok  ") == 13
    assert "hosts      api.github.com" in said


def test_the_steps_and_the_facts_as_json(ferrule, place):
    out = signed(ferrule, place)
    trust(ferrule, place, "github-issues")
    code, said, _ = ferrule("verify", out, "--json")
    assert code == 0
    *steps, last = lines(said)
    assert [step["step"] for step in steps] == list(range(1, 14))
    assert last["ok"] is True
    assert last["bundle"]["connectors"] == ["github-issues@v1.1.0"]
    code, said, _ = ferrule("inspect", out, "--json")
    assert code == 0
    [claims] = lines(said)
    assert claims["verified"] is False
    assert claims["payloadDigest"] == last["bundle"]["payloadDigest"]


def test_a_tampered_bundle_is_refused(ferrule, place):
    out = signed(ferrule, place)
    trust(ferrule, place, "github-issues")
    bundle = json.loads(out.read_bytes())
    bundle["files"][1]["content"] = base64.b64encode(b"{}").decode()
    out.write_text(json.dumps(bundle))
    code, said, _ = ferrule("verify", out)
    assert code == 1
    assert "FAIL 11 Files are what was signed" in said


def test_another_trust_list_and_what_was_accepted_can_be_given(ferrule, place):
    out = signed(ferrule, place)
    trust(ferrule, place, "github-issues")
    kept = place / "home" / "projects" / "default" / "trust.json"
    nobody, seen = place / "nobody.json", place / "accepted.json"
    sealed = seal_trust(acme.nobody(), [acme.ROOT])
    nobody.write_bytes(sealed)
    assert ferrule("verify", out, "--trust", nobody)[0] == 1
    assert ferrule("verify", out, "--trust", kept)[0] == 0
    newer = {"version": "1.1.1", "digest": "sha256:0"}
    seen.write_text(json.dumps({"github-issues": newer}))
    code, said, _ = ferrule("verify", out, "--accepted", seen)
    assert code == 1
    assert "FAIL 13" in said


def test_keys_are_listed_exported_and_given_up(ferrule, place):
    signed(ferrule, place)
    trust(ferrule, place, "github-*")
    _, said, _ = ferrule("keys", "list", "--json")
    [own] = lines(said)  # the key of the trust list signs no bundles
    assert own["name"] == "anna"
    _, pem, _ = ferrule("keys", "export", "anna")
    assert pem.startswith("-----BEGIN PUBLIC KEY-----")
    assert ferrule("trust", "remove", own["id"])[0] == 0
    assert ferrule("trust", "remove", own["id"])[0] == 1


def test_what_fails_a_check_is_not_signed(ferrule, place):
    folder = place / "github"
    shutil.copytree(shipped.descriptors() / "github", folder)
    with (folder / "docs" / "README.md").open("a") as notes:
        notes.write("\nghp_" + "a1B2" * 10)
    out = place / "b.ferrule"
    ferrule("keys", "new", "anna")
    code, said, _ = ferrule("sign", folder, "--key", "anna", "--out", out)
    assert code == 1
    assert "FAIL secrets" in said
    assert "docs/README.md" in said
    assert not out.exists()


def test_signing_says_its_checks_and_figures_as_json(ferrule, place):
    ferrule("keys", "new", "anna")
    out = place / "b.ferrule"
    code, said, _ = ferrule(
        *("sign", "github", "--connector", "github-issues", "--with-fixtures"),
        *("--days", 30, "--key", "anna", "--out", out, "--json"),
    )
    assert code == 0
    *checks, made = lines(said)
    assert {check["section"] for check in checks} == {
        *("schema", "lint", "fixtures", "secrets"),
        *("people", "changes", "permissions"),
    }
    assert made["size"] == out.stat().st_size
    assert made["files"] == 13


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("sign", "github", "--key", "nobody", "--out", "b"), 1, "nobody"),
        (("sign", "acme", "--key", "k", "--out", "b"), 1, "acme"),
        (("verify", "none.ferrule"), 1, "not a file"),
        (("inspect", "none.ferrule"), 1, "not a file"),
        (("keys", "export", "nobody"), 1, "keys new nobody"),
        (("keys", "new", "a b"), 2, "cannot name"),
        (("trust", "add", "none.pem", "--connector", "a"), 1, "not a file"),
        (("verify",), 2, "FILE"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_mistakes_are_told_with_their_code(ferrule, arguments, code, word):
    found, _, complaint = ferrule(*arguments)
    assert found == code
    assert word in complaint
    assert "Traceback" not in complaint


def test_without_a_keychain_no_key_is_made(ferrule, monkeypatch):
    monkeypatch.delenv("FERRULE_MASTER_KEY")
    forget_master_key()
    code, _, complaint = ferrule("keys", "new", "anna")
    assert code == 1
    assert "keychain" in complaint
    assert "FERRULE_MASTER_KEY" in complaint


def test_a_file_that_is_no_bundle_is_refused_by_a_step(ferrule, place):
    text = place / "notes.txt"
    text.write_text("hello")
    code, said, _ = ferrule("verify", text)
    assert code == 1
    assert "FAIL  1" in said
    code, _, complaint = ferrule("inspect", text)
    assert code == 1
    assert complaint.startswith("ferrule: ")
