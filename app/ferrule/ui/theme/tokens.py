"""The colours of Ferrule, by what they mean; nothing else in the program names one.

A colour carries meaning only beside a word or a shape. Text, muted and state colours
keep a contrast of at least 4.8 : 1 on every ground (WCAG 2.2, 1.4.3 asks 4.5 : 1), and
the border of a control 3 : 1 (1.4.11); with high contrast it is 7 : 1, and borders and
edges 4.5 : 1. Tests assert it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

Scheme = Literal["light", "dark"]
STATES: Final = ("success", "warning", "danger", "info", "accent")


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(over: str, under: str, share: float) -> str:
    """Return `share` of one `#RRGGBB` colour laid over another."""
    pairs = zip(_channels(over), _channels(under), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        part = channel / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  the constants of sRGB

    red, green, blue = map(linear, _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two `#RRGGBB` colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


_LIGHT = {
    "ground": "#F6F7F9",
    "surface": "#FFFFFF",
    "sunken": "#ECEFF3",
    "raised": "#FFFFFF",
    "chip": "#ECEFF3",
    "hover": "#F0F3F6",
    "hairline": "#E2E6EB",
    "border": "#C9D0D9",
    "control": "#7A8696",
    "text": "#1B2430",
    "muted": "#525E6E",
    "accent": "#0B6B7C",
    "accent_hover": "#095A69",
    "on_accent": "#FFFFFF",
    "success": "#1A7038",
    "warning": "#7A4F00",
    "danger": "#B3261E",
    "info": "#2257B8",
    "selection": "#D3EEF2",
    "match": "#FFF2CC",
    "matchbar": "#C98A00",
    "json_string": "#8F3F0B",
    "json_number": "#2257B8",
    "json_boolean": "#74369A",
    "track": "#E4E8ED",
    "disabled": "#929BA7",
    "tip": "#1B2430",
    "on_tip": "#FFFFFF",
    "success_tint": "#E4F4E9",
    "warning_tint": "#FFF3D1",
    "danger_tint": "#FDEBE9",
    "info_tint": "#E7EEFC",
    "accent_tint": "#E2F3F6",
    "success_edge": "#A8D5B7",
    "warning_edge": "#E5C878",
    "danger_edge": "#EFB4AF",
    "info_edge": "#B3C8F0",
    "accent_edge": "#A5D3DA",
}

_DARK = {
    "ground": "#14181D",
    "surface": "#1B2026",
    "sunken": "#101317",
    "raised": "#232A32",
    "chip": "#29313A",
    "hover": "#222932",
    "hairline": "#2A313A",
    "border": "#3A434E",
    "control": "#6E7A89",
    "text": "#E6EAF0",
    "muted": "#9DA9B8",
    "accent": "#4CC4D6",
    "accent_hover": "#6FD2E1",
    "on_accent": "#06252B",
    "success": "#5CC98A",
    "warning": "#E3B341",
    "danger": "#F48B84",
    "info": "#7FB0FF",
    "selection": "#173A42",
    "match": "#3A3218",
    "matchbar": "#E3B341",
    "json_string": "#E8A87C",
    "json_number": "#8DB8FF",
    "json_boolean": "#CBA6F7",
    "track": "#2A313A",
    "disabled": "#66717F",
    "tip": "#E6EAF0",
    "on_tip": "#14181D",
    "success_tint": "#253B36",
    "warning_tint": "#3B382A",
    "danger_tint": "#3D3034",
    "info_tint": "#2B3749",
    "accent_tint": "#233A42",
    # An edge is 38 % of its state over the surface.
    "success_edge": mixed("#5CC98A", "#1B2026", 0.38),
    "warning_edge": mixed("#E3B341", "#1B2026", 0.38),
    "danger_edge": mixed("#F48B84", "#1B2026", 0.38),
    "info_edge": mixed("#7FB0FF", "#1B2026", 0.38),
    "accent_edge": mixed("#4CC4D6", "#1B2026", 0.38),
}

_LIGHT_HIGH = {
    "ground": "#FFFFFF",
    "surface": "#FFFFFF",
    "sunken": "#F2F4F7",
    "raised": "#FFFFFF",
    "chip": "#EEF1F5",
    "hover": "#E8EDF2",
    "hairline": "#5F6874",
    "border": "#3A4450",
    "control": "#1B2430",
    "text": "#000000",
    "muted": "#2B3541",
    "accent": "#00424E",
    "accent_hover": "#002F38",
    "on_accent": "#FFFFFF",
    "success": "#0A431D",
    "warning": "#4A3000",
    "danger": "#7F0C07",
    "info": "#0B347A",
    "selection": "#CDEFF5",
    "match": "#FFEFB8",
    "matchbar": "#6E4D00",
    "json_string": "#602700",
    "json_number": "#0B347A",
    "json_boolean": "#4E1D66",
    "track": "#C3CBD4",
    "disabled": "#56606C",
    "tip": "#000000",
    "on_tip": "#FFFFFF",
    "success_tint": "#E4F4E9",
    "warning_tint": "#FFF3D1",
    "danger_tint": "#FDEBE9",
    "info_tint": "#E7EEFC",
    "accent_tint": "#E2F3F6",
    "success_edge": "#0A431D",
    "warning_edge": "#4A3000",
    "danger_edge": "#7F0C07",
    "info_edge": "#0B347A",
    "accent_edge": "#00424E",
}

_DARK_HIGH = {
    "ground": "#000000",
    "surface": "#000000",
    "sunken": "#0A0C0E",
    "raised": "#0E1216",
    "chip": "#171C21",
    "hover": "#1C2228",
    "hairline": "#8A95A3",
    "border": "#AEB8C4",
    "control": "#E6EAF0",
    "text": "#FFFFFF",
    "muted": "#D2D9E2",
    "accent": "#6FE3F4",
    "accent_hover": "#A5EEF9",
    "on_accent": "#00191D",
    "success": "#86E6AE",
    "warning": "#FFD166",
    "danger": "#FFB3AD",
    "info": "#B1D0FF",
    "selection": "#0C3640",
    "match": "#3A3000",
    "matchbar": "#FFD166",
    "json_string": "#FFC49B",
    "json_number": "#B1D0FF",
    "json_boolean": "#DFC6FF",
    "track": "#3C454F",
    "disabled": "#8C97A5",
    "tip": "#FFFFFF",
    "on_tip": "#000000",
    "success_tint": "#10281C",
    "warning_tint": "#2C2400",
    "danger_tint": "#331816",
    "info_tint": "#14233A",
    "accent_tint": "#0A2A30",
    "success_edge": "#86E6AE",
    "warning_edge": "#FFD166",
    "danger_edge": "#FFB3AD",
    "info_edge": "#B1D0FF",
    "accent_edge": "#6FE3F4",
}

TOKENS: Final[Mapping[Scheme, Mapping[str, str]]] = MappingProxyType(
    {"light": MappingProxyType(_LIGHT), "dark": MappingProxyType(_DARK)}
)
# For those who ask the desktop for high contrast (WCAG 2.2, 1.4.6: 7 : 1).
HIGH: Final[Mapping[Scheme, Mapping[str, str]]] = MappingProxyType(
    {"light": MappingProxyType(_LIGHT_HIGH), "dark": MappingProxyType(_DARK_HIGH)}
)

INKS: Final = (
    "text",
    "muted",
    *STATES,
    "json_string",
    "json_number",
    "json_boolean",
)
GROUNDS: Final = (
    "ground",
    "surface",
    "sunken",
    "raised",
    "chip",
    "hover",
    "selection",
    "match",
    *(f"{state}_tint" for state in STATES),
)
