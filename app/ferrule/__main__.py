"""Start the window, or run one command.

`run`, `sync --control` and `sandbox` are started by machines, and the window by a person
who waits for it: these are read by argparse before typer, rich or the database are
imported.
"""

import sys
from collections.abc import Sequence

LEAN = {"run", "sandbox"}
ALONE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; without any, open the window."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    verb = arguments[0] if arguments else ""
    if not arguments or (verb == "--project" and len(arguments) == ALONE):
        from ferrule.cli import lean

        return lean.execute("window", arguments)
    if verb in LEAN or (verb == "sync" and "--control" in arguments):
        from ferrule.cli import lean

        return lean.execute(verb, arguments[1:])
    from ferrule.cli import verbs

    code: int = verbs.execute(arguments)
    return code


if __name__ == "__main__":
    sys.exit(main())
