"""A real browser for a person's part: Debian's Chromium, driven by Playwright.

`$BROWSER` names a small script that hands the address over; the test then does on the
page what a person would do. Nothing is downloaded: the browser is the system's, and it
finds no host but this machine.
"""

import shutil
import socket
import sys
from pathlib import Path
from typing import Any, Self

from tests.support.real_parts import lacking

try:
    from playwright.sync_api import sync_playwright
except ImportError:
    lacking("a browser: Playwright is not installed")
PATIENCE_S = 30.0
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",  # there is none for root
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
_HAND = """#!{python}
import socket, sys
with socket.create_connection(("127.0.0.1", {port}), 10) as hand:
    hand.sendall(sys.argv[1].encode())
"""


def chromium() -> str:
    """Return the system's browser; see `lacking` for where there is none."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        lacking("a browser: apt-get install chromium")
    return found


class Hand:
    """What `$BROWSER` is to name for one test: `script`; a context manager."""

    def __init__(self, folder: Path) -> None:
        self.script = folder / "browser"

    def __enter__(self) -> Self:
        self._desk = socket.create_server(("127.0.0.1", 0))
        self._desk.settimeout(PATIENCE_S)
        port = self._desk.getsockname()[1]
        self.script.write_text(_HAND.format(python=sys.executable, port=port))
        self.script.chmod(0o700)
        return self

    def __exit__(self, *_: object) -> None:
        self._desk.close()

    def taken(self) -> str:
        """Wait for an address that the script was called with, and return it."""
        given, _ = self._desk.accept()
        with given:
            given.settimeout(PATIENCE_S)
            return b"".join(iter(lambda: given.recv(65_536), b"")).decode()


class Browser:
    """A running browser; a context manager.

    `asked` are the addresses of every request that its pages made.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __enter__(self) -> Self:
        self._playwright = sync_playwright().start()
        try:
            self._browser = self._playwright.chromium.launch(
                executable_path=chromium(),
                args=list(_ARGUMENTS),
            )
        except BaseException:
            self._playwright.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()
        self._playwright.stop()

    def at(self, address: str) -> Any:
        """Return a fresh person's page at `address`; nothing is shared with others."""
        context = self._browser.new_context()
        context.set_default_timeout(PATIENCE_S * 1000)
        context.on("request", lambda request: self.asked.append(request.url))
        page = context.new_page()
        page.goto(address)
        return page


def decide(page: Any, button: str, *unticked: str) -> None:
    """Click a button of the consent page; `unticked` are scopes to leave out first."""
    for scope in unticked:
        page.get_by_role("checkbox", name=scope).uncheck()
    page.get_by_role("button", name=button).click()


def close(page: Any) -> None:
    """Close a person's window."""
    page.context.close()
