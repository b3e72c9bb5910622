"""Damage: what happens to words on their way to a reader, done to the words of a page whose truth is known.

Digits are lost or mistaken, words run together or apart, heads and labels are missing or say something else,
columns are gone. A reader that is sure of itself on such pages is wrong, and a calibration that has never seen
them is only hope.
"""

import random
from collections.abc import Callable
from dataclasses import replace

from app.reading.lexicon import lexicon, words
from app.reading.tokens import Page, Token

_MISTAKEN = str.maketrans("0156839", "8769381")
_LIKE_LETTERS = str.maketrans("015", "OlS")
_NONSENSE = ("Velm", "Doran", "Kista", "Proba", "Tunel", "Zarko", "Merit", "Ollin")
_LABELS = ("columns", "fields", "sums")


def _copy(pages: list[Page]) -> list[Page]:
    return [Page(page.number, page.width, page.height, [replace(token) for token in page.tokens]) for page in pages]


def _figures(pages: list[Page]) -> list[Token]:
    return [token for page in pages for token in page.tokens if any(letter.isdigit() for letter in token.text)]


def _money(pages: list[Page]) -> list[Token]:
    return [token for token in _figures(pages) if token.text[-3:-2] in {",", "."} and token.text[-2:].isdigit()]


def _share(choose: random.Random, found: list[Token], share: float) -> list[Token]:
    return choose.sample(found, min(len(found), max(1, round(share * len(found))))) if found else []


def _known(token: Token, lexicons: tuple[str, ...] = _LABELS) -> bool:
    text = words(token.text)
    return bool(text) and any(lexicon(name).roles(text) for name in lexicons)


def digits_mistaken(choose: random.Random, pages: list[Page]) -> None:
    """Some figures have one wrong digit."""
    for token in _share(choose, _figures(pages), choose.choice([0.02, 0.06, 0.15])):
        at = choose.choice([at for at, letter in enumerate(token.text) if letter.isdigit()])
        token.text = token.text[:at] + token.text[at].translate(_MISTAKEN) + token.text[at + 1 :]


def digits_lost(choose: random.Random, pages: list[Page]) -> None:
    """Some figures have lost a digit."""
    for token in _share(choose, [token for token in _figures(pages) if len(token.text) > 1], 0.06):
        at = choose.choice([at for at, letter in enumerate(token.text) if letter.isdigit()])
        token.text = token.text[:at] + token.text[at + 1 :]


def letters_for_digits(choose: random.Random, pages: list[Page]) -> None:
    """Some figures have letters in place of digits."""
    for token in _share(choose, _figures(pages), 0.08):
        token.text = token.text.translate(_LIKE_LETTERS)


def marks_lost(choose: random.Random, pages: list[Page]) -> None:
    """Some sums have lost their decimal mark."""
    for token in _share(choose, _money(pages), choose.choice([0.05, 0.2])):
        token.text = token.text[:-3] + token.text[-2:]


def words_lost(choose: random.Random, pages: list[Page]) -> None:
    """Some words are not there."""
    for page in pages:
        gone = {id(token) for token in _share(choose, page.tokens, choose.choice([0.02, 0.06]))}
        page.tokens = [token for token in page.tokens if id(token) not in gone]


def figures_lost(choose: random.Random, pages: list[Page]) -> None:
    """Some figures are not there."""
    for page in pages:
        gone = {id(token) for token in _share(choose, _figures([page]), choose.choice([0.05, 0.12]))}
        page.tokens = [token for token in page.tokens if id(token) not in gone]


def labels_lost(choose: random.Random, pages: list[Page]) -> None:
    """Some of the words that name columns, facts and sums are not there."""
    share = choose.choice([0.3, 0.6, 1.0])
    for page in pages:
        page.tokens = [token for token in page.tokens if not _known(token) or choose.random() > share]


def labels_strange(choose: random.Random, pages: list[Page]) -> None:
    """Some of the words that name columns, facts and sums are in a language that nobody knows."""
    share = choose.choice([0.3, 0.6, 1.0])
    for page in pages:
        for token in page.tokens:
            if _known(token) and choose.random() < share:
                token.text = choose.choice(_NONSENSE)


