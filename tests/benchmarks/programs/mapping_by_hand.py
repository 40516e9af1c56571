"""The eleven mapped fields by hand, for the peers whose mapping is Python.

Standard library only: each peer imports it in its own environment.
"""

from typing import Any

PRIORITIES = (
    ("priority: critical", "critical"),
    ("priority: high", "high"),
    ("priority: low", "low"),
)


def mapped(item: dict[str, Any]) -> dict[str, Any]:
    """Return the mapped fields of an item, and the item itself as `raw`."""
    tags = [label["name"] for label in item["labels"]]
    created, updated = item["created_at"], item["updated_at"]
    kind = "issue_updated"
    if created == updated:
        kind = "issue_created"
    elif item["state"] == "closed" and item["closed_at"] == updated:
        kind = "issue_closed"
    return {
        "id": f"bench/issues/{item['id']}",
        "external_id": str(item["id"]),
        "source": "bench",
        "type": kind,
        "timestamp": updated,
        "created_at": created,
        "summary": f"#{item['number']} {item['title']}",
        "priority": next((then for name, then in PRIORITIES if name in tags), None),
        "participants": [
            item["user"]["login"],
            *[one["login"] for one in item["assignees"]],
        ],
        "tags": tags,
        "related_items": [item["html_url"]],
        "raw": item,
    }
