"""A document at one of its API versions: which one, and what the patch makes of it."""

import json
from datetime import date
from typing import Any

import pytest
from tests.descriptor import seeds

from ferrule.descriptor.api_versions import (
    at_version,
    connector_at,
    default_version,
    is_deprecated,
    read_connector,
    sunset_of,
)
from ferrule.descriptor.document import validate
from ferrule.descriptor.hosts import allowed_hosts
from ferrule.descriptor.model import ApiVersion
from ferrule.descriptor.problems import lint
from ferrule.errors import DescriptorInvalid, UsageError

TODAY = date(2026, 11, 21)


def version(name: str, **members: Any) -> dict[str, Any]:
    return {"id": name, "label": name, "status": "stable", **members}


def raw(*versions: dict[str, Any], **members: Any) -> bytes:
    return json.dumps(seeds.seed(apiVersions=list(versions), **members)).encode()


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([version("a"), version("b", default=True)], "b"),
        ([version("a", status="deprecated"), version("b"), version("c")], "b"),
        ([version("a", status="experimental"), version("b", status="deprecated")], "a"),
        ([version("a", default=False), version("b")], "a"),
        ([version("a", status="deprecated", default=True), version("b")], "a"),
    ],
)
def test_the_default_is_the_marked_else_the_first_stable_else_the_first(
    versions, expected
):
    marked = [v | {"overrides": {"description": v["id"]}} for v in versions]
    assert at_version(seeds.seed(apiVersions=marked), None)["description"] == expected
    listed = validate(seeds.seed(apiVersions=versions)).api_versions or ()
    assert getattr(default_version(listed), "id", None) == expected


PATCHES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    # RFC 7396, appendix A: a member is set, replaced, removed; lists replace
    ({"description": "new"}, {"description": "new"}),
    ({"tags": ["c"]}, {"tags": ["c"]}),
    ({"tags": None}, {"tags": None}),
    ({"docsUrl": "https://docs.example"}, {"docsUrl": "https://docs.example"}),
    ({"ingestion": {"rateLimitRpm": 5}}, {"ingestion.rateLimitRpm": 5}),
    ({"ingestion": {"headers": None}}, {"ingestion.headers": None}),
    ({"ingestion": {"headers": {"X": "1"}}}, {"ingestion.headers.X": "1"}),
]


@pytest.mark.parametrize(("patch", "expected"), PATCHES)
def test_overrides_are_a_merge_patch(patch, expected):
    document = seeds.seed(tags=["a", "b"])
    document["apiVersions"] = [version("1"), version("2", overrides=patch)]
    before = json.dumps(document, sort_keys=True)
    changed = at_version(document, "2")
    for path, value in expected.items():
        here: Any = changed
        for name in path.split("."):
            here = (here or {}).get(name)
        assert here == value, path
    assert at_version(document, "1")["tags"] == ["a", "b"]
    assert json.dumps(document, sort_keys=True) == before


def test_the_versions_stay_listed_without_their_patches():
    first, second = version("1"), version("2", overrides={"tags": ["x"]})
    found = connector_at(raw(first, second), "2")
    assert [v.id for v in found.api_versions or ()] == ["1", "2"]
    assert all(v.overrides is None for v in found.api_versions or ())


def test_patches_of_other_versions_are_not_laid_over_a_version():
    """One removes what another changes: each is a patch of the document alone."""
    first = version("1", overrides={"rateLimits": None})
    limit = {"limit": 5, "per": "PT1S"}
    second = version("2", overrides={"rateLimits": [limit]})
    document = raw(first, second, rateLimits=[{**limit, "limit": 9}])
    assert connector_at(document, "1").rate_limits is None
    limits = connector_at(document, "2").rate_limits or ()
    assert [one.limit for one in limits] == [5]


def test_without_versions_nothing_changes():
    document = seeds.seed()
    assert at_version(document, None) is document
    assert read_connector(json.dumps(document).encode()) == validate(document)
    with pytest.raises(UsageError, match=r"no API version “1”.*no versions"):
        at_version(document, "1")


def test_a_version_that_is_gone_names_those_there_are():
    with pytest.raises(UsageError, match=r"no API version “0”.*It has: 1, 2\."):
        connector_at(raw(version("1"), version("2")), "0")


def test_a_version_may_have_other_ways_to_sign_in():
    token = {
        "method": "pat",
        "label": "Token",
        "config": {
            "credentialFields": [
                {"key": "token", "label": "Token", "type": "password", "required": True}
            ],
            "delivery": "bearer",
            "paramName": "Authorization",
        },
    }
    named = version("2", overrides={"authOptions": [token]})
    document = raw(version("1"), named)
    assert read_connector(document, version="2", method="Token").auth.label == "Token"
    with pytest.raises(UsageError, match="no sign-in “Token”"):
        read_connector(document, version="1", method="Token")


def test_a_version_may_name_more_hosts():
    document = raw(
        version("1"),
        version("2", overrides={"baseUrl": "https://api2.example.com"}),
        baseUrl="https://api.example.com",
    )
    assert "api2.example.com" in allowed_hosts(connector_at(document, "2"))
    assert "api2.example.com" not in allowed_hosts(connector_at(document, "1"))


@pytest.mark.parametrize("name", ["id", "version", "schemaVersion", "apiVersions"])
def test_a_version_cannot_change_what_is_the_connectors_own(name):
    bad = version("2", overrides={name: "other"})
    document = seeds.seed(apiVersions=[version("1"), bad])
    assert at_version(document, "2").get(name) != "other"
    with pytest.raises(DescriptorInvalid) as caught:
        validate(document)
    places = [problem.pointer for problem in caught.value.problems]
    assert f"/apiVersions/1/overrides/{name}" in places


def test_versions_that_are_none_are_told_by_validation():
    for broken in (
        {"apiVersions": ["x"]},
        {"apiVersions": [version("1", overrides=3)]},
    ):
        with pytest.raises(DescriptorInvalid):
            connector_at(json.dumps(seeds.seed(**broken)).encode())


def test_two_versions_of_one_name_are_an_error():
    found = lint(seeds.seed(apiVersions=[version("1"), version("1")]))
    assert ("FD021", "/apiVersions/1/id") in [(p.rule, p.pointer) for p in found]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, False),
        ({"status": "experimental"}, False),
        ({"status": "deprecated"}, True),
        ({"sunsetAt": "2026-11-20"}, True),
        ({"sunsetAt": "2026-11-21"}, False),
        ({"sunsetAt": "2027-01-01T00:00:00Z"}, False),
        ({"sunsetAt": "some day"}, False),
        ({"deprecatedAt": "2026-11-21"}, True),
        ({"deprecatedAt": "2026-11-22"}, False),
    ],
)
def test_what_is_deprecated_by_a_day(members, expected):
    one = ApiVersion.model_validate(version("1", **members), by_alias=True)
    assert is_deprecated(one, TODAY) is expected


def test_the_day_it_ends_is_read_from_a_day_or_a_time():
    for text in ("2027-06-30", "2027-06-30T12:00:00Z"):
        one = ApiVersion.model_validate(version("1", sunsetAt=text), by_alias=True)
        assert sunset_of(one) == date(2027, 6, 30)
