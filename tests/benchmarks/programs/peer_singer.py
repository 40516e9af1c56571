"""singer-sdk: the same pages and eleven mapped fields, as a tap.

    python peer_singer.py ADDRESS

Its messages go to nowhere; how many records it told is counted on the way.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th
from singer_sdk.pagination import BaseOffsetPaginator

sys.path.insert(0, str(Path(__file__).parent))
from mapping_by_hand import mapped

ADDRESS = urlsplit(sys.argv[1])
SIZE = 100
TEXTS = th.ArrayType(th.StringType)


class Offsets(BaseOffsetPaginator):
    """Goes on until a page is empty: looking for the total would decode it again."""

    def has_more(self, response: Any) -> bool:
        """Return whether items may follow this page."""
        return not response.content.endswith(b'"items":[]}')


class Issues(RESTStream):
    """The issues of the measured service."""

    name = "issues"
    path = ADDRESS.path
    primary_keys = ("id",)
    records_jsonpath = "$.items[*]"
    url_base = f"{ADDRESS.scheme}://{ADDRESS.netloc}"
    count = 0
    schema = th.PropertiesList(
        *(
            th.Property(name, th.StringType)
            for name in (
                "id",
                "external_id",
                "source",
                "type",
                "timestamp",
                "created_at",
                "summary",
                "priority",
            )
        ),
        th.Property("participants", TEXTS),
        th.Property("tags", TEXTS),
        th.Property("related_items", TEXTS),
        th.Property("raw", th.ObjectType(additional_properties=True)),
    ).to_dict()

    def get_new_paginator(self) -> Offsets:
        """Return where to begin."""
        return Offsets(start_value=0, page_size=SIZE)

    def get_url_params(self, context: Any, next_page_token: Any) -> dict[str, Any]:
        """Return the query of a page."""
        return {"offset": next_page_token or 0, "limit": SIZE}

    def post_process(self, row: Any, context: Any = None) -> Any:
        """Return the mapped record."""
        Issues.count += 1
        return mapped(row)


class Peer(Tap):
    """The tap."""

    name = "tap-peer"
    config_jsonschema = th.PropertiesList().to_dict()

    def discover_streams(self) -> list[Issues]:
        """Return the one stream."""
        return [Issues(self)]


if __name__ == "__main__":
    told = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    Peer(config={}).sync_all()
    sys.stdout.flush()
    os.write(told, json.dumps({"records": Issues.count}).encode() + b"\n")
