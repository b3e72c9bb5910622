"""Words: the letters of a line of print cut into words with tight boxes, at blanks and at gaps without ink."""

from dataclasses import dataclass, field

import numpy as np

from app.reading.numbers import CODES
from app.reading.ocr.engine import Array, Letter

# Gaps as shares of the print size. Where no blank was read, letters part at so many times the line's usual gap, but
# not below the least and always above the widest; signs that are mostly white stand off their neighbours.
_USUAL = 2.5
_LEAST_GAP = 0.28
_WIDE_GAP = 0.55
_FIGURE = 0.4
_OFF = {"before": 0.5, "after": 0.42}
# Letters whose middles lie farther apart are not neighbours, whatever ink lies between them.
_UNREAD = 1.7
_HALF_LETTER = 0.28
_THIN = frozenset(".,:;'")
# Where a blank was read, a figure's parts nearer than this, or so many times the usual gap, are one word all the same.
_NARROW_GAP = 0.13
_CLOSE = 1.6
_FEW = 4
# Ink that runs on for so many times the strip's height is a rule along the line; over such a share of a column, one
# between columns.
_RULE = 2.0
_BAR = 0.93
# Drawn with signs, as in tables of typed print.
_BAR_SIGN = "|"
_BETWEEN = frozenset(":=")
_MARKS = frozenset(".,'’-/")
_DESCENDING = frozenset("gjpqyQ,;()[]{}|/@§")
# Rows with less than this share of the fullest row's ink are dirt.
_FOOT = 0.12
# A few letters have no other foot to go by.
_SHORT = 2
_LOW = frozenset(".,;:_-–—~")


@dataclass(slots=True)
class Word:
    """A word of a line: its letters and its box in pixels of the strip."""

    letters: list[Letter]
    x0: float
    x1: float
    top: float = 0.0
    bottom: float = 0.0

    @property
    def text(self) -> str:
        """The letters as one string."""
        return "".join(letter.text for letter in self.letters)

    @property
    def score(self) -> float:
        """The chance that every letter is right."""
        chance = 1.0
        for letter in self.letters:
            chance *= letter.score
        return chance


@dataclass(slots=True)
class Ink:
    """Where a strip has ink: by column and by row, without drawn rules."""

    columns: Array
    rows: Array
    gaps: list[tuple[int, int]] = field(default_factory=list)


def ink_of(strip: Array) -> Ink:
    """The ink of a grey strip, dark on light or light on dark; rules along or beside the line do not count."""
    low, high = (float(level) for level in np.percentile(strip, (0.5, 99.5)))
    dark = strip < low + 0.6 * (high - low)
    if dark.mean() > 0.6:  # noqa: PLR2004 (light print on a dark ground)
        dark = strip > low + 0.4 * (high - low)
    height = len(dark)
    along = np.array([_longest_run(row) > _RULE * height for row in dark])
    dark[along] = False
    dark[:, dark.sum(axis=0) > _BAR * (height - along.sum())] = False
    columns: Array = np.any(dark, axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate(([True], columns, [True])).astype(np.int8)))
    gaps = [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=False)]
    return Ink(columns, dark.sum(axis=1), gaps)


