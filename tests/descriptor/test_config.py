"""The configuration form, given or derived, and what is read from it."""

import pytest
from tests.descriptor import seeds

from ferrule.descriptor.config import config_fields, read_config
from ferrule.descriptor.document import validate
from ferrule.errors import UsageError

ABSOLUTE = {"endpoint": "https://api.example.com/issues", "body": ""}
HEALTH = {
    "endpoint": "https://api.example.com/me",
    "method": "GET",
    "expectStatus": 200,
    "timeoutMs": 1000,
}
FIELD = {"key": "a", "label": "A", "type": "text"}


def bare(polling=None, **changes):
    """Return a document without a variable, but for what `polling` adds."""
    ingestion = {"mode": "polling", **seeds.POLLING, **ABSOLUTE, **(polling or {})}
    return seeds.seed(**{"ingestion": ingestion, "healthCheck": HEALTH, **changes})


def derived(document):
    """Return the derived fields: key to (type, required)."""
    fields = config_fields(validate(document))
    return {field.key: (field.type, field.required) for field in fields}


REQUEST = {"endpoint": "https://api.example.com/{{t}}", "method": "GET"}
TOOL = {
    "name": "t",
    "description": "{{no}}",
    "request": REQUEST,
    "params": [],
    "effect": "read",
}
OAUTH = {**seeds.AUTHS["oauth2"], "tokenUrl": "https://{{tenant}}.example.com/token"}
TEXT = ("text", True)
FORMS = [
    (bare(), {}),
    (seeds.seed(), {"baseUrl": ("url", True), "projectKey": TEXT}),
    (bare({"endpoint": "/issues"}), {"baseUrl": ("url", True)}),
    (bare({"endpoint": "/issues"}, baseUrl="https://api.example.com"), {}),
    (bare(baseUrl="{{baseUrl}}"), {"baseUrl": ("url", True)}),
    (
        bare({"endpoint": "{{baseUrl}}/x"}, baseUrl="https://api.example.com"),
        {"baseUrl": ("url", False)},
    ),
    (bare({"query": {"a": "{{x}}", "b": ["{{y}}"]}}), {"x": TEXT, "y": TEXT}),
    (bare({"query": {"a": '{{x|default("1")}}'}}), {"x": ("text", False)}),
    (
        bare({"query": {"a": '{{x|default("1")}}', "b": "{{x}}"}}),
        {"x": TEXT},
    ),
    (bare({"query": {"a": "{{checkpoint|default(x)}}"}}), {"x": ("text", False)}),
    (bare({"headers": {"A": "{{config.x.y}}"}}), {"x": TEXT}),
    (bare({"body": '{"a": "{{x}}", "b": {{y}}}'}), {"x": TEXT, "y": TEXT}),
    (bare({"body": {"a": [{"b": "{{x}}"}]}}), {"x": TEXT}),
    (bare({"delta": {**seeds.DELTAS[0], "start": "{{x}}"}}), {"x": TEXT}),
    (
        bare(
            {
                "query": {
                    "a": "{{pageToken}}{{now}}{{window.start}}{{partition.x}}",
                    "b": "{{checkpoint}}{{page.size}}{{stream}}{{credentials.t}}",
                    "c": "{{$.x}}",
                }
            }
        ),
        {},
    ),
    (bare(streams=[{"key": "a", "polling": {"query": {"a": "{{x}}"}}}]), {"x": TEXT}),
    (bare(rateLimits=[{"limit": "{{x}}", "per": "PT1M"}]), {"x": TEXT}),
    (bare(syncFrom="{{x}}", maxConcurrency="{{y}}"), {"x": TEXT, "y": TEXT}),
    (bare(tools=[TOOL]), {"t": TEXT}),
    (bare(auth={"method": "oauth2", "config": OAUTH}), {"tenant": TEXT}),
    (
        bare(
            auth={
                "method": "api_key",
                "config": {**seeds.AUTHS["api_key"], "valueTemplate": "{{other}}"},
            }
        ),
        {},
    ),
    (
        bare(fieldMapping={**seeds.MAPPING, "summaryTemplate": "{{a}} {{config.x}}"}),
        {"x": TEXT},
    ),
    (bare(healthCheck={**HEALTH, "identity": "{{login}}"}), {}),
]


@pytest.mark.parametrize(("document", "form"), FORMS, ids=range(len(FORMS)))
def test_a_form_is_derived_from_what_templates_use(document, form):
    assert derived(document) == form


def test_a_given_form_is_kept_even_when_empty():
    assert derived(seeds.seed(configFields=[])) == {}
    assert derived(seeds.seed(configFields=[FIELD])) == {"a": ("text", False)}


def test_a_given_base_url_is_accepted_beside_any_form():
    connector = validate(bare(configFields=[], baseUrl="https://api.example.com"))
    given = {"baseUrl": "http://127.0.0.1:9/"}
    assert read_config(connector, given) == {"baseUrl": "http://127.0.0.1:9"}
    with pytest.raises(UsageError, match="not a configuration field"):
        read_config(validate(bare(configFields=[])), given)


def test_a_derived_field_has_a_readable_label():
    (field,) = config_fields(validate(bare({"query": {"a": "{{project_key}}"}})))
    assert field.label == "Project key"


def test_values_are_typed_and_defaults_filled_in():
    fields = [
        {**FIELD, "type": "number"},
        {**FIELD, "key": "b", "default": "x"},
        {**FIELD, "key": "c"},
    ]
    connector = validate(bare(configFields=fields))
    assert read_config(connector, {"a": "5"}) == {"a": 5, "b": "x"}
    with pytest.raises(UsageError, match="“d” is not a configuration field"):
        read_config(connector, {"d": "1"})


def test_a_field_that_is_not_shown_is_not_asked_for():
    shown = {"when": "$.kind", "operator": "equals", "value": "own"}
    fields = [
        {**FIELD, "key": "kind"},
        {**FIELD, "key": "address", "required": True, "visibleWhen": shown},
    ]
    connector = validate(bare(configFields=fields))
    assert read_config(connector, {"kind": "cloud", "address": "x"}) == {
        "kind": "cloud"
    }
    with pytest.raises(UsageError, match="address"):
        read_config(connector, {"kind": "own"})
    both = {"kind": "own", "address": "x"}
    assert read_config(connector, both) == both
