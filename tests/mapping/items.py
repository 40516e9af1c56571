"""A mapping and items as tests of the mapping need them."""

from ferrule.mapping import FieldMapping, Origin, compile_mapping

ORIGIN = Origin("github-issues", "p", "work", "issue", "issues", {"base": "B"})
ITEM = {
    "id": 7,
    "updated_at": "2026-01-02T03:04:05Z",
    "created_at": "2026-01-01T00:00:00Z",
    "title": "Broken",
    "state": "open",
    "user": {"login": "ann"},
    "labels": [{"name": "bug"}, {"name": "p1"}],
}
MAPPING = {
    "itemsPath": "$.items",
    "idPath": "$.id",
    "timestampPath": "$.updated_at",
    "createdPath": "$.created_at",
    "summaryTemplate": "{{title}}",
    "signalTypeRules": [
        {"when": "$.state", "operator": "equals", "value": "closed", "then": "closed"}
    ],
    "priorityMapping": [
        {
            "when": "$.labels[*].name",
            "operator": "in",
            "value": ["p0", "p1"],
            "then": "high",
        }
    ],
    "participantsPath": "$.user.login",
    "tagsPath": "$.labels[*].name",
}


def compiled(**changes):
    """Return the mapping with members replaced, ready to run; None leaves one out."""
    members = {k: v for k, v in {**MAPPING, **changes}.items() if v is not None}
    return compile_mapping(FieldMapping.model_validate(members), ORIGIN)


def signal(item=None, /, **changes):
    """Return the signal of an item by the mapping with members replaced."""
    return compiled(**changes).signal({**ITEM, **(item or {})})


def error(item, /, **changes):
    """Return the error of an item by the mapping with members replaced."""
    (mapped,) = compiled(**changes).page([item])
    assert mapped.signal is None
    return mapped.error
