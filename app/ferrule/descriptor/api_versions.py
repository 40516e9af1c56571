"""The versions of a service's API that one connector knows (seed 003, API versioning).

The document is what the versions have in common; the `overrides` of a version are a
merge patch (RFC 7396) of it. Whoever works for a connection reads its connector here,
at its version and with its sign-in, so that nothing above knows of patches. A version
that is gone is an error that names those there are: nobody is moved to another unasked.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from ferrule.descriptor.document import read_document, validate
from ferrule.descriptor.model import ApiVersion, Connector
from ferrule.descriptor.patches import KEPT
from ferrule.descriptor.streams import merge_patch
from ferrule.errors import UsageError
from ferrule.exchange import Json


def at_version(document: dict[str, Json], version: str | None) -> dict[str, Json]:
    """Return the document as it is at one of its API versions.

    None is the default: the one marked so, else the first stable one, else the first.
    The versions stay listed, without their overrides: those are of the document as it
    was. A document without versions stays as it is.

    Raises:
        UsageError: when it has no version of that id.
    """
    known = _listed(document)
    if not known and version is None:
        return document
    return _merged(document, known, _chosen(document, known, version))


def every_version(raw: bytes) -> Iterator[Connector]:
    """Yield the connector in `raw` at each version that it lists, one after another.

    Raises:
        DescriptorInvalid: with every problem and its place.
    """
    document = read_document(raw)
    known = _listed(document)
    for one in known:
        yield validate(_merged(document, known, one))


def connector_at(raw: bytes, version: str | None = None) -> Connector:
    """Return the connector in `raw` at an API version, with all its sign-ins.

    Raises:
        DescriptorInvalid: with every problem and its place.
        UsageError: when it has no version of that id.
    """
    return validate(at_version(read_document(raw), version))


def read_connector(
    raw: bytes, *, version: str | None = None, method: str | None = None
) -> Connector:
    """Return the connector in `raw` at an API version and with one sign-in.

    Raises:
        DescriptorInvalid: with every problem and its place.
        UsageError: when it has no version of that id, or no such sign-in.
    """
    return connector_at(raw, version).signing_in(method)


def default_version(versions: Sequence[ApiVersion]) -> ApiVersion | None:
    """Return the version that is used where none was chosen, None where none is."""
    ranked = [(v.default is True, v.status) for v in versions]
    return versions[_preferred(ranked)] if versions else None


def sunset_of(version: ApiVersion) -> date | None:
    """Return the day after which the service answers no more, None where untold."""
    return _day(version.sunset_at)


def is_deprecated(version: ApiVersion, today: date) -> bool:
    """Return whether the service asks to leave a version by that day."""
    since, sunset = _day(version.deprecated_at), sunset_of(version)
    ended = sunset is not None and sunset < today
    marked = version.status == "deprecated"
    return marked or ended or (since is not None and since <= today)


def _merged(
    document: dict[str, Json], known: list[dict[str, Json]], chosen: dict[str, Json]
) -> dict[str, Json]:
    """Return the document as it is at the version of that entry."""
    overrides = chosen.get("overrides") or {}
    merged = merge_patch(document, overrides)
    if not isinstance(overrides, dict) or not isinstance(merged, dict):
        return document  # validation says what is wrong with it
    changed = {name: value for name, value in merged.items() if name not in KEPT}
    own = {name: document[name] for name in KEPT if name in document}
    return {**own, **changed, "apiVersions": [_without_overrides(one) for one in known]}


def _chosen(
    document: dict[str, Json], known: list[dict[str, Json]], version: str | None
) -> dict[str, Json]:
    """Return the entry of that id, or of the default."""
    if version is None:
        ranked = [(v.get("default") is True, v.get("status")) for v in known]
        return known[_preferred(ranked)]
    for one in known:
        if one.get("id") == version:
            return one
    ids = ", ".join(str(v.get("id")) for v in known)
    name = str(document.get("name") or document.get("id") or "The connector")
    advice = f"It has: {ids}." if known else "It has no versions: leave it out."
    raise UsageError(f"{name} has no API version “{version}”.", advice=advice)


def _without_overrides(version: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in version.items() if name != "overrides"}


def _listed(document: dict[str, Json]) -> list[dict[str, Json]]:
    """Return the versions; none where they are not what they should be."""
    listed = document.get("apiVersions")
    entries = listed if isinstance(listed, list) else []
    known = [one for one in entries if isinstance(one, dict)]
    return known if len(known) == len(entries) else []


def _preferred(ranked: Sequence[tuple[bool, object]]) -> int:
    """Return which version is the default, from (marked, status) of each."""
    marked = [at for at, (default, _) in enumerate(ranked) if default]
    stable = [at for at, (_, status) in enumerate(ranked) if status == "stable"]
    return next(iter([*marked, *stable]), 0)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
