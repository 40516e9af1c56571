"""A project's trust list, with a real vault and two computers' data directories."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from tests.bundle import acme

from ferrule.bundle import SigningKey, Trust, open_bundle, read_trust
from ferrule.credentials import forget_master_key
from ferrule.errors import NotFound, StoreError, UnknownSigner, UsageError
from ferrule.workspace import trust_keys, trusting
from ferrule.workspace.home import Home
from ferrule.workspace.shipping import list_keys, new_key
from ferrule.workspace.signing_keys import export_key, kept_signing_keys
from ferrule.workspace.workspace import Workspace

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class StillClock:
    def __init__(self, moment=NOW):
        self.moment = moment

    def now(self):
        return self.moment

    def monotonic(self):
        return 0.0

    def sleep(self, seconds):
        raise AssertionError(seconds)


CLOCK = StillClock()


@pytest.fixture(autouse=True)
def key_of_the_test(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    forget_master_key()
    yield
    forget_master_key()


@pytest.fixture
def computer(tmp_path, monkeypatch):
    """Return a computer of that name: all have the one project folder."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "ferrule.toml").write_text('[project]\nkey = "acme"\nname = "Acme"\n')
    monkeypatch.chdir(project)
    return lambda name="here": Workspace(Home(tmp_path / name))


PEM, OTHER = acme.SIGNER.public.pem, acme.STRANGER.public.pem


def test_the_first_key_begins_the_list_with_a_root_of_its_own(computer):
    here = computer()
    assert trusting.trusted(here) == Trust()
    made = trusting.trust_key(here, PEM, ["acme.*"], "Anna", clock=CLOCK)
    assert made.missing == 0
    assert made.trust.version == 2
    assert made.trust.expires_at == NOW + timedelta(days=365)
    assert trusting.trusted(here) == made.trust
    assert [one.label for one in made.trust.keys] == ["root@acme", "Anna"]
    assert [one.label for one in trusting.signers(here)] == ["Anna"]
    assert list_keys(here) == []


def test_a_bundle_is_held_against_it(computer):
    here = computer()
    trust = trusting.trust_key(here, PEM, ["acme.*"], clock=CLOCK).trust
    assert open_bundle(acme.bundle(), trust, now=acme.NOW)
    gone = trusting.revoke(here, acme.SIGNER.public.id, clock=CLOCK).trust
    with pytest.raises(UnknownSigner, match="revoked on 2026-01-02"):
        open_bundle(acme.bundle(), gone, now=NOW)


def test_attack_another_computer_takes_no_list_before_its_root_was_compared(computer):
    here, there = computer(), computer("there")
    trusting.trust_key(here, PEM, ["acme.*"], clock=CLOCK)
    [root] = trusting.look(there).root_fingerprints
    with pytest.raises(StoreError, match=root):
        trusting.trusted(there)
    trusting.accept(there)
    assert trusting.trusted(there) == trusting.trusted(here)


def test_a_successor_is_taken_without_asking(computer):
    here, there = computer(), computer("there")
    trusting.trust_key(here, PEM, ["acme.*"], clock=CLOCK)
    trusting.accept(there)
    trusting.trust_key(here, OTHER, ["beta"], "Bo", clock=CLOCK)
    assert trusting.trusted(there).version == 3
    trusting.renew(here, 30, clock=CLOCK)
    assert trusting.trusted(there).expires_at == NOW + timedelta(days=30)


def test_attack_a_list_of_another_root_is_refused(computer):
    here, there = computer(), computer("there")
    trusting.trust_key(here, PEM, ["acme.*"], clock=CLOCK)
    here.project.trust.unlink()
    trusting.trust_key(there, OTHER, ["acme.*"], clock=CLOCK)
    with pytest.raises(StoreError, match="does not follow"):
        trusting.trusted(here)
    with pytest.raises(StoreError, match="does not follow"):
        trusting.trust_key(here, PEM, ["beta"], clock=CLOCK)
    trusting.accept(here, anew=True)
    assert trusting.trusted(here).find(acme.STRANGER.public.id)


def test_attack_an_older_list_put_back_is_refused(computer):
    here = computer()
    trusting.trust_key(here, PEM, ["acme.*"], clock=CLOCK)
    older = here.project.trust.read_bytes()
    trusting.revoke(here, acme.SIGNER.public.id, clock=CLOCK)
    here.project.trust.write_bytes(older)
    with pytest.raises(StoreError, match="version 2; 4 comes next"):
        trusting.trusted(here)


def test_attack_a_changed_list_is_refused(computer):
    here = computer()
    trusting.trust_key(here, PEM, ["acme.*"], clock=CLOCK)
    raw = here.project.trust.read_bytes()
    at = raw.index(b'"payload":"') + 400
    here.project.trust.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
    with pytest.raises(StoreError):
        trusting.trusted(here)


def test_a_stop_between_the_two_files_loses_nothing(computer, monkeypatch):
    here = computer()
    trusting.trust_key(here, PEM, ["acme.*"], clock=CLOCK)

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(trusting, "_confirm", stop)
        with pytest.raises(KeyboardInterrupt):
            trusting.trust_key(here, OTHER, ["beta"], clock=CLOCK)
    assert trusting.trusted(here).version == 3
    assert trusting.trust_key(here, OTHER, ["gamma"], clock=CLOCK).trust.version == 4


