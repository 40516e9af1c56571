"""The verbs that machines start: argparse only, nothing heavy before its use."""

import argparse
import importlib
from collections.abc import Sequence

from ferrule.cli.collecting import starting

_VERBS = {
    "run": ("ferrule.cli.run", "Run a descriptor and write JSON lines; keep nothing."),
    "sandbox": ("ferrule.cli.sandbox", "Serve the sample API on loopback."),
    "sync": ("ferrule.cli.sync_child", "Sync a connection for a parent process."),
}


def execute(verb: str, arguments: Sequence[str]) -> int:
    """Run a lean verb and return its exit code."""
    with starting():
        return _execute(verb, arguments)


def _execute(verb: str, arguments: Sequence[str]) -> int:
    module_name, help_text = _VERBS[verb]
    module = importlib.import_module(module_name)
    parser = argparse.ArgumentParser(
        prog=f"ferrule {verb}",
        description=help_text,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    try:
        parsed = parser.parse_args(arguments)
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else 2
    code: int = module.execute(parsed)
    return code
