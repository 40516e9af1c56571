"""Versions of an API in words: what is chosen by, and what is said of an old one.

A service that deprecates a version tells from when, until when (its sunset) and where
to read how to leave it (seed 003). Addresses are opened only over https.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from ferrule.descriptor.api_versions import (
    default_version,
    is_deprecated,
    sunset_of,
)
from ferrule.descriptor.model import ApiVersion, Connector
from ferrule.exchange import Json

_ENDED: Final = "The service may refuse it, or answer otherwise, at any time."


@dataclass(frozen=True, slots=True)
class VersionChoice:
    """One version that a connection can use; days are as the connector has them."""

    id: str
    label: str
    status: str
    chosen: bool = False
    default: bool = False
    deprecated_at: str | None = None
    sunset_at: str | None = None
    migration_guide: str | None = None
    changelog: str | None = None

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        return {
            "id": self.id,
            "label": self.label,
            "status": self.status,
            "chosen": self.chosen,
            "default": self.default,
            "deprecatedAt": self.deprecated_at,
            "sunsetAt": self.sunset_at,
            "migrationGuide": self.migration_guide,
            "changelog": self.changelog,
        }


@dataclass(frozen=True, slots=True)
class Deprecation:
    """A version that its service asks to leave, in words.

    It `ended` when its last day, `sunset`, is over. `guide` is an address of https or
    empty; `successor` is the version to change to, None where the connector has none.
    """

    version: str
    label: str
    sunset: date | None = None
    ended: bool = False
    guide: str = ""
    successor: VersionChoice | None = None

    @property
    def card(self) -> tuple[str, str]:
        """Return it in the few words of a card: what is the matter, and the day."""
        if self.sunset is None:
            return "Deprecated API", ""
        if self.ended:
            return "API ended", self.sunset.isoformat()
        return "Deprecated API", f"until {self.sunset}"

    @property
    def title(self) -> str:
        """Return what is wrong with the version."""
        if self.sunset is None:
            return f"The API version {self.label} is deprecated."
        if self.ended:
            return f"The API version {self.label} ended on {self.sunset}."
        return f"The API version {self.label} is deprecated and ends on {self.sunset}."

    @property
    def advice(self) -> str:
        """Return what comes of it and what to do."""
        if self.successor is None:
            next_step = "This connector knows no newer one: look for an update of it."
        elif self.ended:
            next_step = f"Change to {self.successor.label} now."
        elif self.sunset is None:
            next_step = f"Change to {self.successor.label}."
        else:
            next_step = f"Change to {self.successor.label} before then."
        return f"{_ENDED} {next_step}" if self.ended else next_step

    @property
    def guide_host(self) -> str:
        """Return whose guide it is, empty for none."""
        return urlsplit(self.guide).hostname or "" if self.guide else ""

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        return {
            "version": self.version,
            "sunsetAt": self.sunset.isoformat() if self.sunset else None,
            "ended": self.ended,
            "message": self.title,
            "advice": self.advice,
            "migrationGuide": self.guide or None,
            "successor": self.successor.id if self.successor else None,
        }


def choices_of(connector: Connector, version: str | None) -> Sequence[VersionChoice]:
    """Return a connector's versions; the one of that id is chosen, or the default."""
    versions = connector.api_versions or ()
    usual = default_version(versions)
    return tuple(
        VersionChoice(
            id=one.id,
            label=one.label,
            status=one.status,
            chosen=one.id == version or (version is None and one is usual),
            default=one is usual,
            deprecated_at=one.deprecated_at,
            sunset_at=one.sunset_at,
            migration_guide=one.migration_guide,
            changelog=one.changelog,
        )
        for one in versions
    )


def deprecation(
    connector: Connector, api_version: str | None, today: date
) -> Deprecation | None:
    """Return what is to be said of a version on that day, None for a good one.

    None as the version is the connector's default.
    """
    versions = connector.api_versions or ()
    usual = default_version(versions)
    wanted = api_version or (usual.id if usual else None)
    found = next((one for one in versions if one.id == wanted), None)
    if found is None or not is_deprecated(found, today):
        return None
    sunset = sunset_of(found)
    return Deprecation(
        version=found.id,
        label=found.label,
        sunset=sunset,
        ended=sunset is not None and sunset < today,
        guide=_guide(found.migration_guide),
        successor=_successor(connector, found, today),
    )


def _successor(
    connector: Connector, left: ApiVersion, today: date
) -> VersionChoice | None:
    """Return the version to change to: the default, else one that is stable."""
    good = {
        one.id
        for one in connector.api_versions or ()
        if one.status == "stable" and not is_deprecated(one, today)
    }
    choices = [c for c in choices_of(connector, None) if c.id in good - {left.id}]
    usual = [c for c in choices if c.default]
    return next(iter([*usual, *choices]), None)


def _guide(address: str | None) -> str:
    """Return an address that may be opened: https, a plain host, no name in it."""
    text = (address or "").strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    plain = text.isascii() and text.isprintable() and " " not in text
    usual = parts.scheme == "https" and "@" not in parts.netloc and port in {None, 443}
    return text if plain and usual and "." in host else ""
