"""The cases of the JSONPath Compliance Test Suite (see its folder's README)."""

from pathlib import Path

from ferrule.exchange import decode
from ferrule.expression.equality import same

FOLDER = Path(__file__).parents[1] / "samples" / "jsonpath" / "cts"
PARTS = {
    str(file.relative_to(FOLDER).with_suffix("")): decode(file.read_bytes())["tests"]
    for file in sorted(FOLDER.rglob("*.json"))
}
CASES = {
    f"{part}: {case['name']}": case for part, cases in PARTS.items() for case in cases
}


def is_result(case, values):
    """Say whether a path may find these values: one order of several is enough."""
    return any(same(values, result) for result in _allowed(case, "result"))


def is_place(case, paths):
    """Say whether these are the normalised paths of what it may find."""
    allowed = _allowed(case, "result_paths", "results_paths")
    return not allowed or paths in allowed


def _allowed(case, one, several=None):
    return [case[one]] if one in case else case.get(several or f"{one}s", [])
