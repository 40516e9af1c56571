"""The tour: the main job through the real window, off-screen, in its own process."""

import os
import re
import struct
import subprocess
import sys

import pytest

PAGES = ("catalogue", "connect-check", "runs-full", "builder", "bundles-verified",
         "credentials", "webhooks", "tools", "activity", "connector")  # fmt: skip
SIZES = {"": (1280, 800), "-1024x700": (1024, 700)}


@pytest.fixture(scope="module")
def tour(tmp_path_factory):
    out = tmp_path_factory.mktemp("tour")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FERRULE_")}
    ended = subprocess.run(
        [sys.executable, "-m", "ferrule", "tour", "--out", str(out)],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        check=False,
    )
    return ended, out


def test_the_tour_comes_to_its_end(tour):
    ended, _ = tour
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stderr == ""


def test_every_step_is_told_with_its_figures(tour):
    told = tour[0].stdout
    assert int(re.search(r"([\d,]+) items created", told)[1].replace(",", "")) >= 2000
    assert "0 created" in told
    assert "100 signals previewed" in told
    assert "Signed by a key you trust" in told
    assert "13 of 13 steps passed" in told
    assert "Valid, 202" in told
    assert "get_issue answered" in told


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("form", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_page_has_its_pictures(tour, page, form, scheme):
    raw = (tour[1] / f"{page}{form}-{scheme}.png").read_bytes()
    assert struct.unpack(">II", raw[16:24]) == SIZES[form]


def test_the_tour_leaves_no_secret_in_what_it_says(tour):
    ended, _ = tour
    assert "PRIVATE KEY" not in ended.stdout + ended.stderr
