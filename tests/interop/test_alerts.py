"""The alert rules, the page and the dashboard, as Prometheus itself reads them."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.store.building import FixedClock, connect

from ferrule.metrics.page import metrics_page
from ferrule.store import Database

FOLDER = Path(__file__).parents[2] / "packaging" / "observability"
PROMTOOL = shutil.which("promtool")
pytestmark = [
    pytest.mark.interop,
    pytest.mark.compared("alert rules, metrics page, dashboard", "promtool"),
    pytest.mark.skipif(PROMTOOL is None, reason="NOT CHECKED: promtool is not there"),
]


def promtool(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(PROMTOOL), *arguments],
        cwd=FOLDER,
        input=given,
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def page(tmp_path) -> bytes:
    with Database.open(tmp_path / "ferrule.db") as database:
        connect(database)
        return metrics_page(database, FixedClock())()[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "rules", "ferrule.rules.yml"),
        ("test", "rules", "ferrule.rules.test.yml"),
    ],
)
def test_the_rules_are_sound_and_fire_at_their_thresholds(arguments):
    done = promtool(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert b"SUCCESS" in done.stdout


def test_the_page_can_be_scraped(page):
    """Names that end in p95 are the seed's own; the tool has no other complaint."""
    done = promtool("check", "metrics", given=page)
    told = [line for line in done.stderr.decode().splitlines() if line]
    assert [line for line in told if "error while linting" in line] == []
    assert [
        line for line in told if "milliseconds" not in line and "_ms" not in line
    ] == []


def test_rules_and_dashboard_ask_for_what_the_page_has(page):
    names = set(re.findall(r"^# TYPE (\S+)", page.decode(), re.MULTILINE))
    dashboard = json.loads((FOLDER / "ferrule.dashboard.json").read_text("utf-8"))
    asked = [t["expr"] for panel in dashboard["panels"] for t in panel["targets"]]
    asked.append((FOLDER / "ferrule.rules.yml").read_text("utf-8"))
    found = set(re.findall(r"\b(?:connector|webhook)_[a-z0-9_]+", " ".join(asked)))
    assert len(found) >= 9
    assert found <= names
