"""dlt reads one resource of an exported source, and stores it where it can be listed.

    python read_dlt.py < {"file": PATH, "source": NAME, "arguments": {...},
                          "stream": KEY, "folder": PATH}

Written is one JSON object: the records as dlt hands them on, and what went wrong. Two
runs of one folder are a first and a later run: dlt keeps its cursor there.
"""

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

ASKED = json.load(sys.stdin)
os.environ |= {
    "DLT_DATA_DIR": str(Path(ASKED["folder"]) / "dlt"),
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "CRITICAL",
}

import dlt  # noqa: E402 - it reads the environment as it is imported


def loaded(path: str) -> Any:
    """Return the exported file as a module."""
    spec = importlib.util.spec_from_file_location("exported", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["exported"] = module
    spec.loader.exec_module(module)
    return module


def main(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what the resource gives."""
    found: dict[str, Any] = {"records": [], "error": ""}
    try:
        source = getattr(loaded(asked["file"]), asked["source"])(**asked["arguments"])
        chosen = source.with_resources(asked["stream"])
        chosen.resources[asked["stream"]].add_map(
            lambda item: found["records"].append(item) or item
        )
        folder = Path(asked["folder"]) / "files"
        pipeline = dlt.pipeline(
            asked["source"],
            destination=dlt.destinations.filesystem(folder.as_uri()),
            dataset_name="interop",
            pipelines_dir=str(Path(asked["folder"]) / "pipelines"),
        )
        pipeline.run(chosen)
    except Exception as error:  # noqa: BLE001 - the test shows whatever it was
        found["error"] = f"{type(error).__name__}: {error}"
    return found


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(ASKED), default=str) + "\n")
