"""Charts as SVG, for a report that needs nothing else to be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

Point = tuple[float, float]  # x and y, 0..1

#: Told apart by people who don't see colours as others do (after Okabe and Ito 2008); the first is ours.
COLOURS = ("#2459b3", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56a0d3")

_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 10, 44
_TICKS = 5
_MOST_POINTS = 400


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points in order."""

    points: Sequence[Point]
    colour: str
    width: float = 1.5
    dashes: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point with what is written beside it."""

    at: Point
    says: str
    colour: str


@dataclass(frozen=True, slots=True)
class Axes:
    """What the two axes say; `lowest` is where the upright one begins."""

    x: str
    y: str
    lowest: float = 0.0


def chart(axes: Axes, lines: Sequence[Line], dots: Sequence[Dot] = (), *, width: int = 640, height: int = 400) -> str:
    """Draw shares against shares; what lies below the axis is cut off."""
    across, up = width - _LEFT - _RIGHT, height - _TOP - _BOTTOM

    def place(point: Point) -> tuple[float, float]:
        share = (max(point[1], axes.lowest) - axes.lowest) / (1 - axes.lowest)
        return _LEFT + point[0] * across, _TOP + (1 - share) * up

    drawn = [
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(axes.y)} / {escape(axes.x)}">',
        *_grid(axes, width, height),
    ]
    for line in lines:
        corners = " ".join("{:.1f},{:.1f}".format(*place(point)) for point in _thinned(line.points))
        dashes = f' stroke-dasharray="{line.dashes}"' if line.dashes else ""
        drawn.append(
            f'<polyline points="{corners}" fill="none" stroke="{line.colour}" stroke-width="{line.width}"{dashes}/>'
        )
    for dot in dots:
        x, y = place(dot.at)
        drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{dot.colour}"/>')
        drawn.append(f'<text x="{x:.1f}" y="{y - 8:.1f}" text-anchor="middle">{escape(dot.says)}</text>')
    return "".join([*drawn, "</svg>"])


def _grid(axes: Axes, width: int, height: int) -> list[str]:
    across, up = width - _LEFT - _RIGHT, height - _TOP - _BOTTOM
    drawn = []
    for tick in range(_TICKS + 1):
        share = tick / _TICKS
        value = axes.lowest + share * (1 - axes.lowest)
        x, y = _LEFT + share * across, _TOP + (1 - share) * up
        drawn += [
            f'<path d="M{_LEFT} {y:.1f}H{width - _RIGHT}" stroke="#e2e6ee"/>',
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:.0%}</text>',
            f'<text x="{x:.1f}" y="{height - _BOTTOM + 18}" text-anchor="middle">{share:.0%}</text>',
        ]
    middle, said = _TOP + up / 2, escape(axes.y)
    return [
        *drawn,
        f'<text x="{_LEFT + across / 2:.1f}" y="{height - 6}" text-anchor="middle">{escape(axes.x)}</text>',
        f'<text x="12" y="{middle:.1f}" text-anchor="middle" transform="rotate(-90 12 {middle:.1f})">{said}</text>',
    ]


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    """At most `_MOST_POINTS` of them, the last one kept."""
    step = max(1, -(-len(points) // _MOST_POINTS))
    return [*points[::step], *([points[-1]] if points and (len(points) - 1) % step else [])]
