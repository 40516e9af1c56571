"""What a process does before anything else, so that no secret of it gets out.

What opens the vault leaves the environment before a child inherits it, no core is
dumped, the traceback of a bug is redacted in any thread, and no plug-in of pydantic's
that happens to be installed sees what is validated. Nothing heavy is imported here.
"""

import os
import sys
import threading
from types import TracebackType

OUR_OWN = frozenset({"FERRULE_MASTER_KEY", "FERRULE_MASTER_KEY_COMMAND"})


def guard_process() -> None:
    """Take the master key, forbid core dumps and plug-ins, and redact tracebacks."""
    if not OUR_OWN.isdisjoint(os.environ):
        from ferrule.credentials.master_key import take_command, take_master_key

        take_master_key()
        take_command()
    _dump_no_core()
    # It would let Authlib sign over plain http, for this process and its children.
    os.environ.pop("AUTHLIB_INSECURE_TRANSPORT", None)
    # Looking for plug-ins also reads the metadata of all that is installed: 5 ms.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    sys.excepthook = _tell_crash
    if threading.excepthook is threading.__excepthook__:  # nobody else listens
        threading.excepthook = _tell_thread
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _tell_unraisable


def _dump_no_core() -> None:
    try:
        import resource
    except ImportError:
        return  # no POSIX: nothing is dumped there
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def _tell_crash(
    kind: type[BaseException],
    error: BaseException | None,
    trace: TracebackType | None,
    where: str = "",
) -> None:
    import traceback

    from ferrule.redaction import live

    lines = traceback.format_exception(kind, error, trace)
    if sys.stderr is not None:  # a window may have none
        sys.stderr.write(live.text("".join([where, *lines])))


def _tell_thread(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_type is not SystemExit:
        name = crash.thread.name if crash.thread else "a thread"
        where = f"Exception in thread {name}:\n"
        _tell_crash(crash.exc_type, crash.exc_value, crash.exc_traceback, where)


def _tell_unraisable(crash: "sys.UnraisableHookArgs") -> None:
    where = f"{crash.err_msg or 'Exception ignored in'}: {crash.object!r}\n"
    _tell_crash(crash.exc_type, crash.exc_value, crash.exc_traceback, where)
