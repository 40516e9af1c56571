"""schemathesis against a running server and its own OpenAPI document.

It makes requests of every operation, good and bad ones, and chains of them: once with
whatever names it draws, once with the names of what is there. What it checks: no answer
of 500, no undocumented status or kind, bodies as documented, bad input refused, 405
with its methods, no way in without a token.
"""

import re
import subprocess
from pathlib import Path

import pytest
from tests.bundle import acme
from tests.server.running import Server
from tests.server.test_routes import configured

pytestmark = [
    pytest.mark.interop,
    pytest.mark.compared("registry server: requests, findings", "schemathesis"),
]
PROGRAM = Path(__file__).parents[2] / "build/peers/schemathesis/bin/schemathesis"
UNSAID = "positive_data_acceptance"  # no schema says that a file must be signed
NAMES = """
[parameters]
"path.project" = "p"
"path.key" = "acme.issues"
"path.appKey" = "a"
"path.connectorId" = "acme.issues"
"path.digest" = "DIGEST"
"body.connectorId" = "acme.issues"
"""


@pytest.mark.skipif(not PROGRAM.exists(), reason="schemathesis is not in build/peers")
@pytest.mark.parametrize("named", [False, True], ids=["drawn names", "known names"])
def test_schemathesis_finds_nothing(tmp_path, named, interop_table):
    with Server(tmp_path) as server:
        digest = server.post(configured()).json["bundle"]["digest"]
        server.enable("acme.issues")
        wanted = {"connectorId": "acme.issues", "config": {"site": "eu"}}
        server.ask("POST", "/api/v1/projects/p/instances", wanted | {"appKey": "a"})
        settings = tmp_path / "schemathesis.toml"
        settings.write_text(NAMES.replace("DIGEST", digest) if named else "")
        done = subprocess.run(  # noqa: PLW1510 - the code is looked at
            [
                *(PROGRAM, "--config-file", settings),
                *("run", f"{server.url}/openapi.json"),
                *("--header", f"Authorization: Bearer {server.token()}"),
                *("--exclude-checks", UNSAID),
                *("--max-examples", "50", "--seed", "1", "--continue-on-failure"),
                *("--suppress-health-check", "all", "--no-color"),
            ],
            capture_output=True,
            text=True,
            timeout=900,
            cwd=tmp_path,
        )
        again = server.post(acme.bundle())
    count_in(interop_table, done.stdout)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert again.status in {200, 201, 409}
    assert "Traceback" not in server.log


def count_in(interop_table, report: str) -> None:
    """Count its requests, and as differences the failures that it tells apart."""
    (requests,) = re.findall(r"(\d+) generated", report)
    findings = re.findall(r"(\d+) unique failure", report)
    interop_table.row(int(requests), sum(map(int, findings)))
