"""Hosts: derived from every address, given by a person, never too wide."""

import pytest
from tests.descriptor import seeds
from tests.descriptor.test_config import HEALTH, REQUEST, bare
from tests.descriptor.test_needs import JOB, sample

from ferrule import shipped
from ferrule.descriptor.document import read_descriptor, validate
from ferrule.descriptor.hosts import (
    allowed_hosts,
    check_host_parts,
    check_pattern,
    covers,
    given_origins,
    named_hosts,
)
from ferrule.errors import DescriptorError, UsageError

API = "api.example.com"


def at(host):
    return {"endpoint": f"https://{host}/x", "method": "GET"}


WEBHOOK = {
    **seeds.WEBHOOK,
    "subscription": {"create": at("s.example.com"), "renew": at("r.example.com")},
}
BOTH = {
    "mode": "polling_and_webhook",
    "polling": {**seeds.POLLING, "endpoint": f"https://{API}/x"},
    "webhook": WEBHOOK,
}
TOOL = {"name": "t", "description": "t", "params": [], "effect": "read"}
SINK = {
    "key": "a",
    "entityType": "a",
    "create": at("c.example.com"),
    "delete": at("d.example.com"),
    "externalIdPath": "$.id",
    "match": {"strategy": "externalId"},
}
NAMED = [
    (bare(), {API}),
    (bare(baseUrl="https://b.example.com:8443/v1?x=y"), {API, "b.example.com"}),
    (bare(baseUrl="https://USER@B.example.com"), {API, "b.example.com"}),
    (bare(baseUrl="https://{{site}}.atlassian.net/wiki"), {API, "*.atlassian.net"}),
    (bare(baseUrl="https://api-{{region}}.example.org"), {API, "*.example.org"}),
    (bare(baseUrl="https://eu.{{region}}.example.org"), {API, "*.example.org"}),
    (bare(baseUrl="https://{{site}}.com"), {API}),
    (bare(baseUrl="https://{{domain}}/x"), {API}),
    (bare(baseUrl='https://{{a|default("}}/")}}.example.org/'), {API, "*.example.org"}),
    (bare(baseUrl="{{baseUrl}}"), {API}),
    (bare(baseUrl="http://[::1]:8080/x"), {API, "::1"}),
    (bare(baseUrl="http://127.0.0.1:8080/x"), {API, "127.0.0.1"}),
    (
        bare(healthCheck={**HEALTH, "endpoint": "https://h.example.com"}),
        {API, "h.example.com"},
    ),
    (
        bare(streams=[{"key": "a"}, {"key": "b", "polling": at("two.example.com")}]),
        {API, "two.example.com"},
    ),
    (bare({"job": {**JOB, "poll": at("j.example.com")}}), {API, "j.example.com"}),
    (bare(ingestion=BOTH), {API, "s.example.com", "r.example.com"}),
    (bare(tools=[{**TOOL, "request": at("t.example.com")}]), {API, "t.example.com"}),
    (bare(sinks=[SINK]), {API, "c.example.com", "d.example.com"}),
    (
        bare(auth=sample("auth", "oauth2")),
        {API, "login.example.com"},
    ),
    (bare(auth=sample("auth", "oauth1")), {API}),
    (
        bare(
            auth={
                "method": "session_token",
                "config": {
                    "login": at("login.example.org"),
                    "tokenPath": "$.t",
                    "deliver": {"to": "header:X", "template": "{{token}}"},
                    "credentialFields": [],
                },
            }
        ),
        {API, "login.example.org"},
    ),
    (
        bare(authOptions=[sample("auth", "oauth2.client_credentials")]),
        {API, "login.example.com"},
    ),
]


@pytest.mark.parametrize(("document", "hosts"), NAMED, ids=range(len(NAMED)))
def test_hosts_are_derived_from_every_address(document, hosts):
    connector = validate(document)
    assert named_hosts(connector) == allowed_hosts(connector) == hosts


def test_permissions_say_it_where_they_are_given():
    granted = {"hosts": ["API.example.com", "*.x.org"], "scopes": [], "writes": []}
    connector = validate(bare(permissions=granted))
    assert allowed_hosts(connector) == {API, "*.x.org"}
    assert named_hosts(connector) == {API}


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "*.example.com",
        "*.co.uk",
        "localhost",
        "127.0.0.1",
        "::1",
        "[::1]",
        "a_b.example.com",
        "example.com:8443",
        "xn--bcher-kva.example",
    ],
)
def test_a_host_or_one_vendors_domain_may_be_named(host):
    check_pattern(host)


