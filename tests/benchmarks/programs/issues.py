"""A list of issues as a service would answer it, of any size."""

import json


def body(megabytes):
    """Return a list of issues as JSON, so many megabytes of it."""
    issue = {
        "number": 1482,
        "title": "Fix token refresh after clock skew: zażółć",
        "user": {"login": "anna-k", "id": 583231, "type": "User"},
        "labels": [{"name": "bug", "color": "f29513"}, {"name": "p1", "color": "d"}],
        "state": "open",
        "assignees": [{"login": "marek", "id": 1}, {"login": "sofia-r", "id": 2}],
        "updated_at": "2026-02-03T04:05:06Z",
        "score": 1.50,
        "body": "Words of a body. " * 30,
    }
    size = len(json.dumps(issue).encode()) + 20
    items = ({"id": 2847193 + n, **issue} for n in range(megabytes * 1_000_000 // size))
    whole = {"total_count": 1, "items": list(items)}
    return json.dumps(whole, ensure_ascii=False).encode()
