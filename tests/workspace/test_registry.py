"""The eleven operations of the registry, and what they refuse."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.cli.test_run import unseen
from tests.support.commands import KEY

from ferrule.credentials import Ref, forget_master_key
from ferrule.errors import (
    DescriptorInvalid,
    MissingSecret,
    NotFound,
    StoreError,
    UsageError,
)
from ferrule.store import Connection
from ferrule.workspace.home import Home
from ferrule.workspace.project import init_project
from ferrule.workspace.workspace import Workspace

GITHUB = {"owner": "sample-org", "repo": "sample-repo"}
TOKEN = {"token": SecretStr("a-token-of-some-length")}


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    home = Home(tmp_path / "home")
    project = init_project(tmp_path / "work", home, "Work")
    made = Workspace(home, project.folder)
    yield made
    made.close()
    forget_master_key()


@pytest.fixture
def registry(workspace: Workspace):
    return workspace.registry


def document(**members: object) -> bytes:
    return json.dumps(unseen("link", **members)).encode()


def connection(key: str = "one", **members: object) -> Connection:
    plain = {"project": "work", "connector_id": "github-issues", "version": ""}
    return Connection(**{"key": key, **plain, "config": GITHUB, **members})


def test_descriptors_are_listed_and_got(registry):
    ids = {connector.id for connector in registry.list_descriptors()}
    assert {"github-issues", "sandbox-issues"} <= ids
    assert registry.get_descriptor("github-issues").name
    with pytest.raises(NotFound, match="no connector"):
        registry.get_descriptor("gitlab-issues")


def test_a_descriptor_is_registered_once(registry, workspace):
    assert registry.register_descriptor(document()).id == "unseen-link"
    assert workspace.catalogue.card("unseen-link").origin == "project"
    with pytest.raises(UsageError, match="already"):
        registry.register_descriptor(document())


def test_a_descriptor_that_is_not_valid_is_not_registered(registry, workspace):
    with pytest.raises(DescriptorInvalid):
        registry.register_descriptor(b'{"id": "a"}')
    assert list(workspace.project.descriptors.rglob("*.json")) == []


def test_one_that_is_not_valid_does_not_hide_the_others(registry, workspace):
    registry.register_descriptor(document())
    path = workspace.catalogue.card("unseen-link").path
    path.write_text('{"id": "unseen-link", "name": "broken"}')
    ids = {connector.id for connector in registry.list_descriptors()}
    assert "unseen-link" not in ids
    assert "github-issues" in ids


def test_a_descriptor_is_updated(registry, workspace):
    registry.register_descriptor(document())
    changed = registry.update_descriptor("unseen-link", document(version="1.1.0"))
    assert changed.version == "1.1.0"
    folder = workspace.catalogue.folder("unseen-link")
    manifest = json.loads((folder / "bundle.json").read_bytes())
    assert [c["version"] for c in manifest["connectors"]] == ["1.1.0"]


def test_an_update_is_for_the_same_id_and_for_our_own(registry):
    registry.register_descriptor(document())
    with pytest.raises(UsageError, match="describes “other”"):
        registry.update_descriptor("unseen-link", document(id="other"))
    shipped = document(id="github-issues")
    with pytest.raises(UsageError, match="not the project's own"):
        registry.update_descriptor("github-issues", shipped)


def test_an_update_to_another_provider_moves_the_file(registry, workspace):
    registry.register_descriptor(document(provider="first"))
    registry.update_descriptor("unseen-link", document(provider="second"))
    found = list(workspace.project.descriptors.glob("*/connectors/*.json"))
    assert [path.parent.parent.name for path in found] == ["second"]
    old = workspace.project.descriptors / "first" / "bundle.json"
    assert json.loads(old.read_bytes())["connectors"] == []


def test_a_descriptor_is_deleted_unless_it_is_used_or_shipped(registry):
    registry.register_descriptor(document())
    made = registry.create_connection(
        connection(connector_id="unseen-link", config={"baseUrl": "https://a.example"})
    )
    with pytest.raises(UsageError, match="in use by: one"):
        registry.delete_descriptor("unseen-link")
    registry.delete_connection("work", made.key)
    registry.delete_descriptor("unseen-link")
    with pytest.raises(NotFound):
        registry.get_descriptor("unseen-link")
    with pytest.raises(UsageError, match="shipped"):
        registry.delete_descriptor("github-issues")


def test_a_damaged_manifest_is_left_as_it_is(registry, workspace):
    registry.register_descriptor(document())
    path = workspace.catalogue.folder("unseen-link") / "bundle.json"
    path.write_text("{half")
    with pytest.raises(StoreError, match=r"bundle\.json cannot be read"):
        registry.update_descriptor("unseen-link", document(version="2.0.0"))
    assert path.read_text() == "{half"
    assert registry.get_descriptor("unseen-link").version == "1.0.0"


def test_a_connection_is_created_with_its_secrets(registry, workspace):
    made = registry.create_connection(connection(), TOKEN)
    assert (made.version, made.provider) == ("1.1.0", "github")
    assert made.config["owner"] == "sample-org"
    assert registry.secrets_of(made) == TOKEN
    assert registry.get_connection("work", "one") == made
    assert registry.list_connections() == [made]
    assert registry.list_connections("other") == []
    assert workspace.vault.refs() == [Ref("work", "one")]


@pytest.mark.parametrize(
    ("members", "secrets", "error"),
    [
        ({}, {}, MissingSecret),
        ({}, {"other": SecretStr("x"), **TOKEN}, UsageError),
        ({"config": {"nothing": "1"}}, TOKEN, UsageError),
        ({"config": {"owner": "only"}}, TOKEN, UsageError),
        ({"connector_id": "nothing"}, TOKEN, NotFound),
        ({"key": ""}, TOKEN, UsageError),
    ],
)
def test_a_connection_that_does_not_fit_is_refused_whole(
    registry, workspace, members, secrets, error
):
    with pytest.raises(error):
        registry.create_connection(connection(**members), secrets)
    assert registry.list_connections() == []
    assert workspace.vault.refs() == []


def test_a_connection_is_not_kept_without_its_secrets(registry, workspace, monkeypatch):
    def refuse(*_args: object, **_options: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(workspace.vault, "put", refuse)
    with pytest.raises(StoreError):
        registry.create_connection(connection(), TOKEN)
    assert registry.list_connections() == []


def test_a_key_is_unique_in_its_project(registry):
    registry.create_connection(connection(), TOKEN)
    with pytest.raises(StoreError, match="already"):
        registry.create_connection(connection(), {"token": SecretStr("another")})
    assert registry.secrets_of(registry.get_connection("work", "one")) == TOKEN
    registry.create_connection(connection("two"), TOKEN)
    registry.create_connection(connection("one", project="other"), TOKEN)


def test_a_connection_is_updated_with_and_without_secrets(registry):
    registry.create_connection(connection(), TOKEN)
    changed = registry.update_connection(
        "work", "one", {"config": {**GITHUB, "repo": "another"}}
    )
    assert changed.config["repo"] == "another"
    assert registry.secrets_of(changed) == TOKEN
    fresh = {"token": SecretStr("the-new-token")}
    assert (
        registry.secrets_of(registry.update_connection("work", "one", {}, fresh))
        == fresh
    )
    with pytest.raises(UsageError):
        registry.update_connection("work", "one", {"config": {"nothing": "1"}})
    with pytest.raises(UsageError):
        registry.update_connection("work", "one", {}, {"nothing": SecretStr("x")})
    with pytest.raises(NotFound):
        registry.update_connection("work", "none", {})


def test_a_connection_is_disabled_and_enabled(registry):
    registry.create_connection(connection(), TOKEN)
    assert not registry.enable_connection("work", "one", enabled=False).enabled
    assert registry.enable_connection("work", "one", enabled=True).enabled


def test_a_connection_is_deleted_with_its_secrets(registry, workspace):
    registry.create_connection(connection(), TOKEN)
    removed = registry.delete_connection("work", "one")
    assert removed.signals == 0
    assert workspace.vault.refs() == []
    with pytest.raises(NotFound):
        registry.delete_connection("work", "one")


def test_a_connection_without_secrets_has_none(registry):
    made = registry.create_connection(
        connection(connector_id="sandbox-issues", config={})
    )
    assert registry.secrets_of(made) == {}
    assert made.credential_ref is None
