"""Opening an address in the browser that the environment names, without its secrets."""

import os
import shlex
import subprocess
import threading
from collections.abc import Iterator

from ferrule.redaction import live


def open_named_browser(url: str) -> bool:
    """Open an address in what `$BROWSER` names; tell whether one was started.

    It is not waited for. Of the environment it gets everything that holds no secret.
    """
    for command in _commands(os.environ.get("BROWSER", ""), url):
        try:
            browser = subprocess.Popen(  # noqa: S603 - the person's own browser, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=live.environment(os.environ),
                start_new_session=True,
            )
        except OSError:
            continue
        # It is not waited for, but somebody must take note of its end.
        threading.Thread(target=browser.wait, daemon=True, name="browser").start()
        return True
    return False


def _commands(named: str, url: str) -> Iterator[list[str]]:
    """Yield the commands of `$BROWSER`: several between colons, `%s` is the URL."""
    for text in filter(None, named.split(os.pathsep)):
        try:
            words = shlex.split(text.rstrip("&"), posix=os.name == "posix")
        except ValueError:
            continue
        if words and any("%s" in word for word in words):
            yield [word.replace("%s", url) for word in words]
        elif words:
            yield [*words, url]