@pytest.mark.parametrize(
    "host",
    [
        "*",
        "*.com",
        "*.",
        "",
        "a.*.com",
        "*.*.com",
        "*example.com",
        "https://example.com",
        "example.com/x",
        "example..com",
        "-a.example.com",
        "bücher.example",
        "\u212aube.example",
        "a b.com",
        "*.example.com:443",
        "a" * 64 + ".com",
        "user@example.com",
        "example.com\n",
    ],
)
def test_what_is_wider_or_no_host_is_refused(host):
    with pytest.raises(DescriptorError):
        check_pattern(host)


COVERS = [
    ("a.com", "a.com", True),
    ("A.com", "a.COM", True),
    ("a.com", "b.a.com", False),
    ("*.a.com", "b.a.com", True),
    ("*.a.com", "c.b.a.com", True),
    ("*.a.com", "a.com", False),
    ("*.a.com", "xa.com", False),
    ("*.a.com", "*.a.com", True),
    ("*.a.com", "*.b.a.com", True),
    ("*.b.a.com", "*.a.com", False),
    ("b.a.com", "*.a.com", False),
]


@pytest.mark.parametrize(("pattern", "host", "covered"), COVERS)
def test_a_pattern_covers_hosts_and_narrower_patterns(pattern, host, covered):
    assert covers(pattern, host) is covered


GIVEN = [
    (seeds.seed(), {"baseUrl": "http://127.0.0.1:8765/x"}, {"http://127.0.0.1:8765"}),
    (
        bare({"endpoint": "/x"}),
        {"baseUrl": "https://A.example:8443"},
        {"https://a.example:8443"},
    ),
    (
        bare(
            baseUrl="{{site}}/v1",
            configFields=[{"key": "site", "label": "Site", "type": "url"}],
        ),
        {"site": "https://eu.example"},
        {"https://eu.example"},
    ),
    # It replaces the base URL of a descriptor that asks for none.
    (
        bare({"endpoint": "/x"}, baseUrl="https://api.example.com", configFields=[]),
        {"baseUrl": "http://127.0.0.1:9"},
        {"http://127.0.0.1:9"},
    ),
    # Not an address of its own: only text, or only in the middle.
    (
        bare(
            baseUrl="{{site}}/v1",
            configFields=[{"key": "site", "label": "Site", "type": "text"}],
        ),
        {"site": "https://eu.example"},
        set(),
    ),
    (
        bare(
            {"query": {"back": "{{site}}"}},
            configFields=[{"key": "site", "label": "Site", "type": "url"}],
        ),
        {"site": "https://eu.example"},
        set(),
    ),
    (seeds.seed(), {}, set()),
]


@pytest.mark.parametrize(
    ("document", "config", "origins"), GIVEN, ids=range(len(GIVEN))
)
def test_an_address_that_a_person_gives_is_confirmed(document, config, origins):
    assert given_origins(validate(document), config) == origins


PARTS = [
    ("https://{{site}}.example.com/x", "acme", True),
    ("https://{{site}}.example.com", "a-1", True),
    ("https://{{config.site}}.example.com", "evil.com/", False),
    ("https://{{site}}.example.com", "evil.com#", False),
    ("https://{{site}}.example.com", "a.b", False),
    ("https://{{site|lower}}.example.com", "evil.com/", False),
    ("https://{{site}}.example.com", "x@evil", False),
    ("https://{{site}}.example.com", "x" * 64, False),
    ("https://{{site}}.example.com", "", True),
    ("https://{{site}}/x", "jira.example.com:8443", True),
    ("https://{{site}}/x", "evil.com/", False),
    ("https://{{site}}/x", "a@b", False),
    ("https://example.com:{{site}}", "44/@", False),
    ("https://example.com/{{site}}", "a/b", True),
    ("{{site}}/x", "https://any.example/x", True),
]


@pytest.mark.parametrize(("base", "value", "good"), PARTS)
def test_a_value_in_a_host_cannot_lead_elsewhere(base, value, good):
    connector = validate(bare(baseUrl=base, tools=[{**TOOL, "request": REQUEST}]))
    if good:
        check_host_parts(connector, {"site": value})
    else:
        with pytest.raises(UsageError, match="“site” is part of a host"):
            check_host_parts(connector, {"site": value})


def test_what_only_a_sign_in_needs_that_was_not_chosen_is_not_asked_for():
    """Only what is sent with the chosen one is shown, and only that can be held."""
    raw = shipped.descriptors() / "github" / "connectors" / "github-issues.json"
    whole = read_descriptor(raw.read_bytes())
    assert allowed_hosts(whole) == {"api.github.com", "github.com"}
    assert allowed_hosts(whole.signing_in(None)) == {"api.github.com"}
    assert allowed_hosts(whole.signing_in("OAuth app")) == allowed_hosts(whole)
