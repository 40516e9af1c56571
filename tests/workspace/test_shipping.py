"""Shipping with a real vault, real folders and the shipped connectors."""

import base64
import json
import shutil
from datetime import UTC, datetime

import pytest

from ferrule import shipped
from ferrule.bundle import MAX_BUNDLE, SigningKey, open_bundle
from ferrule.credentials import forget_master_key
from ferrule.errors import (
    BundleRejected,
    KeychainUnavailable,
    NotFound,
    StoreError,
    UsageError,
)
from ferrule.workspace import shipping
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

GITHUB = shipped.descriptors() / "github"
IDS = ["github-issues"]


class StillClock:
    """A clock that stands still."""

    def __init__(self, moment=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)):
        self.moment = moment

    def now(self):
        return self.moment

    def monotonic(self):
        return 0.0

    def sleep(self, seconds):
        raise AssertionError(seconds)


@pytest.fixture(autouse=True)
def key_of_the_test(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    forget_master_key()
    yield
    forget_master_key()


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Workspace(Home(tmp_path / "home"))


@pytest.fixture
def folder():
    return shipping.read_folder(GITHUB)


def sign(workspace, folder, out, **more):
    if not shipping.list_keys(workspace):
        shipping.new_key(workspace, "anna")
    return shipping.sign_bundle(
        workspace, folder, IDS, ["anna"], out, clock=StillClock(), **more
    )


def trust_anna(workspace, *patterns):
    pem = shipping.export_key(workspace, "anna")
    return shipping.trust_key(workspace, pem, patterns or IDS, "Anna")


def test_a_key_is_made_kept_and_listed(workspace, tmp_path):
    made = shipping.new_key(workspace, "anna@acme.example")
    again = Workspace(workspace.home)
    assert shipping.list_keys(again) == [made]
    assert made.id.startswith("sha256:")
    sealed = (tmp_path / "home" / "vault.ferrule").read_bytes()
    assert b"anna@acme.example" in sealed or b"@keys" in sealed
    private = shipping.signing_key(again, "anna@acme.example").to_vault()
    assert private.get_secret_value().encode() not in sealed


@pytest.mark.parametrize("name", ["", "a b", "../x", "x" * 65, "-a"])
def test_a_name_that_is_none_is_refused(workspace, name):
    with pytest.raises(UsageError):
        shipping.new_key(workspace, name)


def test_a_name_is_given_once(workspace):
    shipping.new_key(workspace, "anna")
    with pytest.raises(UsageError, match="already"):
        shipping.new_key(workspace, "anna")


def test_without_a_place_that_keeps_it_no_key_is_made(tmp_path, monkeypatch):
    monkeypatch.delenv("FERRULE_MASTER_KEY")
    forget_master_key()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KeychainUnavailable) as told:
        shipping.new_key(Workspace(Home(tmp_path / "home")), "anna")
    assert "keychain" in str(told.value)
    assert "FERRULE_MASTER_KEY" in str(told.value)


def test_a_key_that_is_not_there_is_named_with_those_that_are(workspace):
    shipping.new_key(workspace, "anna")
    with pytest.raises(NotFound, match="anna"):
        shipping.export_key(workspace, "marek")


def test_providers_are_the_projects_own_then_the_shipped(workspace):
    shutil.copytree(GITHUB, workspace.project.descriptors / "github")
    found = shipping.provider_folders(workspace)
    assert (found[0].provider, found[0].origin) == ("github", "project")
    assert {one.provider for one in found if one.origin == "shipped"} >= {"trello"}
    assert [card.id for card in found[0].connectors] == [*IDS, "github-prs"]
    assert shipping.find_folder(workspace, "github") == found[0].path
    assert shipping.find_folder(workspace, str(GITHUB)) == GITHUB
    with pytest.raises(StoreError, match="neither"):
        shipping.find_folder(workspace, "nobody")


def test_a_folder_is_read_without_links_and_hidden_files(tmp_path):
    copy = tmp_path / "github"
    shutil.copytree(GITHUB, copy)
    (copy / "docs" / ".draft.md").write_text("hidden")
    (copy / "docs" / "link.md").symlink_to("/etc/hostname")
    (copy / "notes.txt").write_text("not in a place of a bundle")
    found = shipping.read_folder(copy)
    assert found == shipping.read_folder(GITHUB)
    (copy / "docs" / "big.bin").write_bytes(b"x" * (MAX_BUNDLE + 1))
    with pytest.raises(StoreError, match="larger"):
        shipping.read_folder(copy)


@pytest.mark.parametrize(
    "provider",
    sorted(path.parent.name for path in shipped.descriptors().glob("*/bundle.json")),
)
def test_shipped_providers_pass_every_check(provider):
    folder = shipping.read_folder(shipped.descriptors() / provider)
    ids = [one["id"] for one in json.loads(folder["bundle.json"])["connectors"]]
    findings = shipping.check_provider(folder, ids)
    assert {one.section for one in findings} == {
        "schema",
        "lint",
        "fixtures",
        "secrets",
    }
    assert [one for one in findings if one.ok is False] == []


