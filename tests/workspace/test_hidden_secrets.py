"""Credential fields behind a condition: asked for where they are shown, else not."""

import json

import pytest
from pydantic import SecretStr

from ferrule import shipped
from ferrule.descriptor.document import read_descriptor
from ferrule.errors import MissingSecret
from ferrule.workspace.registry import require_secrets

FIELDS = [
    {"key": "token", "label": "Token", "type": "password", "required": True},
    {"key": "proxy", "label": "Through a proxy", "type": "boolean"},
    {
        "key": "proxyPassword",
        "label": "Proxy password",
        "type": "password",
        "required": True,
        "visibleWhen": {"when": "$.proxy", "operator": "equals", "value": True},
    },
]


@pytest.fixture
def connector():
    path = shipped.descriptors() / "github" / "connectors" / "github-issues.json"
    document = json.loads(path.read_text("utf-8"))
    document["auth"]["config"]["credentialFields"] = FIELDS
    document.pop("authOptions", None)
    return read_descriptor(json.dumps(document).encode())


@pytest.mark.parametrize("given", [{}, {"proxy": "false"}, {"proxyPassword": "x"}])
def test_a_hidden_secret_is_not_required(connector, given):
    secrets = {"token": "t", **given}
    require_secrets(connector, {k: SecretStr(v) for k, v in secrets.items()})


def test_a_secret_that_is_shown_is_required(connector):
    secrets = {"token": SecretStr("t"), "proxy": SecretStr("true")}
    with pytest.raises(MissingSecret, match="Proxy password"):
        require_secrets(connector, secrets)
    require_secrets(connector, secrets | {"proxyPassword": SecretStr("p")})
