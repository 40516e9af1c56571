"""From the start of the process to the first paint, against an empty window."""

import base64
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.bench
HERE = Path(__file__).parent
RUNS = 9
MOST = 1.5


def seconds(script, environment):
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, str(HERE / script)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as child:
        line = child.stdout.readline()
        passed = time.perf_counter() - began
        child.stdout.read()
    assert line.startswith("painted"), line
    assert line.split()[1:] == [], f"imported before the first paint: {line}"
    return passed


def test_the_catalogue_paints_soon_after_an_empty_window_would(tmp_path, figures):
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "FERRULE_HOME": str(tmp_path),
        "FERRULE_KEYCHAIN": "off",
        "FERRULE_MASTER_KEY": base64.b64encode(bytes(32)).decode(),
    }
    scripts = ("empty_window.py", "catalogue_window.py")
    for script in scripts:
        seconds(script, environment)
    rounds = [[seconds(script, environment) for script in scripts] for _ in range(RUNS)]
    floor, ours = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(ours / floor for floor, ours in rounds)
    figures.add(
        "first paint against an empty window",
        ratio,
        bar=MOST,
        wanted="at most",
        ms={"empty": round(floor * 1000), "catalogue": round(ours * 1000)},
    )
    assert ratio <= MOST
