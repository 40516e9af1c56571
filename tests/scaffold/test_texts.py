"""Scaffolds as texts: guides, policies, prompts and the starter."""

import json

import pytest
from tests.support.hooked import hooked, raw

from ferrule import shipped
from ferrule.descriptor.bundle_manifest import read_manifest
from ferrule.descriptor.document import read_descriptor, read_document
from ferrule.descriptor.problems import lint
from ferrule.errors import DescriptorInvalid, UsageError
from ferrule.scaffold import (
    PROMPTS,
    facts_of,
    oauth_guide,
    prompt_text,
    rate_limit_policy,
    starter_files,
)

CONNECTORS = {
    path.stem: read_descriptor(path.read_bytes())
    for path in shipped.descriptors().glob("*/connectors/*.json")
}
HOOKED = read_descriptor(raw(hooked()))


@pytest.mark.parametrize("connector_id", ["acme-issues", "acme", "acme.crm_v2"])
def test_a_starter_is_valid_and_lints_clean(connector_id):
    files = starter_files(connector_id, "Acme “1”", "acme")
    document = files[f"connectors/{connector_id}.json"]
    assert lint(read_document(document)) == []
    (listed,) = read_manifest(files["bundle.json"]).connectors
    connector = read_descriptor(document)
    assert (listed.id, listed.version) == (connector.id, connector.version)
    assert listed.file in files
    assert connector.provider == "acme"


@pytest.mark.parametrize("connector_id", ["Acme", "../x", ""])
def test_a_starter_needs_an_id(connector_id):
    with pytest.raises(DescriptorInvalid):
        starter_files(connector_id, "Acme", "acme")


def test_a_guide_has_redirect_and_scopes_of_the_descriptor():
    guide = oauth_guide(CONNECTORS["jira-issues"])
    assert "`http://localhost:14717/oauth/callback`" in guide
    assert "`read:jira-work`" in guide
    assert "https://auth.atlassian.com/authorize" in guide
    assert "refuses PKCE" in guide


def test_a_guide_of_a_free_port_says_so():
    guide = oauth_guide(CONNECTORS["sandbox-oauth"])
    assert "`http://127.0.0.1:<any port>/oauth/callback`" in guide
    assert "fix a port" in guide


def test_a_guide_of_oauth_1():
    guide = oauth_guide(CONNECTORS["sandbox-oauth1"])
    assert "Request token address" in guide
    assert "scopes" not in guide


def test_a_connector_without_oauth_has_no_guide():
    with pytest.raises(UsageError):
        oauth_guide(HOOKED)


POLLED = sorted(name for name, one in CONNECTORS.items() if one.polling is not None)


@pytest.mark.parametrize("name", POLLED)
def test_a_policy_is_yaml_with_the_rate_of_the_descriptor(name):
    connector = CONNECTORS[name]
    policy = rate_limit_policy(connector)
    rate = float(connector.polling.rate_limit_rpm) / 60
    assert f"requests_per_second: {rate:.4f}".rstrip("0").rstrip(".") in policy
    assert "burst: 10" in policy
    assert policy.count("- requests:") == len(connector.rate_limits or ())


def test_a_policy_where_nothing_is_said_is_the_default():
    policy = rate_limit_policy(HOOKED)
    assert "requests_per_second: 2\n" in policy
    assert "burst: 10\n" in policy
    assert "seconds: [1, 2, 4, 8]" in policy


@pytest.mark.parametrize("prompt_id", PROMPTS)
def test_a_prompt_has_the_facts_of_the_descriptor(prompt_id):
    text = prompt_text(prompt_id, facts_of(CONNECTORS["sandbox-oauth"]))
    assert "{{" not in text
    assert "OAuth 2 sandbox" in text
    assert "issues:read, comments:read, profile" in text


def test_a_prompt_names_the_signature():
    text = prompt_text("I1-CONNECTOR-GEN", facts_of(HOOKED))
    assert "validates HMAC header X-Signature" in text
    assert "- Event types: opened, closed, gone, stale" in text


def test_a_prompt_without_a_connector_keeps_its_names():
    text = prompt_text("i1\u2011auth\u2011doc")
    assert "{{vendor}}" in text
    assert "Facts" not in text


def test_an_unknown_prompt_is_told_the_known_ones():
    with pytest.raises(UsageError) as caught:
        prompt_text("I1-NOTHING")
    assert "I1-AUTH-DOC" in caught.value.advice


def test_the_starter_is_json_that_a_person_can_read():
    files = starter_files("acme", "Ümlaut", "acme")
    assert "Ümlaut" in files["connectors/acme.json"].decode()
    assert json.loads(files["bundle.json"])["title"] == "Ümlaut"
