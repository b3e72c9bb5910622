"""Fit the calibration of scores anew and write it to app/reading/calibration.json; prints its reliability too.

python -m bench calibrate [--no-scans]: some minutes; scans take most of them the first time (what was seen is kept
below ~/.cache/countersign/bench). To be run whenever the reader has changed how it weighs or reads. Without scans
their part of the file stays as it is.
"""

import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.reading import calibration
from app.reading.calibration import Class, Steps
from bench import _fit, _sets, reliability
from bench._fit import Outcome, Scored

#: It writes into the checkout: `python -m bench` without a name leaves it out.
CHANGES_FILES = True


def provenance(found: list[Outcome], scores: dict[str, Scored]) -> dict:
    """Where one source's part of the table comes from."""
    lines = scores[reliability.LINES]
    clear = [good for one, good in lines.pairs if one >= reliability.SURE]
    return {
        "readings": len(found),
        "damaged": sum(bool(entry.damage) for entry in found),
        "kin_of_layouts": len({entry.kin for entry in found}),
        "by_origin": dict(sorted(Counter(entry.origin for entry in found).items())),
        "values": sum(len(entry.values) for entry in found),
        "held_out": {
            "lines": len(lines.pairs),
            "scored_0.99_or_more": len(clear),
            "of_them_right": round(sum(clear) / max(len(clear), 1), 4),
            "expected_calibration_error": {
                name: round(scores[name].error(reliability.EDGES), 4)
                for name in (reliability.LINES, *reliability.NAMES.values())
            },
        },
    }


def counted(found: list[Outcome], table: dict[Class, Steps]) -> Counter[Class]:
    """How many values each group was fitted on."""
    out: Counter[Class] = Counter()
    for entry in found:
        for value in entry.values:
            kind = value.kind
            chapter = {Class(kind.source, kind.chapter, signs) for signs in (kind.signs, calibration.ANY)}
            out.update({kind, *chapter} & table.keys())
    return out


def written(table: dict[Class, Steps], counts: Counter[Class], sources: dict[str, dict]) -> str:
    """The file: one group a line, so that a change can be read."""
    head = {
        "version": calibration.VERSION,
        "made": datetime.now(UTC).date().isoformat(),
        "command": "python -m bench calibrate",
        "meaning": "steps: from this weight on, this share of the values was right",
        "sources": sources,
    }
    groups = [
        json.dumps(
            {
                "source": kind.source,
                "field": kind.field,
                "signs": kind.signs,
                "values": counts[kind],
                "steps": [[round(least, 3), str(score)] for least, score in zip(steps.least, steps.score, strict=True)],
            },
            ensure_ascii=False,
        )
        for kind, steps in sorted(table.items())
    ]
    text = json.dumps(head, indent=1, ensure_ascii=False)
    return text[:-2] + ',\n "groups": [\n  ' + ",\n  ".join(groups) + "\n ]\n}\n"


def before(source: str) -> tuple[dict[Class, Steps], Counter[Class], dict[str, dict]]:
    """The source's part of the file as it is: staircases, how many values they were fitted on, and where from."""
    text = calibration.PATH.read_text(encoding="utf-8") if calibration.PATH.exists() else '{"groups": []}'
    held = json.loads(text)
    counts: Counter[Class] = Counter()
    for row in held["groups"]:
        counts[Class(row["source"], row["field"], row["signs"])] = row["values"]
    table = {kind: steps for kind, steps in calibration.read(text).items() if kind.source == source}
    told = held.get("sources", {})
    return table, counts, {source: told[source]} if source in told else {}


def main() -> None:
    layers = _sets.text_layers()
    sources = {}
    curves = reliability.report(layers, "text layers")
    sources["pdf"] = provenance(layers, curves)
    scans = [] if "--no-scans" in sys.argv else _sets.scans()
    seen = reliability.report(scans, "scans") if scans else None
    if seen is not None:
        sources["ocr"] = provenance(scans, seen)
    found = layers + scans
    table = _fit.fitted(found)
    counts = counted(found, table)
    if not scans:
        kept, values, told = before("ocr")
        table |= kept
        counts |= Counter({kind: values[kind] for kind in kept})
        sources |= told
    calibration.PATH.write_text(written(table, counts, sources), encoding="utf-8")
    print(f"{len(table)} groups written to {calibration.PATH.name}")
    reliability.draw(curves, seen)


if __name__ == "__main__":
    main()
