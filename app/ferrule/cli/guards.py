"""What a process does before anything else, so that no secret of it gets out.

The master key leaves the environment before a child can inherit it, no core is dumped,
and the traceback of a bug is redacted. Nothing heavy is imported here.
"""

import os
import sys
from types import TracebackType

MASTER_KEY = "FERRULE_MASTER_KEY"


def guard_process() -> None:
    """Take the master key, forbid core dumps, and redact tracebacks."""
    if MASTER_KEY in os.environ:
        from ferrule.credentials import take_master_key

        take_master_key()
    _dump_no_core()
    sys.excepthook = _tell_crash


def _dump_no_core() -> None:
    try:
        import resource
    except ImportError:
        return  # no POSIX: nothing is dumped there
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def _tell_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    import traceback

    from ferrule.redaction import live

    lines = traceback.format_exception(kind, error, trace)
    sys.stderr.write(live.text("".join(lines)))
