"""airbyte-cdk: the same pages and eleven mapped fields, as its declarative source.

    python peer_airbyte.py ADDRESS

Records are written as its connectors write them, to nowhere.
"""

import json
import logging
import os
import sys
from typing import Any
from urllib.parse import urlsplit

from airbyte_cdk.entrypoint import AirbyteEntrypoint
from airbyte_cdk.models import (
    AirbyteStream,
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteStream,
    DestinationSyncMode,
    SyncMode,
    Type,
)
from airbyte_cdk.sources.declarative.concurrent_declarative_source import (
    ConcurrentDeclarativeSource,
)

FIELDS = {
    "mapped_id": "bench/issues/{{ record['id'] }}",
    "external_id": "{{ record['id'] | string }}",
    "source": "bench",
    "type": "{{ 'issue_created' if record['created_at'] == record['updated_at'] else"
    " ('issue_closed' if record['state'] == 'closed' and record['closed_at'] =="
    " record['updated_at'] else 'issue_updated') }}",
    "timestamp": "{{ record['updated_at'] }}",
    "created": "{{ record['created_at'] }}",
    "summary": "#{{ record['number'] }} {{ record['title'] }}",
    "priority": "{{ 'critical' if 'priority: critical' in (record['labels'] |"
    " map(attribute='name') | list) else ('high' if 'priority: high' in"
    " (record['labels'] | map(attribute='name') | list) else ('low' if"
    " 'priority: low' in (record['labels'] | map(attribute='name') | list)"
    " else '')) }}",
    "participants": "{{ [record['user']['login']] + (record['assignees'] |"
    " map(attribute='login') | list) }}",
    "tags": "{{ record['labels'] | map(attribute='name') | list }}",
    "related_items": "{{ [record['html_url']] }}",
}


def manifest(address: str) -> dict[str, Any]:
    """Return the low-code manifest of the measured service."""
    parts = urlsplit(address)
    stream = {
        "type": "DeclarativeStream",
        "name": "issues",
        "primary_key": "id",
        "retriever": {
            "type": "SimpleRetriever",
            "requester": {
                "type": "HttpRequester",
                "url_base": f"{parts.scheme}://{parts.netloc}",
                "path": parts.path,
                "http_method": "GET",
            },
            "record_selector": {
                "type": "RecordSelector",
                "extractor": {"type": "DpathExtractor", "field_path": ["items"]},
            },
            "paginator": {
                "type": "DefaultPaginator",
                "page_token_option": {
                    "type": "RequestOption",
                    "inject_into": "request_parameter",
                    "field_name": "offset",
                },
                "page_size_option": {
                    "type": "RequestOption",
                    "inject_into": "request_parameter",
                    "field_name": "limit",
                },
                "pagination_strategy": {"type": "OffsetIncrement", "page_size": 100},
            },
        },
        "transformations": [
            {
                "type": "AddFields",
                "fields": [
                    {"type": "AddedFieldDefinition", "path": [name], "value": value}
                    for name, value in FIELDS.items()
                ],
            }
        ],
        "schema_loader": {
            "type": "InlineSchemaLoader",
            "schema": {"type": "object", "properties": {}},
        },
    }
    return {
        "version": "6.0.0",
        "type": "DeclarativeSource",
        "check": {"type": "CheckStream", "stream_names": ["issues"]},
        "streams": [stream],
        "spec": {
            "type": "Spec",
            "connection_specification": {"type": "object", "properties": {}},
        },
    }


def main(address: str) -> None:
    """Read every record and write its message."""
    catalog = ConfiguredAirbyteCatalog(
        streams=[
            ConfiguredAirbyteStream(
                stream=AirbyteStream(
                    name="issues",
                    json_schema={},
                    supported_sync_modes=[SyncMode.full_refresh],
                ),
                sync_mode=SyncMode.full_refresh,
                destination_sync_mode=DestinationSyncMode.overwrite,
            )
        ]
    )
    source = ConcurrentDeclarativeSource(
        catalog=catalog, config={}, state=[], source_config=manifest(address)
    )
    log = logging.getLogger("airbyte")
    log.setLevel(logging.ERROR)
    count = 0
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - as is
        for message in source.read(log, {}, catalog, []):
            line = AirbyteEntrypoint.airbyte_message_to_string(message)
            nowhere.write(line + "\n")
            count += message.type == Type.RECORD
    sys.stdout.write(json.dumps({"records": count}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
