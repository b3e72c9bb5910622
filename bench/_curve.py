"""Reliability curves as a picture of plain SVG: the stated score against the share that is right."""

from html import escape

#: From, to, how many values, their mean score, the share that is right.
Bin = tuple[float, float, int, float, float]
Bins = list[Bin]

SIZE, LEFT, TOP, GAP = 260, 50, 30, 70
COLOURS = ("#1b5e9b", "#b4540a", "#3a7d34", "#8a3a8f")
#: The whole scale, and the end of it where most values are.
PANELS = ((0.0, "0 to 1"), (0.9, "0.9 to 1"))


def svg(curves: dict[str, Bins]) -> str:
    """The picture, on the whole scale and from 0.9 on; a dot's area tells how many values a bin holds."""
    width = LEFT + len(PANELS) * (SIZE + GAP)
    height = TOP + SIZE + 50 + 18 * len(curves)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'font-family="sans-serif" font-size="11" role="img" aria-labelledby="title">'
        ),
        '<title id="title">Reliability: the stated score against the share of values that is right</title>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for number, (low, name) in enumerate(PANELS):
        parts += _panel(LEFT + number * (SIZE + GAP), low, name)
        for colour, bins in zip(COLOURS, curves.values(), strict=False):
            parts += _line(LEFT + number * (SIZE + GAP), low, colour, bins)
    for number, (colour, name) in enumerate(zip(COLOURS, curves, strict=False)):
        y = TOP + SIZE + 52 + 18 * number
        total = sum(count for _, _, count, _, _ in curves[name])
        parts.append(f'<circle cx="{LEFT + 5}" cy="{y - 4}" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + 18}" y="{y}">{escape(name)}, {total} values</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _place(left: float, low: float, score: float, share: float) -> tuple[float, float]:
    span = 1.0 - low
    return left + SIZE * (score - low) / span, TOP + SIZE - SIZE * (max(share, low) - low) / span


def _panel(left: float, low: float, name: str) -> list[str]:
    out = [
        f'<rect x="{left}" y="{TOP}" width="{SIZE}" height="{SIZE}" fill="none" stroke="#888"/>',
        f'<line x1="{left}" y1="{TOP + SIZE}" x2="{left + SIZE}" y2="{TOP}" stroke="#bbb" stroke-dasharray="4 3"/>',
        f'<text x="{left + SIZE / 2}" y="{TOP - 10}" text-anchor="middle">{name}</text>',
        f'<text x="{left + SIZE / 2}" y="{TOP + SIZE + 32}" text-anchor="middle">stated score</text>',
    ]
    if not low:
        middle = TOP + SIZE / 2
        out.append(
            f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">share right</text>'
        )
    for step in range(6):
        value = low + (1 - low) * step / 5
        x, y = _place(left, low, value, value)
        out.append(f'<text x="{x:.1f}" y="{TOP + SIZE + 15}" text-anchor="middle">{value:.2f}</text>')
        out.append(f'<text x="{left - 5}" y="{y + 4:.1f}" text-anchor="end">{value:.2f}</text>')
    return out


def _line(left: float, low: float, colour: str, bins: Bins) -> list[str]:
    points = [
        (*_place(left, low, mean, share), count, mean, share)
        for _, _, count, mean, share in bins
        if mean >= low and count
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, *_ in points)
    out = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>']
    for x, y, count, mean, share in points:
        radius = min(2 + count**0.5 / 18, 7)
        out.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" fill-opacity="0.75">'
            f"<title>stated {mean:.3f}, right {share:.3f}, {count} values</title></circle>"
        )
    return out
