"""Run a command and write what it cost, as JSON, into a file.

    python -S timed.py COSTS COMMAND ...

A small process of its own between the measurer and the command: Linux hands the peak
memory of whoever starts a process on to it, and a test runner's is large.
"""

import json
import os
import resource
import sys
import time


def main(costs: str, command: list[str]) -> int:
    """Run `command` with our standard streams and return its exit code."""
    began = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status = os.waitpid(child, 0)
    seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {
        "cpu": used.ru_utime + used.ru_stime,
        "wall": seconds,
        "rss_mb": used.ru_maxrss / 1024,
        "code": os.waitstatus_to_exitcode(status),
    }
    with open(costs, "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib is larger
        json.dump(found, file)
    return int(found["code"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
