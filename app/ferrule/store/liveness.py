"""Who holds a lease, and whether that process is provably dead.

Proof needs the same machine, the same boot and the same process namespace, and a
process number that is free or belongs to a process started at another time. Without
proof the lease's own expiry decides.
"""

import os
import platform
import sys
from functools import cache
from pathlib import Path

import msgspec

_START_TIME = 19  # field 22 of /proc/PID/stat (proc(5)), counted after the name


class Holder(msgspec.Struct, frozen=True):
    """A process: where it runs, its number, and when it began ("" if unknown)."""

    host: str
    pid: int
    started: str


def current() -> Holder:
    """Return this process."""
    return Holder(_host(), os.getpid(), _started(os.getpid()))


def provably_dead(holder: Holder) -> bool:
    """Tell whether it is certain that the process no longer runs."""
    if holder.host != _host() or holder.pid <= 0 or sys.platform == "win32":
        return False  # os.kill would end the process on Windows
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    now = _started(holder.pid)
    return bool(now and holder.started) and now != holder.started


@cache
def _host() -> str:
    parts = [platform.node()]
    try:
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    except OSError:
        pass  # no Linux: the name alone has to do
    return " ".join(parts)


def _started(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return ""
    fields = stat.rpartition(b")")[2].split()
    if fields[:1] == [b"Z"]:
        return "ended"  # a zombie holds its number, but commits nothing any more
    return fields[_START_TIME].decode() if len(fields) > _START_TIME else ""
