"""What holds for all tests: the same drawn cases in every run, and Ctrl+C that works.

`make soak` draws new ones (`--hypothesis-profile=drawn`). A shell that starts the tests
in the background has them ignore Ctrl+C, and every command that they start; the tests
that press it would wait for nothing. A drawn case may take its time.
"""

import signal

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("drawn", derandomize=False, deadline=None)
settings.load_profile("same")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
