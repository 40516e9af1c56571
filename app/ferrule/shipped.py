"""Where the files that travel with the program are: the catalogue and the resources.

In a wheel they stand inside the package, in a checkout beside `app`.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_shipped"
_ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parents[1]


def descriptors() -> Path:
    """Return the folder of the shipped catalogue, one folder a provider."""
    return _ROOT / "descriptors"


def resources() -> Path:
    """Return the folder of schemas, samples and pictures."""
    return _ROOT / "resources"
