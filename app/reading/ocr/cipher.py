"""Ciphers: text layers whose letters stand for other letters, as where a font's map is shifted, made up or lost."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice, pairwise

from app.reading import lexicon

_LEAST_LETTERS = 80
_LEAST_PAIRS = 60
# Measured on 306 pages of real and generated papers and on the same pages in four ciphers. Of neighbouring signs in a
# word at most .24 differ in kind (letter, digit, mark) where the text is plain, and .32 up to .71 where codes were
# given out in order; a capital follows a small letter in at most .03 of letters against .07 to .38; vowels are at
# least .28 of the letters against .18 in the middle of shifted alphabets.
_MOST_MIXED = 0.28
_MOST_CAPITALS = 0.05
_LEAST_VOWELS = 0.25
_VOWELS = frozenset("aeiouyæøœı")
# Words this long are keys and serial numbers.
_LONGEST = 18
_FIGURE = frozenset("0123456789.,'-/:%€$")
# So many of the trade's own words show that the text is plain, whatever its letters are like.
_KNOWN = 4
_LEAST_KNOWN = 4


def is_cipher(texts: Sequence[str]) -> bool:
    """Whether the words are none: their signs are mixed as in no language, and none of them is one of the trade's."""
    # The trade's words end the search on nearly every page.
    return not _is_known(texts) and _is_strange(texts)


def _is_strange(texts: Sequence[str]) -> bool:
    return _is_mixed(texts) or _lacks_vowels(texts)


def _is_mixed(texts: Iterable[str]) -> bool:
    pairs = mixed = letters = capitals = 0
    for text in texts:
        if len(text) > _LONGEST or _FIGURE.issuperset(text):
            continue
        for before, after in pairwise(text):
            pairs += 1
            if before.isalpha() and after.isalpha():
                letters += 1
                capitals += before.islower() and after.isupper()
            else:
                mixed += before.isalpha() != after.isalpha() or before.isdigit() != after.isdigit()
    if pairs < _LEAST_PAIRS:
        return False
    return mixed > _MOST_MIXED * pairs or (letters >= _LEAST_PAIRS and capitals > _MOST_CAPITALS * letters)


def _lacks_vowels(texts: Iterable[str]) -> bool:
    folded = unicodedata.normalize("NFKD", "".join(texts).casefold())
    letters = [letter for letter in folded if letter.isalpha()]
    latin = [letter for letter in letters if letter < "\u0250"]
    if len(latin) < _LEAST_LETTERS or len(latin) < 0.6 * len(letters):
        return False
    return sum(letter in _VOWELS for letter in latin) < _LEAST_VOWELS * len(latin)


def _is_known(texts: Iterable[str]) -> bool:
    """Whether enough of the words stand in the trade's own phrases."""
    trade = _trade()
    found = (text for text in texts if len(text) >= _LEAST_KNOWN and any(word in trade for word in lexicon.words(text)))
    return sum(1 for _ in islice(found, _KNOWN)) == _KNOWN


@cache
def _trade() -> frozenset[str]:
    lists = (lexicon.lexicon(name).vocabulary for name in ("columns", "fields", "parties", "sums", "titles"))
    return frozenset(word for words in lists for word in words if len(word) >= _LEAST_KNOWN and word.isalpha())
