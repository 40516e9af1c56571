"""Every case of the JSONPath Compliance Test Suite, through `ferrule path --strict`."""

import pytest
from tests.support.compliance import CASES, PARTS, is_place, is_result

from ferrule.cli.ending import DONE, WRONG
from ferrule.exchange import decode, encode


def agrees(case, said):
    """Say whether a command found what a case allows, or refused what it must."""
    # Not splitlines(): a value may hold U+2028.
    lines = [decode(line.encode()) for line in said.out.split("\n") if line]
    if case.get("invalid_selector"):
        return said.code == WRONG and "column" in lines[-1]
    values, paths = ([line[key] for line in lines] for key in ("value", "path"))
    return said.code == DONE and is_result(case, values) and is_place(case, paths)


def asked(case, file):
    file.write_bytes(encode(case.get("document")))
    return "path", "--strict", "--json", case["selector"], file


@pytest.mark.parametrize("part", PARTS)
def test_the_command_finds_what_the_suite_says(part, say, tmp_path):
    file = tmp_path / "document.json"
    wrong = [
        case["name"]
        for case in PARTS[part]
        if not agrees(case, say(*asked(case, file)))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "name",
    [
        "basic: descendant segment, multiple selectors",
        "functions/match: found match",
        "basic: no leading whitespace",
    ],
)
def test_a_process_of_its_own_says_the_same(name, ferrule, tmp_path):
    case = CASES[name]
    assert agrees(case, ferrule(*asked(case, tmp_path / "document.json")))
