"""The fit of the calibration: values with known truth in, staircases of probability out."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal

from app.documents import canonical
from app.reading import calibration, paper
from app.reading.calibration import ANY, Class, Steps
from bench import _truth
from bench._known import Known

#: A group with fewer values is left to its chapter.
LEAST_VALUES = 40
#: So many values a step of the staircase has at least.
LEAST_STEP = 25
#: The share of the larger group counts like so many values of one's own.
PRIOR = 8.0
#: So many values of one kin of layouts count at most: a thousand pages of one layout tell little of the next.
MOST_OF_KIN = 40
MOST, FEWEST = 0.999, 0.001
FOLDS = 6


@dataclass(slots=True)
class Value:
    """A value that was read: what it is filed under, its weight, and whether it is right."""

    kind: Class
    weight: float
    right: bool


#: A weight, the kin of the paper, and whether the value is right.
Held = tuple[float, str, bool]


@dataclass(slots=True)
class Outcome:
    """What became of a paper: its values, and for each line those of its figures and whether the line is right."""

    family: str
    origin: str
    damage: str
    values: list[Value] = field(default_factory=list)
    lines: list[tuple[list[tuple[Class, float]], bool]] = field(default_factory=list)

    @property
    def fold(self) -> int:
        """Which part of the families the paper belongs to: it is scored by a fit that has seen none of them."""
        return int(hashlib.sha256(self.kin.encode()).hexdigest(), 16) % FOLDS

    @property
    def kin(self) -> str:
        """The family with its near relatives, which are kept apart together: a language, a style, a producer."""
        first, _, rest = self.family.partition(" ")
        if first in {"press", "letter"}:
            return f"{first} {rest.split()[0]}"
        if first == "corpus" and not rest.startswith("hand"):
            return f"{first} {rest.partition(':')[0]}"
        return self.family


def outcome(known: Known) -> Outcome:
    """Read the paper, and hold every value against its truth."""
    document = paper.weighed(known.pages)
    read = canonical.write(document)
    verdicts = _truth.verdicts(read, known.truth)
    out = Outcome(known.family, known.family.partition(" ")[0], known.damage)
    figures: dict[int, list[tuple[Class, float]]] = defaultdict(list)
    lines = _truth.lines_right(read, known.truth)
    for pointer, entry, kind in calibration.classes(document):
        parts = pointer.split("/")
        right = verdicts.get(pointer)
        if parts[1] == "lines" and parts[-1] in _truth.FIGURES and len(parts) == 4:
            # The figures of a line stand and fall together: one is only as good as the line is whole.
            figures[int(parts[2])].append((kind, float(entry.score)))
            right = right if right is None else lines[int(parts[2])]
        if right is not None:
            out.values.append(Value(kind, float(entry.score), right))
    out.lines = [(figures[at], right) for at, right in enumerate(lines) if figures[at]]
    return out


def outcomes(papers: Iterable[Known]) -> list[Outcome]:
    """What became of each paper; one that breaks the reader is told of and left out."""
    out = []
    for known in papers:
        try:
            out.append(outcome(known))
        except Exception as error:  # noqa: BLE001 (whatever a damaged page breaks is told)
            print(f"the reader broke on {known.family} ({known.damage or 'whole'}): {error!r}")
    return out


def fitted(found: Iterable[Outcome]) -> dict[Class, Steps]:
    """The staircases of every group that has values enough, each smoothed towards the group above it."""
    groups: dict[Class, list[Held]] = defaultdict(list)
    for entry in found:
        for value in entry.values:
            kind = value.kind
            for name in {kind, Class(kind.source, kind.chapter, kind.signs), Class(kind.source, kind.chapter, ANY)}:
                groups[name].append((value.weight, entry.kin, value.right))
    return {
        kind: staircase(values, _above(kind, groups))
        for kind, values in groups.items()
        if len(values) >= LEAST_VALUES or kind.signs == ANY
    }


def _above(kind: Class, groups: Mapping[Class, list[Held]]) -> float:
    """The share of right values in the group above, itself smoothed towards the one above that."""
    share = Step(groups[Class(kind.source, kind.chapter, ANY)]).score(0.5)
    if kind.signs == ANY or kind.field == kind.chapter:
        return share
    return Step(groups[Class(kind.source, kind.chapter, kind.signs)]).score(share)


class Step:
    """Values of about the same weight: how many there are and are right, no kin of layouts counting for too many."""

    def __init__(self, values: Iterable[Held]) -> None:
        self.values = list(values)

    def counts(self) -> tuple[float, float]:
        """The right values and all of them, after each kin has been cut down to its most."""
        kin: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for _, name, right in self.values:
            kin[name][0] += right
            kin[name][1] += 1
        cut = [(min(1.0, MOST_OF_KIN / count), right, count) for right, count in kin.values()]
        return sum(part * right for part, right, _ in cut), sum(part * count for part, _, count in cut)

    def share(self) -> float:
        """The share of right values."""
        right, count = self.counts()
        return right / count

    def score(self, prior: float) -> float:
        """The share of right values, smoothed towards the prior."""
        right, count = self.counts()
        return (right + PRIOR * prior) / (count + PRIOR)


def staircase(values: list[Held], prior: float) -> Steps:
    """The share of right values by weight, never falling (pool adjacent violators), smoothed towards the prior."""
    by_weight: dict[float, list[Held]] = defaultdict(list)
    for held in values:
        by_weight[held[0]].append(held)
    heaps: list[tuple[float, list[Held]]] = []
    for weight, alike in sorted(by_weight.items()):
        if heaps and len(heaps[-1][1]) < LEAST_STEP:
            heaps[-1][1].extend(alike)
        else:
            heaps.append((weight, list(alike)))
    if len(heaps) > 1 and len(heaps[-1][1]) < LEAST_STEP:
        last = heaps.pop()
        heaps[-1][1].extend(last[1])
    steps: list[tuple[float, Step]] = []
    for weight, alike in heaps:
        steps.append((weight, Step(alike)))
        while len(steps) > 1 and steps[-1][1].share() <= steps[-2][1].share():
            _, above = steps.pop()
            below_weight, below = steps.pop()
            steps.append((below_weight, Step([*below.values, *above.values])))
    scores = [step.score(prior) for _, step in steps]
    rising = [max(scores[: at + 1]) for at in range(len(scores))]
    return Steps(tuple(weight for weight, _ in steps), tuple(_rounded(one) for one in rising))


def _rounded(share: float) -> Decimal:
    return Decimal(min(max(share, FEWEST), MOST)).quantize(Decimal("0.001"), ROUND_FLOOR)


def score(kind: Class, weight: float, table: Mapping[Class, Steps]) -> float:
    """The probability that the reader would state with this table."""
    steps = calibration.steps_of(kind, table)
    return float(steps.at(weight)) if steps is not None else weight


@dataclass(slots=True)
class Scored:
    """Scores and whether what they were given to is right."""

    pairs: list[tuple[float, bool]] = field(default_factory=list)

    def error(self, edges: tuple[float, ...]) -> float:
        """The expected calibration error: how far the mean score of a bin lies from its share of right values."""
        total = sum(abs(mean - share) * count for _, _, count, mean, share in self.bins(edges))
        return total / max(len(self.pairs), 1)

    def brier(self) -> float:
        """The mean square of what the score is off."""
        return sum((one - right) ** 2 for one, right in self.pairs) / max(len(self.pairs), 1)

    def bins(self, edges: tuple[float, ...]) -> list[tuple[float, float, int, float, float]]:
        """Each bin that is not empty: from, to, how many, their mean score, the share that is right."""
        out = []
        for low, high in zip(edges, (*edges[1:], math.inf), strict=True):
            inside = [(one, right) for one, right in self.pairs if low <= one < high]
            if inside:
                mean = sum(one for one, _ in inside) / len(inside)
                share = sum(right for _, right in inside) / len(inside)
                out.append((low, min(high, 1.0), len(inside), mean, share))
        return out
