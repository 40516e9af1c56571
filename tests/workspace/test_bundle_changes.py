"""What a bundle changes against the one before is told before it is signed."""

import json

import pytest
from tests.bundle import acme

from ferrule.bundle import Permissions
from ferrule.errors import BundleRejected
from ferrule.workspace.bundle_changes import (
    change_findings,
    changed_since,
    first_findings,
)
from ferrule.workspace.provider_folders import people_in, permissions_of

IDS = ["acme.issues", "acme.people"]


@pytest.fixture
def before(tmp_path):
    path = tmp_path / "before.ferrule"
    path.write_bytes(acme.bundle())
    return path


def later(version="2.4.0", *, issues="1.2.0", **changes):
    """Return the folder with another bundle version and a changed descriptor."""
    versions = {"acme.issues": issues, "acme.people": "1.0.0"}
    files = acme.folder(versions)
    files["bundle.json"] = acme.written(acme.manifest(versions, version=version))
    name = "connectors/acme.issues.json"
    files[name] = acme.written(json.loads(files[name]) | changes)
    return files


def change(files, before, ids=IDS):
    return changed_since(files, ids, permissions_of(files, ids), before)


def told(found):
    return [(one.section, one.ok, one.message) for one in change_findings(found)]


def test_nothing_changed_and_nothing_is_said_to_be_wrong(before):
    found = change(acme.folder(), before)
    assert not found.changed
    assert told(found) == [
        ("changes", True, "Since 2.3.0: 0 added, 0 changed, 0 removed"),
        ("permissions", True, "Nothing more than 2.3.0"),
    ]


def test_a_changed_connector_needs_a_version_and_the_bundle_too(before):
    found = change(later("2.3.0", description="Other things."), before)
    assert told(found)[:2] == [
        (
            "changes",
            False,
            "acme.issues changed since 1.2.0: it needs version 1.2.1",
        ),
        ("changes", False, "The bundle was 2.3.0 before: raise its version"),
    ]


def test_with_its_versions_raised_it_is_summed_up(before):
    found = change(later(issues="1.2.1", description="Other things."), before)
    assert told(found)[0] == (
        "changes",
        True,
        "Since 2.3.0: 0 added, 1 changed, 0 removed",
    )
    assert found.step_of("acme.issues") == "patch"
    assert found.step_of("acme.people") == "none"


def test_what_breaks_is_named_and_stops_nothing(before):
    mapping = acme.descriptor("a", "1.0.0")["fieldMapping"] | {"idPath": "$.key"}
    found = change(later("3.0.0", issues="2.0.0", fieldMapping=mapping), before)
    [breaks] = [one for one in change_findings(found) if one.ok is None]
    assert breaks.message.startswith("acme.issues 2.0.0 breaks: ")
    assert found.step_of("acme.issues") == "major"


def test_a_connector_that_is_gone_and_one_that_is_new(before, tmp_path):
    found = change(later(), before, ["acme.issues"])
    assert (
        "changes",
        None,
        "acme.people 1.0.0 is no longer in the bundle",
    ) in told(found)
    alone = tmp_path / "alone.ferrule"
    alone.write_bytes(acme.bundle(connectors=["acme.issues"]))
    assert change(later(), alone).step_of("acme.people") == "new"


def test_more_permissions_are_told(before):
    more = {
        "hosts": ["api.acme.example", "eu.acme.example"],
        "scopes": [],
        "writes": [],
    }
    found = change(later(issues="1.3.0", permissions=more), before)
    assert found.more == Permissions.of(["eu.acme.example"], [], [])
    assert (
        "permissions",
        None,
        "It asks for more than 2.3.0: host 'eu.acme.example'",
    ) in (told(found))


def test_a_version_that_goes_back_is_refused(before):
    found = change(later(issues="1.1.0"), before)
    refused = ("changes", False, "acme.issues goes back from 1.2.0 to 1.1.0")
    assert refused in told(found)


def test_a_bundle_that_is_none_cannot_be_compared_with(tmp_path):
    path = tmp_path / "none.ferrule"
    path.write_bytes(b"{}")
    with pytest.raises(BundleRejected):
        change(acme.folder(), path)


def test_people_in_fixtures_are_counted_by_their_sort():
    files = acme.folder()
    assert people_in(files, IDS)[0].ok is True
    page = {"items": [{"author": {"email": "ann@corp.example.com"}}]}
    files["fixtures/acme.issues/page.json"] = json.dumps(page).encode()
    [found] = people_in(files, IDS)
    assert (found.ok, found.pointer) == (None, "fixtures/acme.issues/page.json")
    assert "email" in found.message


NAMES = ["a.example", "b.example", "c.example"]


@pytest.mark.parametrize(
    ("asked", "hosts", "scopes", "writes"),
    [
        (([], [], []), "only the address that is configured", "no scopes", "nothing"),
        ((["a.example"], ["repo"], ["create"]),
         "a.example", "the scope repo", "with the tool create"),
        ((NAMES, ["read", "write"], ["add", "cut"]),
         "a.example, b.example and c.example", "the scopes read and write",
         "with the tools add and cut"),
    ],
)  # fmt: skip
def test_what_a_first_bundle_asks_for_reads_as_a_sentence(asked, hosts, scopes, writes):
    found = first_findings(Permissions.of(*asked))
    said = [one.message for one in found if one.section == "permissions"]
    assert said == [f"It calls {hosts}, asks for {scopes}, and writes {writes}"]
