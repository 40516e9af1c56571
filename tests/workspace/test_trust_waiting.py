"""A trust list that waits for signatures: how far it is, what it changes, who signs."""

from datetime import timedelta

import pytest
from tests.bundle import acme
from tests.workspace import test_trusting
from tests.workspace.test_trusting import CLOCK, NOW

from ferrule.bundle import Role, Trust, fingerprint_words
from ferrule.credentials import Ref
from ferrule.workspace import trusting
from ferrule.workspace.signing_keys import OWNER, new_key
from ferrule.workspace.trust_view import file_facts, trust_facts
from ferrule.workspace.trust_waiting import changes

key_of_the_test, computer = test_trusting.key_of_the_test, test_trusting.computer
PEM = acme.SIGNER.public.pem
SIGNER, OTHER = acme.SIGNER.public, acme.STRANGER.public
UNTIL = NOW + timedelta(days=365)


@pytest.fixture
def both(computer):
    """Return two computers of one project whose list two keys must sign together."""
    here, there = computer("here"), computer("there")
    for one in (here, there):
        new_key(one, "root@one")
        new_key(one, "root@two")
    trusting.init_trust(here, ["root@one", "root@two"], 2, clock=CLOCK)
    secret = here.vault.get(Ref(OWNER, "root@two"))
    here.vault.delete(Ref(OWNER, "root@two"))
    there.vault.put(Ref(OWNER, "root@two"), secret)
    there.vault.delete(Ref(OWNER, "root@one"))
    trusting.accept(there)
    yield here, there
    here.close()
    there.close()


def test_the_second_computer_sees_what_it_would_sign_and_signs_it(both):
    here, there = both
    made = trusting.trust_key(here, PEM, ["acme.issues"], "marek", clock=CLOCK)
    assert made.missing == 1
    mine = trust_facts(here, clock=CLOCK).waits
    assert (mine.have, mine.needed, mine.version) == (1, 2, 2)
    assert (mine.signers, mine.keys) == (("root@one",), ())
    theirs = trust_facts(there, clock=CLOCK)
    assert theirs.missing == 1
    assert theirs.waits.keys == ("root@two",)
    words = " ".join(fingerprint_words(SIGNER.id))
    assert theirs.waits.changes == (
        f"Adds the key marek: {words}",
        "Lets marek sign acme.issues",
        "It holds until 2 Jan 2027",
    )
    assert trusting.cosign(there, theirs.waits.path, "root@two").missing == 0
    done = trust_facts(there, clock=CLOCK)
    assert (done.version, done.waits, done.missing) == (2, None, 0)
    assert trust_facts(here, clock=CLOCK).waits is None


def test_a_list_that_was_sent_as_a_file_waits_too(both, tmp_path):
    here, there = both
    trusting.trust_key(here, PEM, ["acme.issues"], "marek", clock=CLOCK)
    next_ = here.project.trust.with_name("trust.next.json")
    sent = tmp_path / "sent.json"
    sent.write_bytes(next_.read_bytes())
    next_.unlink()
    found = file_facts(there, sent, clock=CLOCK)
    assert (found.state, found.waits.path, found.waits.have) == ("unconfirmed", sent, 1)
    assert found.waits.keys == ("root@two",)
    assert trusting.cosign(there, sent, "root@two").missing == 0
    assert trust_facts(there, clock=CLOCK).version == 2


def test_a_list_of_another_project_that_is_whole_does_not_wait(both, computer):
    here, _ = both
    fresh = computer("fresh")
    assert file_facts(fresh, here.project.trust, clock=CLOCK).waits is None
    fresh.close()


BASE = Trust(version=1, expires_at=UNTIL).with_key(SIGNER, ["acme.*"], "anna")
WORDS = " ".join(fingerprint_words(OTHER.id))


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (BASE, []),
        (BASE.revoked(SIGNER.id, NOW), ["Revokes the key anna"]),
        (BASE.with_key(OTHER, label="bo"), [f"Adds the key bo: {WORDS}"]),
        (BASE.undelegated(SIGNER.id), ["Lets anna sign acme.* no more"]),
        (BASE.with_key(SIGNER, ["acme.*"], "Anna"),
         ["Changes what is said of the key Anna"]),
        (Trust(expires_at=UNTIL),
         ["Takes out the key anna", "Lets anna sign acme.* no more"]),
        (BASE.with_key(OTHER, label="bo").delegated(
            ["acme.*"], Role((SIGNER.id, OTHER.id), 2)),
         [f"Adds the key bo: {WORDS}", "Lets 2 of anna, bo sign acme.*"]),
    ],
)  # fmt: skip
def test_each_change_is_a_sentence(new, told):
    assert list(changes(BASE, new)) == [*told, "It holds until 2 Jan 2027"]


def test_another_root_is_told():
    root = Role((SIGNER.id,), 1)
    new = Trust(BASE.keys, BASE.delegations, root, 2, UNTIL)
    assert "Its root is 1 of anna from then on" in changes(BASE, new)