def test_several_keys_sign_together(computer):
    here = computer()
    trusting.trust_key(here, PEM, (), "Anna", clock=CLOCK)
    trusting.trust_key(here, OTHER, (), "Bo", clock=CLOCK)
    short = acme.STRANGER.public.fingerprint[:9]
    made = trusting.delegate(here, ["acme.*"], ["Anna", short], 2, clock=CLOCK)
    with pytest.raises(UnknownSigner, match="needs 2 signatures"):
        open_bundle(acme.bundle(), made.trust, now=acme.NOW)
    both = acme.bundle(keys=(acme.SIGNER, acme.STRANGER))
    assert open_bundle(both, made.trust, now=acme.NOW)


def test_a_root_of_two_needs_both(computer, tmp_path):
    here = computer()
    for name in ("one", "two"):
        new_key(here, name)
    trusting.init_trust(here, ["one", "two"], 2, clock=CLOCK)
    assert trusting.trust_key(here, PEM, ["acme.*"], clock=CLOCK).missing == 0
    # The second key leaves for another computer.
    there = computer("there")
    new_key(there, "three")
    with pytest.raises(UsageError, match="already"):
        trusting.init_trust(here)
    trusting.accept(there)
    with pytest.raises(NotFound, match="None of the keys"):
        trusting.trust_key(there, OTHER, ["beta"], clock=CLOCK)


def test_what_lacks_a_signature_waits_for_it(computer, monkeypatch):
    here = computer()
    for name in ("one", "two"):
        new_key(here, name)
    trusting.init_trust(here, ["one", "two"], 2, clock=CLOCK)
    every = kept_signing_keys(here)
    with monkeypatch.context() as patched:
        patched.setattr(trust_keys, "kept_signing_keys", lambda _: every[:1])
        waits = trusting.trust_key(here, PEM, ["acme.*"], clock=CLOCK)
    assert waits.missing == 1
    assert waits.path.name == "trust.next.json"
    assert trusting.trusted(here).version == 1
    done = trusting.cosign(here, waits.path, "two")
    assert (done.missing, done.path) == (0, here.project.trust)
    assert not waits.path.exists()
    assert trusting.trusted(here).version == 2


def test_attack_a_key_of_small_order_is_never_taken_in(computer):
    pem = (
        b"-----BEGIN PUBLIC KEY-----\n"
        b"MCowBQYDK2VwAyEAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
        b"-----END PUBLIC KEY-----\n"
    )
    here = computer()
    with pytest.raises(StoreError, match="small order"):
        trusting.trust_key(here, pem, ["acme.*"], clock=CLOCK)
    assert not here.project.trust.exists()


@pytest.mark.parametrize("name", ["Nobody", "sha256:00", "0000000000", ""])
def test_a_key_that_is_not_there_is_said(computer, name):
    here = computer()
    trusting.trust_key(here, PEM, ["acme.*"], "Anna", clock=CLOCK)
    with pytest.raises(NotFound, match="no key") as told:
        trusting.revoke(here, name, clock=CLOCK)
    assert "Anna" in told.value.advice


def test_two_keys_of_one_label_are_told_apart_by_their_ids(computer):
    here = computer()
    trusting.trust_key(here, PEM, ["acme.*"], "Anna", clock=CLOCK)
    trusting.trust_key(here, OTHER, ["beta"], "Anna", clock=CLOCK)
    with pytest.raises(NotFound, match="several"):
        trusting.revoke(here, "Anna", clock=CLOCK)
    made = trusting.revoke(here, acme.STRANGER.public.id, clock=CLOCK)
    assert made.trust.find(acme.SIGNER.public.id).revoked_at is None


def test_the_list_can_be_shared_as_a_file(computer, tmp_path):
    here = computer()
    trusting.trust_key(here, PEM, ["acme.*"], clock=CLOCK)
    shared = tmp_path / "shared.json"
    shared.write_bytes(here.project.trust.read_bytes())
    here.project.trust.unlink()
    there = computer("there")
    trusting.accept(there, shared)
    assert there.project.trust.read_bytes() == shared.read_bytes()
    assert read_trust(shared.read_bytes()).trust == trusting.trusted(there)


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_a_list_holds_for_a_sensible_time(computer, days):
    with pytest.raises(UsageError, match="1 to 3650 days"):
        trusting.init_trust(computer(), days=days, clock=CLOCK)


def test_the_private_half_of_the_root_is_never_shown(computer):
    here = computer()
    trusting.trust_key(here, PEM, ["acme.*"], clock=CLOCK)
    [root] = kept_signing_keys(here)
    assert isinstance(root, SigningKey)
    kept = root.to_vault().get_secret_value()
    found = [path for path in here.project.folder.rglob("*") if path.is_file()]
    found += [path for path in here.home.path.rglob("*") if path.is_file()]
    assert all(kept.encode() not in path.read_bytes() for path in found)
    assert export_key(here, "root@acme") == root.public.pem
