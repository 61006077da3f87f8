"""The firm's colour in a mail, kept readable whatever it is."""

import re
from dataclasses import dataclass
from typing import Self

_HEX = re.compile(r"^#[0-9a-fA-F]{6}$")
READABLE = 4.5
"""The contrast that text needs (WCAG 2.2, 1.4.3)."""


@dataclass(frozen=True)
class Colours:
    """The button's ground and its words, and the colour of links on white."""

    button: str
    on_button: str
    link: str

    @classmethod
    def of(cls, accent: str) -> Self:
        """Return the colours that go with the firm's; with a plain blue where that is no colour."""
        ground = accent.lower() if _HEX.match(accent) else "#1f5f8b"
        on_white = contrast(ground, "#ffffff")
        return cls(
            button=ground,
            on_button="#ffffff" if on_white >= READABLE else "#111111",
            link=ground if on_white >= READABLE else "#111111",
        )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
