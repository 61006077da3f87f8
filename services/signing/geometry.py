"""Where things are on a page: as people see it, and as the file says it.

A field is stored as people place it: in points from the top left corner of the page as displayed, that is
cropped and turned. A PDF has its origin anywhere, its y axis upwards, a crop box and a rotation clockwise
(ISO 32000-2, 7.7.3.3 and 14.11.2).
"""

from dataclasses import dataclass

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Rectangle:
    """A place on the displayed page: `x` and `y` of its top left corner, `width` and `height`, in points."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class PageGeometry:
    """A page: what is shown of it (`left`, `bottom`, `right`, `top` in user space) and how it is turned."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int = 0

    @property
    def width(self) -> float:
        """Return the width of the page as displayed."""
        return self.right - self.left if self.rotation in (0, 180) else self.top - self.bottom

    @property
    def height(self) -> float:
        """Return the height of the page as displayed."""
        return self.top - self.bottom if self.rotation in (0, 180) else self.right - self.left

    def holds(self, place: Rectangle, tolerance: float = 0.01) -> bool:
        """Return whether `place` lies on the displayed page."""
        return (
            place.x >= -tolerance
            and place.y >= -tolerance
            and place.x + place.width <= self.width + tolerance
            and place.y + place.height <= self.height + tolerance
        )

    def to_user_space(self) -> Matrix:
        """Return the matrix from the displayed page, its origin at the bottom left, to user space.

        A point (x, y) becomes (a x + c y + e, b x + d y + f), as the operator `cm` takes it.
        """
        match self.rotation:
            case 90:
                return (0, 1, -1, 0, self.right, self.bottom)
            case 180:
                return (-1, 0, 0, -1, self.right, self.top)
            case 270:
                return (0, -1, 1, 0, self.left, self.top)
            case _:
                return (1, 0, 0, 1, self.left, self.bottom)

    def user_space_box(self, place: Rectangle) -> tuple[float, float, float, float]:
        """Return `place` as left, bottom, right, top in user space."""
        a, b, c, d, e, f = self.to_user_space()
        corners = [
            (a * x + c * y + e, b * x + d * y + f)
            for x in (place.x, place.x + place.width)
            for y in (self.height - place.y, self.height - place.y - place.height)
        ]
        horizontal, vertical = [x for x, _ in corners], [y for _, y in corners]
        return min(horizontal), min(vertical), max(horizontal), max(vertical)


def shown_box(media: list[float], crop: list[float] | None, rotation: int) -> PageGeometry:
    """Return the geometry of a page from its boxes: the crop box counts as far as it lies in the media box."""
    left, bottom, right, top = _ordered(media)
    if crop is not None:
        crop_left, crop_bottom, crop_right, crop_top = _ordered(crop)
        inside = (max(left, crop_left), max(bottom, crop_bottom), min(right, crop_right), min(top, crop_top))
        if inside[0] < inside[2] and inside[1] < inside[3]:
            left, bottom, right, top = inside
    return PageGeometry(left, bottom, right, top, rotation % 360)


def _ordered(box: list[float]) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = box
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
