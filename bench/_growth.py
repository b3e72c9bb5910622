"""The cost of a match against the bills before it, as a picture of plain SVG."""

WIDTH, HEIGHT, LEFT, TOP = 420, 240, 60, 30


def svg(spent):
    """The measured points, and the straight line through nothing and the last of them."""
    most, longest = max(spent), max(spent.values())

    def x(count):
        return LEFT + WIDTH * count / most

    def y(cost):
        return TOP + HEIGHT - HEIGHT * cost / longest

    right, foot = x(most), TOP + HEIGHT
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 110} {HEIGHT + 90}" '
            f'width="{WIDTH + 110}" height="{HEIGHT + 90}" font-family="sans-serif" font-size="11" role="img" '
            'aria-labelledby="title">'
        ),
        '<title id="title">Cost of judging a 20-line invoice against the earlier invoices of its order</title>',
        f'<rect width="{WIDTH + 110}" height="{HEIGHT + 90}" fill="#fff"/>',
        f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#888"/>',
        f'<line x1="{LEFT}" y1="{foot}" x2="{right}" y2="{TOP}" stroke="#bbb" stroke-dasharray="4 3"/>',
        f'<text x="{LEFT + WIDTH / 2}" y="{foot + 40}" text-anchor="middle">earlier invoices on the order</text>',
        f'<text x="{LEFT}" y="{TOP - 12}">ms of one core, a 20-line invoice</text>',
    ]
    points = " ".join(f"{x(count):.1f},{y(cost):.1f}" for count, cost in spent.items())
    parts.append(f'<polyline points="{points}" fill="none" stroke="#1b5e9b" stroke-width="1.5"/>')
    for count, cost in spent.items():
        parts += [
            f'<circle cx="{x(count):.1f}" cy="{y(cost):.1f}" r="3.5" fill="#1b5e9b"/>',
            f'<text x="{x(count):.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{count}</text>',
            f'<text x="{x(count) + 6:.1f}" y="{y(cost) + 14:.1f}">{1000 * cost:.0f}</text>',
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"
