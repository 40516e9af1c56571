"""What docs/webhooks.md says of signatures is so."""

import json
import re
from pathlib import Path
from typing import get_args

from tests.webhook.signature.calls import VENDORS, scheme_of
from tests.webhook.signature.vendor_table import table

from ferrule.webhook.signature import Reason

PAGE = Path(__file__).parents[3] / "docs" / "webhooks.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_table_of_vendors_is_what_the_samples_say():
    shown = TEXT.partition("<!-- vendors -->\n")[2].partition("\n<!-- end -->")[0]
    assert shown == table(VENDORS)


def test_every_reason_is_explained():
    explained = set(re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE))
    assert set(get_args(Reason)) <= explained


def test_every_scheme_that_is_shown_is_one():
    signatures = TEXT.partition("\n## The gateway")[0]
    shown = re.findall(r"```json\n(.*?)```", signatures, re.DOTALL)
    schemes = [json.loads(text) for text in shown]
    signing = [one for one in schemes if "algorithm" in one]
    assert signing
    for config in signing:
        scheme_of(config)
