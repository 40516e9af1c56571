"""`ferrule import` of a bundle and `ferrule imports`, as a person calls them."""

import base64
import json
from datetime import timedelta

import pytest
from tests.bundle import acme

from ferrule.__main__ import main
from ferrule.bundle import build, sign
from ferrule.cli.place import choose_project
from ferrule.clock import SystemClock
from ferrule.credentials import forget_master_key

ISSUES, PEOPLE = "acme.issues", "acme.people"
OLD = {ISSUES: "1.1.0", PEOPLE: "1.0.0"}


def bundle(versions=acme.VERSIONS):
    """Return a bundle that holds now."""
    created = SystemClock().now().replace(microsecond=0) - timedelta(days=1)
    draft = build(
        acme.folder(versions),
        created_at=created,
        expires_at=created + timedelta(days=30),
        tool_version="ferrule 0.1.0",
    )
    return sign(draft, (acme.SIGNER,))


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("FERRULE_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    (tmp_path / "anna.pem").write_bytes(acme.SIGNER.public.pem)
    (tmp_path / "acme.ferrule").write_bytes(bundle())
    (tmp_path / "old.ferrule").write_bytes(bundle(OLD))
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


@pytest.fixture
def trusting(ferrule):
    arguments = ("--connector", "acme.*", "--label", "anna", "--yes")
    assert ferrule("trust", "add", "anna.pem", *arguments)[0] == 0
    return ferrule


def test_a_bundle_of_a_stranger_is_only_looked_at(ferrule):
    code, said, _ = ferrule("import", "acme.ferrule", "--yes")
    assert code == 1
    assert "Not verified: anybody could have written this." in said
    assert "Refused at step 6" in said
    assert "Nothing is imported." in ferrule("imports")[1]
    code, said, _ = ferrule("import", "acme.ferrule", "--yes", "--json")
    told = json.loads(said)
    assert (code, told["type"], told["ok"], told["trust"]) == (
        *(1, "offer", False),
        "unknown",
    )


def test_nothing_is_taken_where_nobody_can_be_asked(trusting):
    code, said, told = trusting("import", "acme.ferrule")
    assert (code, "anna (" in said, "--yes" in told) == (2, True, True)
    assert "newly asks for host api.acme.example" in said
    assert "Nothing is imported." in trusting("imports")[1]


def test_from_a_file_to_an_enabled_connector_and_back(trusting):
    code, said, _ = trusting("import", "acme.ferrule", "--yes", "--enable", PEOPLE)
    assert (code, f"Disabled: {ISSUES}." in said) == (0, True)
    rows = [one.split() for one in trusting("imports")[1].splitlines()]
    assert [ISSUES, "1.2.0", "disabled"] in rows
    assert [PEOPLE, "1.0.0", "enabled"] in rows
    assert "acme.people" in trusting("catalogue")[1]
    code, _, told = trusting("connect", ISSUES)
    assert (code, f"ferrule imports enable {ISSUES}" in told) == (2, True)
    assert trusting("imports", "enable", ISSUES)[0] == 0
    assert trusting("connect", ISSUES)[0] == 0
    code, _, told = trusting("imports", "drop", "acme", "--yes")
    assert (code, f"in use by: {ISSUES}" in told) == (2, True)
    assert trusting("imports", "disable", "--all")[0] == 0
    assert trusting("disconnect", ISSUES, "--yes")[0] == 0
    assert "Dropped acme 2.3.0." in trusting("imports", "drop", "acme", "--yes")[1]
    told = trusting("imports", "record", "--json")[1].splitlines()
    assert [json.loads(one)["type"] for one in told] == [
        *("accepted", "enabled", "enabled"),
        *("disabled", "dropped"),
    ]


def test_an_older_one_needs_the_override_and_its_reason(trusting):
    assert trusting("import", "acme.ferrule", "--yes")[0] == 0
    code, said, _ = trusting("import", "old.ferrule", "--yes")
    assert (code, "--allow-older --reason TEXT" in said) == (1, True)
    assert trusting("import", "old.ferrule", "--yes", "--allow-older")[0] == 2
    assert trusting("import", "old.ferrule", "--yes", "--reason", "why")[0] == 2
    arguments = ("--allow-older", "--reason", "1.2.0 loses comments")
    code, said, _ = trusting("import", "old.ferrule", "--yes", *arguments)
    assert (code, "older than 1.2.0" in said) == (0, True)
    said = trusting("imports", "record")[1]
    assert "1.2.0 loses comments" in said
    assert "ferrule import --allow-older" in said


def test_json_lines_tell_the_offer_and_what_was_imported(trusting):
    code, said, _ = trusting("import", "acme.ferrule", "--yes", "--json")
    offer, done = map(json.loads, said.splitlines())
    assert (code, offer["type"], done["type"]) == (0, "offer", "imported")
    assert offer["connectors"][0]["state"] == "new"
    assert [one["enabled"] for one in done["connectors"]] == [False, False]
    (listed,) = map(json.loads, trusting("imports", "--json")[1].splitlines())
    assert listed["payloadDigest"] == offer["bundle"]["payloadDigest"]
    code, said, _ = trusting("imports", "enable", "--all", "--json")
    assert [one["enabled"] for one in json.loads(said)["connectors"]] == [True, True]
    code, said, _ = trusting("imports", "drop", "acme", "--yes", "--json")
    assert json.loads(said)["type"] == "dropped"


def test_a_bundle_by_another_name_is_one_still(trusting, place):
    (place / "acme.json").write_bytes(bundle())
    assert trusting("import", "acme.json", "--yes")[0] == 0
    assert "acme.issues" in trusting("imports")[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "acme.ferrule", "--into", "drafts"),
        ("import", "acme.ferrule", "--only", "GET /x"),
        ("import", "https://api.example.com/x", "--yes"),
        ("import", "https://api.example.com/x", "--enable", "all"),
        ("import", "acme.ferrule", "--yes", "--enable", "all", "--enable", "x"),
        ("imports", "enable", "--all", "x"),
    ],
)
def test_what_does_not_go_together_is_refused(trusting, arguments):
    assert trusting(*arguments)[0] == 2
    assert "Nothing is imported." in trusting("imports")[1]


def test_a_file_that_is_not_there_is_told(trusting):
    code, _, told = trusting("import", "gone.ferrule", "--yes")
    assert (code, "gone.ferrule" in told) == (1, True)
    code, _, told = trusting("imports", "enable", "nobody")
    assert (code, "nobody" in told) == (1, True)
