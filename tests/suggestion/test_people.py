import pytest

from ferrule.exchange import Json
from ferrule.suggestion.people import authors_of, find_people, find_related, find_tags
from ferrule.suggestion.profile import leaves_of

ADA: Json = {"id": 1, "login": "ada", "avatar_url": "https://x"}


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ({"user": ADA}, "$.user.login"),
        (
            {"creator": {"name": "A"}, "assignee": {"name": "B"}},
            "$['creator','assignee'].name",
        ),
        (
            {"fields": {"reporter": {"displayName": "A"}}},
            "$.fields.reporter.displayName",
        ),
        ({"assignees": [ADA]}, "$.assignees[*].login"),
        ({"author": "ada"}, "$.author"),
        ({"created_by": {"name": "A"}}, "$.created_by.name"),
        ({"memberCreator": {"username": "a"}}, "$.memberCreator.username"),
        (
            {"from": {"emailAddress": {"address": "a@b.example"}}},
            "$['from'].emailAddress.address",
        ),
    ],
)
def test_people_are_found(item: Json, path: str):
    found = find_people(leaves_of([item]))[0].members["participantsPath"]
    assert found in {path, path.replace("$['from']", "$.from")}


def test_ids_counts_and_addresses_are_no_people():
    item: Json = {"user_id": "7", "user_count": "3", "author": "https://x.example/ada"}
    assert find_people(leaves_of([item])) == []


def test_authors_are_those_who_write():
    item: Json = {"owner": "x", "user": {"login": "ada"}, "assignee": {"name": "b"}}
    assert authors_of(leaves_of([item])) == ["$.user.login"]


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ({"labels": [{"id": 1, "name": "bug"}]}, "$.labels[*].name"),
        ({"tags": ["a", "b"]}, "$.tags[*]"),
        ({"labels": {"nodes": [{"name": "x"}]}}, "$.labels.nodes[*].name"),
        ({"tags": "a, b"}, "$.tags"),
    ],
)
def test_tags_are_found(item: Json, path: str):
    assert find_tags(leaves_of([item]))[0].members["tagsPath"] == path


def test_links_of_an_item_are_related():
    item: Json = {"url": "https://api", "html_url": "https://web"}
    found = find_related(leaves_of([item]))
    assert found[0].members["relatedItemsPath"] == "$.html_url"
