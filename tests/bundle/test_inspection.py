"""Looking into a bundle shows what it claims, and says that nobody vouches."""

import pytest
from tests.bundle import acme
from tests.bundle.attacks import ATTACKS

from ferrule.bundle import inspect
from ferrule.errors import BundleRejected


def test_an_unknown_signers_bundle_can_be_looked_into():
    seen = inspect(acme.bundle(keys=(acme.STRANGER,)))
    assert seen.claimed_fingerprints == (acme.STRANGER.public.fingerprint,)
    assert "Not verified" in seen.notice
    assert seen.statement.bundle_id == "acme"
    assert all(one.as_stated for one in seen.files)
    assert seen.missing == ()


def test_files_that_are_not_as_stated_are_marked():
    def change(outer):
        outer["files"][0]["content"] = "e30="
        outer["files"].pop()

    seen = inspect(acme.with_outer(change))
    assert [one.as_stated for one in seen.files][:2] == [False, True]
    assert seen.missing == ("migrations/acme.issues/001_view.sql",)


def test_an_expired_bundle_can_be_looked_into():
    expired = {"expiresAt": "2025-05-02T00:00:00Z"}
    raw = acme.with_statement(lambda s: s["predicate"].update(expired))
    assert inspect(raw).statement.expires_at < acme.NOW


@pytest.mark.parametrize(
    "attack",
    [one for one in ATTACKS if one.step in {1, 2, 3, 4, 7, 10}],
    ids=lambda one: one.name,
)
def test_what_cannot_be_read_safely_is_refused(attack):
    with pytest.raises(BundleRejected):
        inspect(attack.make())