def broken_descriptor(folder):
    name = "connectors/github-issues.json"
    document = json.loads(folder[name])
    document["nmae"] = "typo"
    folder[name] = json.dumps(document).encode()


def broken_fixture(folder):
    name = "fixtures/github-issues/two-pages.json"
    fixture = json.loads(folder[name])
    fixture["exchanges"][0]["request"]["path"] = "/elsewhere"
    folder[name] = json.dumps(fixture).encode()


def token_in_docs(folder):
    folder["docs/README.md"] += b"\nUse ghp_" + b"a1B2" * 10


def token_in_fixture(folder):
    folder["fixtures/github-issues/leak.json"] = json.dumps(
        {"name": "leak", "note": "ghp_" + "a1B2" * 10}
    ).encode()


def later_version(folder):
    manifest = json.loads(folder["bundle.json"])
    manifest["connectors"][0]["version"] = "9.9.9"
    folder["bundle.json"] = json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("spoil", "section", "pointer"),
    [
        (broken_descriptor, "schema", "bundle.json"),
        (later_version, "schema", "bundle.json"),
        (broken_fixture, "fixtures", "fixtures/github-issues/two-pages.json"),
        (token_in_docs, "secrets", "docs/README.md#/line"),
        (token_in_fixture, "secrets", "fixtures/github-issues/leak.json#/note"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_check_says_where_it_fails(folder, spoil, section, pointer):
    spoil(folder)
    wrong = [f for f in shipping.check_provider(folder, IDS) if f.ok is False]
    found = [one for one in wrong if one.section == section]
    assert any(one.pointer.startswith(pointer) for one in found), wrong


def test_a_bundle_is_signed_and_verifies(workspace, folder, tmp_path):
    out = tmp_path / "github.ferrule"
    made = sign(workspace, folder, out)
    assert made.connectors == ("github-issues@v1.1.0",)
    assert made.size == out.stat().st_size
    assert (made.expires_at - made.created_at).days == 365
    trust_anna(workspace)
    found = shipping.verify_file(
        out, shipping.trusted(workspace), None, clock=StillClock()
    )
    assert found.ok
    assert found.trust == "trusted"
    assert len(found.steps) == 13
    assert found.facts is not None
    assert found.facts.hosts == ("api.github.com", "github.com")
    assert found.facts.signers[0].startswith("Anna (")
    assert found.facts.payload_digest == made.payload_digest


def test_the_same_folder_key_and_epoch_give_the_same_bytes(
    workspace, folder, tmp_path, monkeypatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    one, other = tmp_path / "one.ferrule", tmp_path / "other.ferrule"
    shipping.new_key(workspace, "anna")
    for out in (one, other):
        made = shipping.sign_bundle(workspace, folder, IDS, ["anna"], out)
        assert made.created_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert one.read_bytes() == other.read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(UsageError):
        shipping.sign_bundle(workspace, folder, IDS, ["anna"], one)


@pytest.mark.parametrize("listed", [None, ["migrations/github-issues/009_gone.sql"]])
def test_the_migrations_of_a_bundle_are_listed_in_it(
    workspace, folder, tmp_path, listed
):
    manifest = json.loads(folder["bundle.json"])
    folder["bundle.json"] = json.dumps({**manifest, "migrations": listed}).encode()
    folder["migrations/other/001_views.sql"] = b"-- of a connector that stays\n"
    out = tmp_path / "github.ferrule"
    sign(workspace, folder, out)
    trust_anna(workspace)
    trust = shipping.trusted(workspace)
    found = open_bundle(out.read_bytes(), trust, now=StillClock().now())
    held = {name for name in found.files if name.startswith("migrations/")}
    assert json.loads(found.files["bundle.json"])["migrations"] == sorted(held)
    assert len(held) == 3
    assert (
        folder["bundle.json"] == json.dumps({**manifest, "migrations": listed}).encode()
    )


def test_fixtures_go_in_only_when_asked_for(workspace, folder, tmp_path):
    out = tmp_path / "b.ferrule"
    lean = sign(workspace, folder, out)
    own = [name for name in lean.left_out if "github-prs" not in name]
    assert all(name.startswith("fixtures/") for name in own)
    assert sign(workspace, folder, out, with_fixtures=True).files > lean.files


@pytest.mark.parametrize(
    ("spoil", "error"),
    [(token_in_docs, BundleRejected), (broken_descriptor, BundleRejected)],
    ids=["a secret", "a wrong descriptor"],
)
def test_what_is_refused_leaves_the_old_file_alone(
    workspace, folder, tmp_path, spoil, error
):
    out = tmp_path / "b.ferrule"
    sign(workspace, folder, out)
    before = out.read_bytes()
    spoil(folder)
    with pytest.raises(error):
        sign(workspace, folder, out)
    assert out.read_bytes() == before
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_impossible_orders_are_refused(workspace, folder, tmp_path):
    with pytest.raises(UsageError, match="days"):
        sign(workspace, folder, tmp_path / "b", valid_days=0)
    with pytest.raises(NotFound, match="marek"):
        shipping.sign_bundle(workspace, folder, IDS, ["marek"], tmp_path / "b")
    with pytest.raises(UsageError, match="cannot bundle"):
        shipping.sign_bundle(workspace, folder, ["x"], ["anna"], tmp_path / "b")
    with pytest.raises(StoreError, match="written"):
        sign(workspace, folder, tmp_path)


def test_an_unknown_signer_is_told_apart_from_a_changed_file(
    workspace, folder, tmp_path
):
    out = tmp_path / "b.ferrule"
    made = sign(workspace, folder, out)
    nobody = shipping.verify_file(out, shipping.Trust(), clock=StillClock())
    assert (nobody.ok, nobody.trust) == (False, "unknown")
    assert nobody.claims is not None
    assert nobody.claims.signers == (made.signer,)
    trust_anna(workspace)
    bundle = json.loads(out.read_bytes())
    bundle["files"][0]["content"] = base64.b64encode(b"{}").decode()
    out.write_text(json.dumps(bundle))
    changed = shipping.verify_file(out, shipping.trusted(workspace), clock=StillClock())
    assert changed.trust == "refused"
    assert changed.failed is not None
    assert changed.failed.step == 11


def test_trust_for_another_connector_is_not_enough(workspace, folder, tmp_path):
    out = tmp_path / "b.ferrule"
    sign(workspace, folder, out)
    trust_anna(workspace, "acme.*")
    found = shipping.verify_file(out, shipping.trusted(workspace), clock=StillClock())
    assert found.failed is not None
    assert found.failed.step == 8
    assert found.trust == "unknown"


def test_a_file_beyond_the_limit_is_refused_by_its_first_step(workspace, tmp_path):
    big = tmp_path / "big.ferrule"
    with big.open("wb") as out:
        out.truncate(1 << 40)  # a hole: nobody could read it whole
    found = shipping.verify_file(big, shipping.Trust())
    assert found.failed is not None
    assert found.failed.step == 1
    assert found.trust == "refused"
    with pytest.raises(BundleRejected):
        shipping.inspect_file(big)


def test_a_missing_file_and_a_folder_are_said_plainly(tmp_path):
    for path in (tmp_path, tmp_path / "none.ferrule"):
        with pytest.raises(StoreError, match="not a file"):
            shipping.verify_file(path, shipping.Trust())


def test_an_older_version_than_accepted_is_a_rollback(workspace, folder, tmp_path):
    out, accepted = tmp_path / "b.ferrule", tmp_path / "accepted.json"
    sign(workspace, folder, out)
    trust_anna(workspace)
    accepted.write_text(
        json.dumps({"github-issues": {"version": "2.0.0", "digest": "sha256:00"}})
    )
    found = shipping.verify_file(
        out,
        shipping.trusted(workspace),
        shipping.read_accepted(accepted),
        clock=StillClock(),
    )
    assert found.failed is not None
    assert found.failed.step == 13


@pytest.mark.parametrize(
    "text", ["[]", "{", '{"a": 1}', '{"a": {}}', '{"a": {"version": "x"}}']
)
def test_a_list_of_the_accepted_that_is_none_is_refused(tmp_path, text):
    path = tmp_path / "accepted.json"
    path.write_text(text)
    with pytest.raises(StoreError, match="accepted"):
        shipping.read_accepted(path)


def test_trust_is_added_and_taken_away(workspace):
    assert shipping.signers(workspace) == []
    kept = shipping.new_key(workspace, "anna")
    trust_anna(workspace, "acme.*", "github-issues")
    [one] = shipping.signers(workspace)
    assert (one.key_id, one.connectors) == (kept.id, ("acme.*", "github-issues"))
    trust_anna(workspace, "github-issues")
    [one] = shipping.signers(workspace)
    assert one.connectors == ("github-issues",)
    shipping.untrust(workspace, kept.id)
    assert shipping.signers(workspace) == []
    with pytest.raises(NotFound):
        shipping.untrust(workspace, kept.id)


def test_a_private_key_and_a_pattern_for_everything_are_refused(workspace):
    pem = SigningKey.generate().public.pem
    with pytest.raises(UsageError):
        shipping.trust_key(workspace, pem, ["*"])
    with pytest.raises(StoreError, match="private"):
        shipping.trust_key(workspace, b"-----BEGIN PRIVATE KEY-----", ["a"])
    assert not workspace.project.trust.exists()


def test_migrations_that_are_not_current_are_noted(workspace, folder):
    assert not [f for f in shipping.check_bundle(workspace, folder, IDS) if not f.ok]
    folder["migrations/github-issues/001_views.sql"] += b"\n-- by hand\n"
    [note] = [f for f in shipping.check_bundle(workspace, folder, IDS) if not f.ok]
    assert (note.ok, note.pointer) == (None, "migrations/github-issues/001_views.sql")
