"""Contrast of two colours (WCAG 2.2, 1.4.3 and 1.4.11), and the accent of the dark look."""

WHITE = "#ffffff"
DARK_GROUND = "#1f1e1c"
"""The lightest ground that text stands on in the dark look."""

TEXT = 4.5
"""The least contrast of text with its ground (1.4.3, level AA)."""


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours `#rrggbb`: from 1 (the same) to 21 (black on white)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def on_dark(accent: str) -> str:
    """Return `accent`, with as much white mixed in as it takes to be read on the dark ground."""
    for percent in range(0, 101, 2):
        mixed = _mix(accent, WHITE, percent / 100)
        if contrast(mixed, DARK_GROUND) >= TEXT:
            return mixed
    return WHITE


def _mix(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
