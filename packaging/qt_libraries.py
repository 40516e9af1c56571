"""Which system libraries Qt needs and cannot find, and the Debian packages of them.

Qt itself names one missing library at a time. Here the ELF files are read (DT_NEEDED,
nothing is executed), through what PySide6 brings, and what it does not bring is asked
of the system's loader.
"""

import ctypes
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts")
_LOAD, _DYNAMIC, _NEEDED, _STRTAB = 1, 2, 1, 5


def missing(pyside: Path, *, display: bool) -> list[str]:
    """Return the Debian packages that Qt lacks here, or library names it knows not."""
    plugins = ["libqxcb.so", "libqoffscreen.so"] if display else ["libqoffscreen.so"]
    starts = [pyside / "Qt/plugins/platforms" / name for name in plugins]
    starts += [next(pyside.glob(f"{name}.*so"), pyside) for name in _MODULES]
    absent = {name for name in _outside(starts, pyside) if not _loads(name)}
    packages = {PACKAGES.get(name, name) for name in absent}
    if not _has_font():
        packages.add("fonts-dejavu-core")
    return sorted(packages)


def provide(packages: list[str]) -> int:
    """Install the packages as root on Debian, else say how; return an exit code."""
    named = " ".join(packages)
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        print(f"Installing what Qt needs: {named} …", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([apt, "update", "-qq"], check=False, env=environment)
        install = [apt, "install", "-y", "-qq", "--no-install-recommends", *packages]
        return subprocess.run(install, check=False, env=environment).returncode
    print(
        "Qt's system libraries are not complete. On Debian or Ubuntu:\n"
        f"  sudo apt-get install -y {named}\n"
        "On other systems install what holds them.",
        file=sys.stderr,
    )
    return 1


_MODULES = ("QtCore", "QtGui", "QtWidgets", "QtSvg")


def _has_font() -> bool:
    suffixes = {".ttf", ".otf", ".ttc", ".pfb"}
    folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
    return any(
        p.suffix in suffixes for f in folders if f.is_dir() for p in f.rglob("*")
    )


def _outside(starts: list[Path], pyside: Path) -> set[str]:
    """Return the libraries that are needed and not brought along."""
    homes = [pyside, pyside / "Qt/lib", pyside.parent / "shiboken6"]
    brought = {p.name: p for home in homes for p in home.glob("*.so*")}
    waiting, seen, outside = [p for p in starts if p.is_file()], set(), set()
    while waiting:
        for name in _needed(waiting.pop()):
            if name in seen:
                continue
            seen.add(name)
            if name in brought:
                waiting.append(brought[name])
            else:
                outside.add(name)
    return outside


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _needed(path: Path) -> Iterator[str]:
    """Yield the DT_NEEDED names of a 64-bit little-endian ELF file."""
    raw = path.read_bytes()
    if raw[:6] != b"\x7fELF\x02\x01":
        return
    (offset,) = struct.unpack_from("<Q", raw, 32)
    size, count = struct.unpack_from("<HH", raw, 54)
    heads = [
        struct.unpack_from("<IIQQQQ", raw, offset + i * size) for i in range(count)
    ]
    loads = [
        (vaddr, at, length) for kind, _, at, vaddr, _, length in heads if kind == _LOAD
    ]
    dynamic = next(
        ((at, n) for kind, _, at, _, _, n in heads if kind == _DYNAMIC), None
    )
    if dynamic is None:
        return
    entries = list(struct.iter_unpack("<QQ", raw[dynamic[0] : sum(dynamic)]))
    table = next(value for tag, value in entries if tag == _STRTAB)
    start = next(table - v + at for v, at, n in loads if v <= table < v + n)
    for tag, value in entries:
        if tag == _NEEDED:
            begin = start + value
            yield raw[begin : raw.index(b"\0", begin)].decode()
