"""Ids, versions and file names have one meaning everywhere."""

import pytest

from ferrule.bundle.names import (
    is_id,
    is_version,
    name_problem,
    names_problem,
    owner,
    version_numbers,
)

GOOD_NAMES = {
    "bundle.json": None,
    "evidence.json": None,
    "connectors/github-issues.json": "github-issues",
    "connectors/" + "a" * 128 + ".json": "a" * 128,
    "icons/github.svg": None,
    "docs/README.md": None,
    "docs/de/README.md": None,
    "migrations/github-issues/001_view.sql": "github-issues",
    "fixtures/github-issues/page-1.json": "github-issues",
}


@pytest.mark.parametrize(("name", "belongs_to"), GOOD_NAMES.items())
def test_the_places_of_a_bundle_are_allowed(name, belongs_to):
    assert name_problem(name) == ""
    assert owner(name) == belongs_to


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            ".",
            "..",
            "/",
            "bundle.json/",
            "/bundle.json",
            "Bundle.json",
            "bundle.json\n",
        ),
        *(
            "connectors/.json",
            "connectors/a.JSON",
            "connectors/a/b.json",
            "docs",
            "docs/",
        ),
        *("docs/a\tb", "docs/a b", "docs/~a", "docs/a:b", "docs\\a", "docs/CON\0"),
        *("fixtures/a", "fixtures/a/b/c", "fixtures/A/b", "migrations/a/01_x.sql"),
        *(
            "migrations/a/0011_x.sql",
            "migrations/a/001_x.sql\n",
            "README.md",
            "lib/a.py",
        ),
        *(
            "migrations/a/\u0660\u0660\u0661_x.sql",
            "connectors/a..b.json",
            "connectors/-a.json",
        ),
    ],
)
def test_every_other_name_is_refused(name):
    assert name_problem(name)


def test_names_are_unique_without_case():
    assert names_problem(["docs/a.md", "docs/b.md"]) == ""
    assert "in case alone" in names_problem(["docs/a.md", "docs/A.md"])


def test_a_bundle_has_at_most_256_files():
    names = [f"docs/{number}.md" for number in range(257)]
    assert names_problem(names[:256]) == ""
    assert "more than 256" in names_problem(names)


def test_one_bad_name_among_many_is_found():
    assert "'docs/../x'" in names_problem(["docs/a.md", "docs/../x"])


@pytest.mark.parametrize("text", ["a", "acme", "acme.x-y_z.9", "0", "a" * 128])
def test_ids_are_lower_case_ascii(text):
    assert is_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "a..b",
        ".a",
        "a.",
        "a b",
        "a\n",
        "\u0430",
        "a/b",
        "é",
        "a" * 129,
        "-",
        "a*",
    ],
)
def test_other_ids_are_refused(text):
    assert not is_id(text)


@pytest.mark.parametrize("text", ["0.0.0", "1.10.0", "999999999.0.1"])
def test_versions_are_three_numbers(text):
    assert is_version(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "1",
            "1.0",
            "1.0.0.0",
            "01.0.0",
            "1.00.0",
            "1.0.0-rc1",
            "1.0.0+b",
            "v1.0.0",
        ),
        *("1.0.0\n", " 1.0.0", "1.0.\u0663", "-1.0.0", "1.0.1234567890", "1..0"),
    ],
)
def test_other_versions_are_refused(text):
    assert not is_version(text)


def test_versions_are_compared_as_numbers():
    assert version_numbers("1.10.0") > version_numbers("1.9.0")
    assert version_numbers("2.0.0") > version_numbers("1.99.99")
