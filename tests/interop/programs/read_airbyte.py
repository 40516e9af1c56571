"""airbyte-cdk reads one stream of a manifest, after its own schema has accepted it.

    python read_airbyte.py < {"manifest": PATH, "config": {...}, "stream": KEY,
                              "state": []}

Written is one JSON object: the records, the state, and what went wrong. With no stream
the manifest is only held against the schema.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any

import yaml
from airbyte_cdk.models import (
    AirbyteStateMessageSerializer,
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
from airbyte_cdk.utils.traced_exception import AirbyteTracedException


def main(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what the stream gives."""
    log = logging.getLogger("airbyte")
    log.setLevel(logging.CRITICAL)
    catalog = ConfiguredAirbyteCatalog(
        streams=[
            ConfiguredAirbyteStream(
                stream=AirbyteStream(
                    name=asked["stream"],
                    json_schema={},
                    supported_sync_modes=[SyncMode.full_refresh, SyncMode.incremental],
                ),
                sync_mode=SyncMode.incremental,
                destination_sync_mode=DestinationSyncMode.append,
            )
        ]
    )
    state = [AirbyteStateMessageSerializer.load(one) for one in asked.get("state", [])]
    source = ConcurrentDeclarativeSource(  # validates the manifest
        catalog=catalog,
        config=asked["config"],
        state=state,
        source_config=yaml.safe_load(Path(asked["manifest"]).read_text("utf-8")),
    )
    found: dict[str, Any] = {"records": [], "state": [], "error": ""}
    if not asked["stream"]:
        return found
    try:
        for message in source.read(log, asked["config"], catalog, state):
            if message.type == Type.RECORD:
                found["records"].append(message.record.data)
            elif message.type == Type.STATE:
                found["state"] = [AirbyteStateMessageSerializer.dump(message.state)]
            elif message.type == Type.TRACE and message.trace.error:
                error = message.trace.error
                found["error"] = f"{error.message} {error.internal_message}"
    except AirbyteTracedException as error:
        found["error"] = found["error"] or str(error)
    return found


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(json.load(sys.stdin)), default=str) + "\n")
