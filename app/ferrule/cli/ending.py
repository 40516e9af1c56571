"""How a command ends: its exit code, and errors told without a traceback."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress

from ferrule import exchange
from ferrule.errors import (
    DescriptorInvalid,
    ExchangeError,
    ExpressionError,
    FerruleError,
    Problem,
    UsageError,
)
from ferrule.redaction import guard_logging, live

DONE, WRONG, USAGE, PARENT_GONE, INTERRUPTED = 0, 1, 2, 75, 130
WELL = frozenset({"done", "stopped", "paused"})  # how a run may end with 0


def guarded(command: Callable[[], int], *, as_json: bool = False) -> int:
    """Run `command`; tell an error in words, or as one JSON line, with its code.

    From here on whatever is logged is redacted.
    """
    guard_logging()
    try:
        code = command()
        sys.stdout.flush()
    except FerruleError as error:
        tell_error(error, as_json=as_json)
        return USAGE if isinstance(error, UsageError) else WRONG
    except KeyboardInterrupt:
        return tell_interrupted()
    except BrokenPipeError:
        quiet()
        return WRONG
    return code


def tell_interrupted() -> int:
    """Say that a person ended it, and return the code for that."""
    with suppress(OSError, ValueError):
        sys.stderr.write("\nEnded by Ctrl-C.\n")
    return INTERRUPTED


def quiet() -> None:
    """Let what is still to be written go nowhere: nobody reads it any more."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell_error(error: FerruleError, *, as_json: bool) -> None:
    """Write an error: JSON to standard output, words to standard error."""
    if as_json:
        write_json(error_line(error))
        return
    problems = error.problems if isinstance(error, DescriptorInvalid) else ()
    if problems:
        lines = [f"  {line}" for problem in problems for line in _problem(problem)]
        text = "\n".join([f"{len(problems)} problem(s):", *lines])
    else:
        text = "\n  ".join(filter(None, [error.message, *_details(error)]))
    sys.stderr.write(live.text(f"ferrule: {text}\n"))


def error_line(error: FerruleError) -> "dict[str, exchange.Json]":
    """Return an error as a JSON object without empty members."""
    line: dict[str, exchange.Json] = {
        "type": "error",
        "error": type(error).__name__,
        "message": live.text(error.message),
        "advice": live.text(error.advice),
    }
    if isinstance(error, ExpressionError):
        line["column"] = error.column + 1
    if isinstance(error, DescriptorInvalid):
        line["problems"] = [problem_line(problem) for problem in error.problems]
    if isinstance(error, ExchangeError):
        line |= {
            "url": live.text(error.url),
            "status": error.status,
            "snippet": live.text(error.snippet),
        }
    return {key: value for key, value in line.items() if value not in ("", None)}


def problem_line(problem: Problem) -> "dict[str, exchange.Json]":
    """Return a problem as a JSON object; columns count from 1."""
    line: dict[str, exchange.Json] = {
        "rule": problem.rule,
        "severity": problem.severity,
        "pointer": problem.pointer,
        "message": problem.message,
        "advice": problem.advice or None,
        "column": None if problem.column is None else problem.column + 1,
    }
    return {key: value for key, value in line.items() if value is not None}


def write_json(line: object) -> None:
    """Write one JSON line to standard output, at once: somebody may wait for it."""
    from ferrule.sync.events import line_bytes

    sys.stdout.write(line_bytes(line).decode())
    sys.stdout.flush()


def _problem(problem: Problem) -> list[str]:
    at = "" if problem.column is None else f", column {problem.column + 1}"
    place = problem.pointer or "the document"
    lines = [f"{problem.severity} {problem.rule} at {place}{at}: {problem.message}"]
    return [*lines, f"  {problem.advice}"] if problem.advice else lines


def _details(error: FerruleError) -> list[str]:
    details = [error.advice]
    if isinstance(error, ExpressionError) and error.text:
        text = error.text[:500]
        details += [text, " " * min(error.column, len(text)) + "^"]
    if isinstance(error, ExchangeError):
        details += [f"{error.method} {error.url}".strip(), error.snippet]
    return details
