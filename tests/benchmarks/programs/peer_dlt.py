"""dlt: the same pages and eleven mapped fields, by its REST source.

    python peer_dlt.py ADDRESS FOLDER sqlite|parquet

The mapping is Python, as dlt has it. Lists stay one column and rows are appended,
never compared: that is the cheapest it can do.
"""

import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

folder = Path(sys.argv[2])
os.environ |= {
    "DLT_DATA_DIR": str(folder / "dlt"),
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
}

import dlt  # noqa: E402 - it reads the environment as it is imported
from dlt.sources.rest_api import rest_api_source  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent))
from mapping_by_hand import mapped  # noqa: E402


def main(address: str, where: str) -> None:
    """Load every record into SQLite, or into parquet files."""
    parts = urlsplit(address)
    source = rest_api_source(
        {
            "client": {
                "base_url": f"{parts.scheme}://{parts.netloc}",
                "paginator": {
                    "type": "offset",
                    "limit": 100,
                    "offset_param": "offset",
                    "limit_param": "limit",
                    "total_path": "total_count",
                },
            },
            "resources": [
                {
                    "name": "issues",
                    "endpoint": {"path": parts.path, "data_selector": "items"},
                    "processing_steps": [{"map": mapped}],
                    "primary_key": "id",
                    "write_disposition": "append",
                }
            ],
        },
        max_table_nesting=0,
    )
    if where == "sqlite":
        url = f"sqlite:///{folder / 'peer.db'}"
        destination = dlt.destinations.sqlalchemy(url)
        pipeline = dlt.pipeline("peer", destination=destination, dataset_name="main")
        pipeline.run(source)
    else:
        target = dlt.destinations.filesystem((folder / "files").as_uri())
        pipeline = dlt.pipeline("peer", destination=target, dataset_name="bench")
        pipeline.run(source, loader_file_format="parquet")
    counts = pipeline.last_trace.last_normalize_info.row_counts
    sys.stdout.write("\n" + json.dumps({"records": counts["issues"]}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[3])
