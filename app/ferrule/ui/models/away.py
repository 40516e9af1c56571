"""Being told that the person went away: the screen was locked, the computer sleeps.

On Linux the desktop says so on its session bus, and logind on the system's. Nobody is
asked and nothing is polled. Elsewhere, and without these buses, it is not offered.
"""

import platform
from typing import Final

from PySide6 import QtCore

_SAVERS: Final = (
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
)
_LOGIN: Final = "org.freedesktop.login1.Manager"
_SAVER_SLOT: Final = "1_saver(bool)"  # what the macro SLOT makes
_SLEEP_SLOT: Final = "1_sleep(bool)"


class Away(QtCore.QObject):
    """Listens from `listen` on.

    Signals:
        went(str): the person went away, and how, as a part of a sentence.
    """

    went = QtCore.Signal(str)

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._heard: list[bool] = []

    @property
    def offered(self) -> bool:
        """Whether something here tells it; this is when it is found out."""
        if not self._heard:
            self._heard = [self._listen()]
        return self._heard[0]

    def _listen(self) -> bool:
        if platform.system() != "Linux":
            return False
        from PySide6 import QtDBus  # noqa: PLC0415 - 10 ms that a start need not wait for

        session = QtDBus.QDBusConnection.sessionBus()
        system = QtDBus.QDBusConnection.systemBus()
        heard = [(session, saver, "ActiveChanged", _SAVER_SLOT) for saver in _SAVERS]
        heard.append((system, _LOGIN, "PrepareForSleep", _SLEEP_SLOT))
        told = [
            bus.connect("", "", interface, name, self, slot)  # type: ignore[call-overload]  # it takes a str, whatever its stubs say
            for bus, interface, name, slot in heard
            if bus.isConnected()
        ]
        return any(told)

    @QtCore.Slot(bool)
    def _saver(self, on: bool) -> None:  # noqa: FBT001  as the bus gives it
        if on:
            self.went.emit("the screen was locked")

    @QtCore.Slot(bool)
    def _sleep(self, on: bool) -> None:  # noqa: FBT001  as the bus gives it
        if on:
            self.went.emit("the computer went to sleep")
