"""Ferrule as the window starts it: a connected home, copied for each run."""

import json
import os
import shutil
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

from tests.benchmarks.measuring import Cost, cost

from ferrule.workspace import connecting
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

KEY = b64encode(bytes(32)).decode()
PAGINATION: dict[str, dict[str, Any]] = {
    "page": {"type": "page", "nextParam": "page", "pageSizeParam": "per_page"},
    "offset": {"type": "offset", "nextParam": "offset", "pageSizeParam": "limit"},
    "link": {"type": "link_header", "pageSizeParam": "per_page"},
}


def descriptor(records: int, style: str, latency_ms: int = 0) -> bytes:
    """Return a descriptor of the measured service with eleven mapped fields."""
    paging = PAGINATION[style] | {"pageSize": 100}
    if style != "link":
        paging["totalPath"] = "$.total_count"
    document = {
        "schemaVersion": 2,
        "id": f"bench-{style}",
        "name": "Measured service",
        "description": "Issues of the measured service",
        "category": "Custom",
        "icon": "gauge",
        "kind": "generic",
        "version": "1.0.0",
        "provider": "bench",
        "status": "beta",
        "auth": {"method": "none"},
        "configFields": [
            {"key": "baseUrl", "label": "Address", "type": "url", "required": True}
        ],
        "baseUrl": "{{baseUrl}}",
        "permissions": {"hosts": ["127.0.0.1"], "scopes": [], "writes": []},
        "rateLimits": [{"limit": 100_000, "per": "PT1S", "burst": 100_000}],
        "ingestion": {
            "mode": "polling",
            "endpoint": f"/{records}/{latency_ms}/{style}/issues",
            "method": "GET",
            "delta": {
                "type": "timestamp_filter",
                "queryParam": "since",
                "format": "iso8601",
            },
            "rateLimitRpm": 6_000_000,
            "pagination": paging,
        },
        "fieldMapping": MAPPING | {"itemsPath": "$" if style == "link" else "$.items"},
        "streams": [{"key": "issues", "name": "Issues", "collectionKey": "issue"}],
        "healthCheck": {
            "endpoint": "/",
            "method": "GET",
            "expectStatus": 404,
            "timeoutMs": 5000,
        },
    }
    return json.dumps(document).encode()


MAPPING = {
    "idPath": "$.id",
    "timestampPath": "$.updated_at",
    "timestampFormat": "iso8601",
    "createdPath": "$.created_at",
    "summaryTemplate": "#{{number}} {{title}}",
    "signalTypeRules": [
        {
            "when": "$.created_at",
            "operator": "equals",
            "valuePath": "$.updated_at",
            "then": "issue_created",
        },
        {
            "if": {
                "all": [
                    {"when": "$.state", "operator": "equals", "value": "closed"},
                    {
                        "when": "$.closed_at",
                        "operator": "equals",
                        "valuePath": "$.updated_at",
                    },
                ]
            },
            "then": "issue_closed",
        },
        {"when": "$.id", "operator": "exists", "then": "issue_updated"},
    ],
    "priorityMapping": [
        {
            "when": "$.labels[*].name",
            "operator": "equals",
            "value": f"priority: {level}",
            "then": level,
        }
        for level in ("critical", "high", "low")
    ],
    "participantsPath": "$['user','assignees']..login",
    "tagsPath": "$.labels[*].name",
    "relatedItemsPath": "$.html_url",
}


class FerruleHome:
    """A home with a connection to the measured service, fresh for each run."""

    def __init__(
        self, folder: Path, base: str, records: int, style: str, latency_ms: int = 0
    ) -> None:
        self.folder = folder
        self.name = f"bench-{style}"
        self.document = folder / "descriptor.json"
        folder.mkdir(parents=True)
        raw = descriptor(records, style, latency_ms)
        self.document.write_bytes(raw)
        self.config = {"baseUrl": base}
        self._pristine = folder / "pristine"
        self.environment = os.environ | {
            "FERRULE_HOME": str(folder / "home"),
            "FERRULE_KEYCHAIN": "off",
            "FERRULE_MASTER_KEY": KEY,
        }
        self._connect(raw)

    def _connect(self, raw: bytes) -> None:
        workspace = Workspace(Home(self._pristine))
        try:
            workspace.catalogue.save("bench", self.name, raw)
            connecting.connect(workspace, self.name, self.config, {}, key=self.name)
        finally:
            workspace.close()

    def renew(self) -> Path:
        """Make the home as it was before any run and return it."""
        home = self.folder / "home"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self._pristine, home)
        return home

    def sync(self, mode: str = "incremental") -> Cost:
        """Sync everything from nothing, as a child of the window does."""
        self.renew()
        return self.sync_again(mode)

    def sync_again(self, mode: str = "incremental") -> Cost:
        """Sync what the home was synced with before."""
        job = {"job": {"connection": self.name, "mode": mode}, "secrets": {}}
        return cost(
            [
                *(sys.executable, "-m", "ferrule"),
                *("sync", "--control", "stdin", "--json"),
            ],
            env=self.environment,
            given=json.dumps(job).encode() + b"\n",
            ends=False,
        )

    def run(self) -> Cost:
        """Run the descriptor statelessly; its lines go into a pipe that is read."""
        return cost(
            [
                *(sys.executable, "-m", "ferrule", "run", self.document, "--json"),
                *("--set", f"baseUrl={self.config['baseUrl']}"),
            ],
            env=self.environment,
        )