def labels_exchanged(choose: random.Random, pages: list[Page]) -> None:
    """Two words that name something stand in each other's place."""
    for page in pages:
        found = [token for token in page.tokens if _known(token)]
        for _ in range(choose.choice([1, 2])):
            if len(found) > 1:
                one, two = choose.sample(found, 2)
                one.text, two.text = two.text, one.text


def heads_exchanged(choose: random.Random, pages: list[Page]) -> None:
    """Two heads of columns stand over each other's column."""
    for page in pages:
        found = [token for token in page.tokens if _known(token, ("columns",))]
        rows = [[other for other in found if abs(other.middle - token.middle) < 2] for token in found]
        row = max(rows, key=len, default=[])
        if len(row) > 2:
            one, two = choose.sample(row, 2)
            one.text, two.text = two.text, one.text


def column_lost(choose: random.Random, pages: list[Page]) -> None:
    """A strip of the page is not there: a column, or a part of one."""
    for page in pages:
        found = _money([page]) or _figures([page])
        if found:
            token = choose.choice(found)
            left, right = token.x0 - choose.choice([2, 8]), token.x1 + 2
            top = choose.choice([0.0, token.top, 0.3 * page.height])
            page.tokens = [other for other in page.tokens if not (left < other.center < right and other.top >= top)]


def run_together(choose: random.Random, pages: list[Page]) -> None:
    """Some words stand as one with the next."""
    for page in pages:
        tokens: list[Token] = []
        for token in sorted(page.tokens, key=lambda entry: (round(entry.middle / 3), entry.x0)):
            last = tokens[-1] if tokens else None
            near = last is not None and abs(last.middle - token.middle) < 2 and 0 <= token.x0 - last.x1 < 14
            if last is not None and near and choose.random() < 0.06:
                last.text, last.x1 = last.text + token.text, token.x1
            else:
                tokens.append(token)
        page.tokens = tokens


def run_apart(choose: random.Random, pages: list[Page]) -> None:
    """Some figures fall into two words."""
    for page in pages:
        for token in _share(choose, [token for token in _figures([page]) if len(token.text) > 3], 0.08):
            at = choose.randrange(1, len(token.text))
            middle = token.x0 + (token.x1 - token.x0) * at / len(token.text)
            rest = replace(token, text=token.text[at:], x0=middle + 0.4 * token.size)
            token.text, token.x1 = token.text[:at], middle
            page.tokens.append(rest)


def shaken(choose: random.Random, pages: list[Page]) -> None:
    """No word stands quite where it was printed."""
    reach = choose.choice([0.8, 2.0, 3.5])
    for page in pages:
        for token in page.tokens:
            right, down = choose.uniform(-reach, reach), choose.uniform(-reach, reach) / 2
            token.x0, token.x1 = token.x0 + right, token.x1 + right
            token.top, token.bottom, token.base = token.top + down, token.bottom + down, token.base + down


def figures_exchanged(choose: random.Random, pages: list[Page]) -> None:
    """Two figures stand in each other's place."""
    for page in pages:
        found = _money([page])
        if len(found) > 1:
            one, two = choose.sample(found, 2)
            one.text, two.text = two.text, one.text


KINDS: tuple[Callable[[random.Random, list[Page]], None], ...] = (
    digits_mistaken,
    digits_lost,
    letters_for_digits,
    marks_lost,
    words_lost,
    figures_lost,
    labels_lost,
    labels_strange,
    labels_exchanged,
    heads_exchanged,
    column_lost,
    run_together,
    run_apart,
    shaken,
    figures_exchanged,
)


def damaged(choose: random.Random, pages: list[Page]) -> tuple[str, list[Page]]:
    """The kind of damage, and a copy of the pages that has it."""
    kind = choose.choice(KINDS)
    pages = _copy(pages)
    kind(choose, pages)
    return kind.__name__, pages
