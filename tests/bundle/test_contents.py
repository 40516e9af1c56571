"""What files say is found in the files, whatever is declared."""

import json

import pytest
from tests.bundle import acme

from ferrule.bundle.contents import asked_by, read_contents
from ferrule.bundle.permissions import Permissions
from ferrule.descriptor.document import read_descriptor
from ferrule.errors import MalformedBundle

OAUTH = {
    "method": "oauth2",
    "config": {
        "credentialFields": [],
        "tokenUrl": "https://api.acme.example/token",
        "authoriseUrl": "https://api.acme.example/authorise",
        "scopes": ["read:things", "offline"],
    },
}


def tool(name: str, method: str, effect: str) -> dict:
    return {
        "name": name,
        "description": name,
        "effect": effect,
        "params": [],
        "request": {"endpoint": "https://api.acme.example/x", "method": method},
    }


def asked(**changes) -> Permissions:
    document = acme.descriptor("acme.issues", "1.0.0", **changes)
    return asked_by(read_descriptor(json.dumps(document).encode()))


def test_declared_permissions_are_asked_for():
    declared = {"hosts": ["*.acme.example"], "scopes": ["s"], "writes": ["w"]}
    wanted = Permissions.of(["*.acme.example"], ["s"], ["w"])
    assert asked(permissions=declared) == wanted


def test_hosts_are_derived_where_none_are_declared():
    document = acme.descriptor("acme.issues", "1.0.0")
    del document["permissions"]
    found = asked_by(read_descriptor(json.dumps(document).encode()))
    assert "api.acme.example" in found.hosts


def test_scopes_of_every_way_to_sign_in_are_asked_for():
    other = OAUTH | {"config": OAUTH["config"] | {"scopes": ["admin"]}}
    assert asked(auth=OAUTH, authOptions=[other]).scopes == (
        *("admin", "offline", "read:things"),
    )


def test_tools_that_write_are_found_by_effect_and_by_method():
    tools = [
        tool("look", "GET", "read"),
        tool("sly", "POST", "read"),
        tool("honest", "GET", "write"),
    ]
    assert asked(tools=tools).writes == ("honest", "sly")


def test_the_contents_of_a_folder_are_read():
    found = read_contents(acme.folder(), step=12)
    assert (found.bundle_id, found.version) == ("acme", "2.3.0")
    assert list(map(str, found.connectors)) == [
        "acme.issues@v1.2.0",
        "acme.people@v1.0.0",
    ]


def test_messages_about_documents_hold_no_control_codes():
    files = acme.folder()
    document = acme.descriptor("acme.issues", "1.2.0") | {"x\x1b[2J\u202e": 1}
    files["connectors/acme.issues.json"] = json.dumps(document).encode()
    with pytest.raises(MalformedBundle) as refused:
        read_contents(files, step=12)
    assert str(refused.value).isprintable()
    assert refused.value.__suppress_context__


def test_a_file_of_another_name_is_not_a_connectors():
    files = acme.folder()
    listing = acme.manifest(acme.VERSIONS)
    listing["connectors"][0]["file"] = "connectors/acme.people.json"
    files["bundle.json"] = acme.written(listing)
    with pytest.raises(MalformedBundle, match=r"'connectors/acme\.people\.json'"):
        read_contents(files, step=12)
