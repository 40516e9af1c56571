"""The window's tests run off-screen, and not at all where Qt is not installed."""

import asyncio
import gc
import importlib.util
import itertools
import os

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PYTEST_QT_API"] = "pyside6"

if importlib.util.find_spec("PySide6") is None:
    collect_ignore_glob = ["test_*.py"]
else:
    import qasync

    from ferrule.ui.pages import PAGES
    from ferrule.ui.theme import preferences, theme

    # Said by the off-screen platform of sizes, raising and grabbing.
    _HARMLESS = "This plugin does not support"
    _TURNS = itertools.count(1)
    _WHOLE = 25

    def pytest_collection_modifyitems(items):
        for item in items:
            if "tests/ui" in item.path.as_posix():
                item.add_marker(pytest.mark.qt_log_ignore(_HARMLESS))
                item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
                item.add_marker(pytest.mark.window)

    def pytest_collection_finish():
        """Leave what is imported out of the collecting between tests."""
        for place in PAGES:
            place.load()
        gc.collect()
        gc.freeze()

    @pytest.fixture(autouse=True, scope="package")
    def collecting_off():
        """Let nothing collect by itself while windows are made and destroyed.

        In a worker that would destroy Qt objects; see `ferrule.ui.collecting`.
        """
        gc.disable()
        yield
        gc.enable()

    @pytest.fixture(autouse=True)
    def collected_here():
        """Collect between tests what the last two made, now and then everything."""
        yield
        gc.collect(2 if next(_TURNS) % _WHOLE == 0 else 1)

    @pytest.fixture(autouse=True)
    def dressed(qapp):
        """Give every test the light theme at 100 %, without movement or memory."""
        theme.zoom = 1.0
        theme.motion = False
        preferences.close()
        if theme.scheme != "light" or not qapp.styleSheet():
            theme.apply(qapp, "light")
        yield theme
        preferences.close()

    @pytest.fixture
    def run(qapp):
        """Return what runs a coroutine in Qt's event loop."""

        def run_in_loop(work):
            async def limited():
                async with asyncio.timeout(30):  # what stands still, not what is slow
                    return await work

            with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qapp)) as runner:
                return runner.run(limited())

        return run_in_loop