def _longest_run(row: Array) -> int:
    """The longest run of ink in a row."""
    if not row.any():
        return 0
    edges = np.flatnonzero(np.diff(np.concatenate(([False], row, [False])).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max())


def words_of(letters: list[Letter], ink: Ink, size: float) -> list[Word]:
    """The line's words from left to right; `size` is that of the print in pixels."""
    width = len(ink.columns)
    steps = _steps(letters, ink)
    narrow = sorted((stop - start) / size for _, _, blank, (start, stop) in steps if not blank)
    usual = narrow[(len(narrow) - 1) // 2] if len(narrow) >= _FEW else 0.0
    printed = [letter for letter in letters if letter.text.strip()]
    if not printed:
        return []
    out = [Word(printed[:1], _first_ink(ink, 0), width)]
    for before, after, blank, (start, stop) in steps:
        gap = (stop - start) / size
        if blank:
            parts = not _goes_on(out[-1].letters, after) or gap > max(_NARROW_GAP, _CLOSE * usual)
        else:
            figure = _goes_on(out[-1].letters, after)
            parts = gap > max(_least(before.text, after.text, usual), _FIGURE if figure else 0.0)
        if not blank and not parts:
            parts = _is_code(out[-1].letters, after)
        apart = (after.at - before.at) * width
        if not parts and apart > _UNREAD * size:
            # Ink between the letters that is none of them: a tick, a stamp.
            reach = _HALF_LETTER * size
            out[-1].x1 = min(before.at * width + reach, width)
            out.append(Word([after], max(after.at * width - reach, 0), width))
            continue
        if not (parts or _BAR_SIGN in {before.text, after.text} or (_stands_apart(out[-1]) and gap > _NARROW_GAP)):
            out[-1].letters.append(after)
            continue
        between = round((before.at + after.at) * width / 2)
        out[-1].x1 = start if stop > start else between
        out.append(Word([after], stop if stop > start else between, width))
    out[-1].x1 = _last_ink(ink)
    return [word for word in out if word.x1 > word.x0]


def _steps(letters: list[Letter], ink: Ink) -> list[tuple[Letter, Letter, bool, tuple[int, int]]]:
    """Each letter with the next, whether a blank was read between them, and the gap in the ink."""
    width = len(ink.columns)
    out = []
    blank = False
    last: Letter | None = None
    for letter in letters:
        if not letter.text.strip():
            blank = last is not None
            continue
        if last is not None:
            out.append((last, letter, blank, _gap(ink, last.at * width, letter.at * width, blank=blank)))
        last, blank = letter, False
    return out


def _is_code(letters: list[Letter], after: Letter) -> bool:
    """Whether the letters are a currency before its figure: EUR1331805,00 is two columns that touch."""
    return after.text.isdigit() and "".join(letter.text for letter in letters) in CODES


def _stands_apart(word: Word) -> bool:
    """Whether the word is the sign between a label and its value."""
    return len(word.letters) == 1 and word.text in _BETWEEN


def _goes_on(letters: list[Letter], after: Letter) -> bool:
    """Whether the letter may go on a figure: a digit or a mark behind a digit, or a digit behind those two."""
    before = "".join(letter.text for letter in letters[-2:])
    if before[-1:].isdigit():
        return after.text.isdigit() or after.text in _MARKS
    return after.text.isdigit() and before[-1:] in _MARKS and before[:1].isdigit()


def _least(before: str, after: str, usual: float) -> float:
    """The gap (in print sizes) above which two letters part though no blank was read between them."""
    wide = min(max(_USUAL * usual, _LEAST_GAP), _WIDE_GAP)
    if after in _THIN:
        return max(wide, _OFF["before"])
    return max(wide, _OFF["after"]) if before in _THIN else wide


def _gap(ink: Ink, left: float, right: float, *, blank: bool) -> tuple[int, int]:
    """The widest run of columns without ink between two letters' middles; empty where there is none.

    The middles are rough: a gap next to a blank only has to reach between them, any other must have its middle there.
    """
    best = (0, 0)
    for start, stop in ink.gaps:
        between = min(stop, right) > max(start, left) if blank else left < (start + stop) / 2 < right
        if between and stop - start > best[1] - best[0]:
            best = (start, stop)
    return best


def _first_ink(ink: Ink, at: int) -> int:
    found = np.flatnonzero(ink.columns[at:])
    return at + int(found[0]) if len(found) else at


def _last_ink(ink: Ink) -> int:
    found = np.flatnonzero(ink.columns)
    return int(found[-1]) + 1 if len(found) else len(ink.columns)


def baseline_of(ink: Ink, text: str) -> float | None:
    """The row on which the print stands; None where only marks or dashes were read."""
    if not any(letter not in _LOW for letter in text):
        return None
    rows = ink.rows.astype(np.float64)
    height = len(rows)
    if not rows.any():
        return None
    if len(text) <= _SHORT and not any(letter in _DESCENDING for letter in text):
        # The foot of a 4 is narrower than its bar: where nothing hangs below, the last ink is the line.
        return float(np.flatnonzero(rows >= _FOOT * rows.max())[-1] + 1)
    fall = rows[:-1] - rows[1:]
    start = height // 2
    below = fall[start:]
    if not len(below) or below.max() <= 0:
        return None
    # The lowest steep fall: a descender's end is shallow, a baseline is not.
    steep = np.flatnonzero(below >= 0.6 * below.max())
    return float(start + int(steep[-1]) + 1)
