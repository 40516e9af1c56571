"""A folder becomes the same bytes every time, with what was chosen and nothing else."""

import hashlib
import json

import pytest
from tests.bundle import acme

from ferrule.bundle import build, inspect, open_bundle, sign
from ferrule.errors import BundleRejected, MalformedBundle, Problem, UsageError

# Two figures that change only when the format does: any other program that produces
# this bundle from the same folder, dates and key must find them too.
PAYLOAD = "sha256:cba2ae0b9fedc5b46cacf3d48b235ae6f10a2e638566365f4ed3f1b62774b69f"
BUNDLE = "6d60af1ea345b24f193d441bee3dee226c69d2fb1200da207ec1c7270fb180bf"


def draft(files=None, **options):
    dates = {"created_at": acme.CREATED, "expires_at": acme.EXPIRES}
    return build(acme.folder() if files is None else files, **(dates | options))


def test_two_builds_are_the_same_bytes():
    backwards = dict(reversed(acme.folder().items()))
    assert acme.bundle() == acme.bundle(backwards)
    both = (acme.SIGNER, acme.STRANGER)
    assert acme.bundle(keys=both) == acme.bundle(keys=both[::-1])


def test_the_bytes_are_those_they_always_were():
    raw = acme.bundle()
    assert inspect(raw).payload_digest == PAYLOAD
    assert hashlib.sha256(raw).hexdigest() == BUNDLE


def test_what_is_built_is_accepted():
    made = draft()
    opened = open_bundle(sign(made, [acme.SIGNER]), acme.trust(), now=acme.NOW)
    assert opened.payload_digest == made.payload_digest
    assert opened.files == made.files
    assert opened.statement == made.statement


def test_files_go_in_unchanged_but_for_the_listing():
    folder = acme.folder()
    for name, content in draft().files.items():
        assert name == "bundle.json" or content == folder[name]


def test_a_choice_of_connectors_is_listed_exactly():
    made = draft(connectors=["acme.people"])
    listing = json.loads(made.files["bundle.json"])
    assert [one["id"] for one in listing["connectors"]] == ["acme.people"]
    assert listing["fixtures"] == []
    assert listing["docs"] == ["docs/README.md"]
    assert "connectors/acme.issues.json" in made.left_out
    assert "migrations/acme.issues/001_view.sql" in made.left_out


def test_fixtures_go_in_only_when_asked_for():
    name = "fixtures/acme.issues/page.json"
    assert name in draft().left_out
    made = draft(with_fixtures=True)
    assert name in made.files
    assert json.loads(made.files["bundle.json"])["fixtures"] == [name]


def test_other_files_of_the_folder_are_left_out_and_named():
    extra = {".DS_Store": b"", "docs/.swp": b"", "NOTES.txt": b"", "lib/a.py": b""}
    made = draft(acme.folder() | extra)
    assert set(extra) <= set(made.left_out)
    assert not set(extra) & set(made.files)


@pytest.mark.parametrize(
    "name", ["docs/Anleitung ü.md", "icons/a b.svg", "migrations/acme.issues/view.sql"]
)
def test_a_name_that_no_reader_takes_stops_the_build(name):
    with pytest.raises(MalformedBundle, match="cannot be bundled"):
        draft(acme.folder() | {name: acme.SVG})


@pytest.mark.parametrize("chosen", [["acme.nothing"], [], ["acme.issues", "b"]])
def test_connectors_that_are_not_there_cannot_be_chosen(chosen):
    with pytest.raises(UsageError, match=r"It has: acme\.issues, acme\.people\."):
        draft(connectors=chosen)


def test_versions_that_do_not_agree_stop_the_build():
    files = acme.folder()
    files["bundle.json"] = acme.written(
        acme.manifest(acme.VERSIONS | {"acme.people": "1.0.1"})
    )
    with pytest.raises(
        MalformedBundle, match=r"acme\.people@v1\.0\.0.*lists acme\.people@v1\.0\.1"
    ):
        draft(files)


def test_a_folder_without_a_listing_is_refused():
    files = acme.folder()
    del files["bundle.json"]
    with pytest.raises(UsageError, match=r"no bundle\.json"):
        draft(files)


@pytest.mark.parametrize("raw", [b"[]", b"{}", b'{"id":"a","id":"b"}', b"\xff"])
def test_a_listing_that_is_not_one_is_refused(raw):
    with pytest.raises(BundleRejected, match=r"bundle\.json"):
        draft(acme.folder() | {"bundle.json": raw})


def test_a_bundle_ends_after_it_is_made():
    with pytest.raises(UsageError):
        draft(expires_at=acme.CREATED)


def test_a_secret_stops_the_build():
    seen = []

    def lint(name, content):
        seen.append(name)
        found = Problem("FD900", "error", "/auth", "This looks like a token.")
        return [found] if name == "docs/README.md" else []

    with pytest.raises(BundleRejected, match=r"docs/README\.md /auth: This looks"):
        draft(secret_lint=lint)
    assert set(seen) == set(draft().files)


def test_a_lint_that_finds_nothing_changes_nothing():
    assert draft(secret_lint=lambda *_: ()) == draft()


@pytest.mark.parametrize("count", [0, 17])
def test_one_to_sixteen_keys_sign(count):
    from_seed = type(acme.SIGNER).from_seed
    keys = [from_seed(bytes([number]) * 32) for number in range(count)]
    with pytest.raises(UsageError, match="1 to 16"):
        sign(draft(), keys)


def test_the_same_key_does_not_sign_twice():
    raw = sign(draft(), [acme.SIGNER, acme.SIGNER])
    assert raw == sign(draft(), [acme.SIGNER])


@pytest.mark.parametrize(
    "options",
    [{"min_runtime": "one"}, {"supersedes": "abc"}, {"tool_version": "a\x00"}],
)
def test_a_statement_that_no_reader_takes_is_not_signed(options):
    with pytest.raises(MalformedBundle):
        draft(**options)
