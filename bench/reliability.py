"""Whether a score means what it says: for each bin of scores, the share of values that is right, on unseen layouts.

python -m bench reliability [--fields] [--no-scans]: every paper is scored by a fit that has seen no paper of its
kin (a language of generated tables, a style of generated heads, a producer, a company). `--fields` adds a row for
each field. The curves are drawn to docs/pictures/reliability.svg.
"""

import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.reading.calibration import Class
from bench import _curve, _fit, _sets
from bench._fit import Outcome, Scored

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "reliability.svg"
EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
SURE = 0.99
LINES = "lines (the least score of quantity, price and amount)"
NAMES = {"lines": "other values of lines", "sums": "sums", "head": "values of the head"}


def held_out(found: list[Outcome]) -> dict[str, Scored]:
    """The scores of every paper by a fit without its kin: by part, by field (`· field`), and of lines by origin."""
    out: dict[str, Scored] = defaultdict(Scored)
    for fold in range(_fit.FOLDS):
        table = _fit.fitted(entry for entry in found if entry.fold != fold)
        for entry in found:
            if entry.fold == fold:
                _score(entry, table, out)
    return out


def _score(entry: Outcome, table: dict[Class, _fit.Steps], out: dict[str, Scored]) -> None:
    for value in entry.values:
        pair = (_fit.score(value.kind, value.weight, table), value.right)
        if value.kind.chapter in NAMES:
            out[NAMES[value.kind.chapter]].pairs.append(pair)
        out[f"· {value.kind.field}"].pairs.append(pair)
    for figures, right in entry.lines:
        pair = (min(_fit.score(kind, weight, table) for kind, weight in figures), right)
        out[LINES].pairs.append(pair)
        for group in ("whole" if not entry.damage else "damaged", entry.origin):
            out[f"lines: {group}"].pairs.append(pair)


def summary(name: str, found: Scored) -> str:
    """One row: values, share right, calibration error, Brier score, and what those of 0.99 and more are worth."""
    right = sum(good for _, good in found.pairs) / len(found.pairs)
    clear = [good for one, good in found.pairs if one >= SURE]
    told = f"{len(clear) / len(found.pairs):6.1%} right {sum(clear) / len(clear):.4f}" if clear else ""
    return f"{name:<54}{len(found.pairs):>7}{right:>9.4f}{found.error(EDGES):>8.4f}{found.brier():>8.4f}   {told}"


def report(found: list[Outcome], source: str, *, fields: bool = False) -> dict[str, Scored]:
    """Print the tables of one source, and give what they were made of."""
    damaged = sum(bool(entry.damage) for entry in found)
    kin = len({entry.kin for entry in found})
    print(f"{source}: {len(found)} readings, {damaged} of them of damaged papers, {kin} kin of layouts kept apart")
    scores = held_out(found)
    print(f"{'':<54}{'values':>7}{'right':>9}{'ECE':>8}{'Brier':>8}   scored 0.99 and more")
    for name in sorted(scores, key=lambda name: (name[0] == "·", name.startswith("lines:"), name)):
        if fields or name[0] != "·":
            print(summary(name, scores[name]))
    for name in (LINES, *NAMES.values()):
        print(f"  {name}")
        print(f"  {'score':<16}{'values':>8}{'mean score':>12}{'right':>9}")
        for low, high, count, mean, share in scores[name].bins(EDGES):
            print(f"  {low:.2f} to {high:<8.2f}{count:>8}{mean:>12.4f}{share:>9.4f}")
    return scores


def _drawn(found: Scored) -> _curve.Bins:
    """The bins, each with so few values put together with the next that a dot is no accident."""
    least = max(50, len(found.pairs) // 100)
    out: _curve.Bins = []
    for bin_ in found.bins(EDGES):
        out.append(_together(out.pop(), bin_) if out and out[-1][2] < least else bin_)
    return out


def _together(one: _curve.Bin, two: _curve.Bin) -> _curve.Bin:
    count = one[2] + two[2]
    mean, share = ((one[at] * one[2] + two[at] * two[2]) / count for at in (3, 4))
    return one[0], two[1], count, mean, share


def draw(layers: dict[str, Scored], scans: dict[str, Scored] | None) -> None:
    """Draw the curves of both sources."""
    curves = {name: _drawn(layers[name]) for name in (LINES, NAMES["sums"], NAMES["head"])}
    if scans:
        curves["scans: lines"] = _drawn(scans[LINES])
    PICTURE.write_text(_curve.svg(curves), encoding="utf-8")
    print(f"drawn to {PICTURE.relative_to(PICTURE.parent.parent.parent)}")


def main() -> None:
    fields = "--fields" in sys.argv
    layers = report(_sets.text_layers(), "text layers", fields=fields)
    seen = [] if "--no-scans" in sys.argv else _sets.scans()
    scans = report(seen, "scans", fields=fields) if seen else None
    draw(layers, scans)


if __name__ == "__main__":
    main()
