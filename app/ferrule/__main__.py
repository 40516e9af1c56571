"""Start the window, or run one command.

`run`, `sync --control` and `sandbox` are started by machines, and the window by a
person who waits for it: these are read by argparse before typer, rich or the database
are imported.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from ferrule.cli.guards import guard_process

LEAN = {"run", "sandbox"}
OPTION = "--project"
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; without any, open the window."""
    guard_process()
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:  # before a command was there to notice it
        return INTERRUPTED


def _run(arguments: list[str]) -> int:
    option, rest = _without_project(arguments)
    verb = rest[0] if rest else ""
    if not rest:
        from ferrule.cli import window

        return window.show(
            Path(option[-1].removeprefix(f"{OPTION}=")) if option else None
        )
    if verb == "sync" and any(a.split("=")[0] == "--control" for a in rest):
        from ferrule.cli import lean

        return lean.execute("sync", [*option, *rest[1:]])
    if verb in LEAN:
        from ferrule.cli import lean

        return lean.execute(verb, rest[1:])
    from ferrule.cli import verbs

    code: int = verbs.execute(arguments)
    return code


def _without_project(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Return a leading `--project DIR` and what follows it."""
    if arguments[:1] == [OPTION] and len(arguments) > 1:
        return arguments[:2], arguments[2:]
    if arguments and arguments[0].startswith(f"{OPTION}="):
        return arguments[:1], arguments[1:]
    return [], arguments


if __name__ == "__main__":
    sys.exit(main())
