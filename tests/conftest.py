"""What holds for all tests: drawn cases are the same in every run of `make test`.

`make soak` draws new ones (`--hypothesis-profile=drawn`).
"""

from hypothesis import settings

settings.register_profile("same", derandomize=True)
settings.register_profile("drawn", derandomize=False)
settings.load_profile("same")
