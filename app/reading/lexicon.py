"""The lexicon: phrases of the trade in many languages, and the search for the longest one in a row of words."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

_FOLDED = str.maketrans(
    {"ø": "o", "æ": "ae", "ł": "l", "ß": "ss", "đ": "d", "œ": "oe", "№": "no", "°": "o", "ð": "d", "þ": "th", "ı": "i"}
)
# Greek and Cyrillic letters as Latin ones, after their accents have been taken off.
_LATIN = str.maketrans({
    **dict(zip("αβγδεζηικλμνξοπρσςτυφχω", "avgdeziiklmnxoprsstyfho", strict=True)), "θ": "th", "ψ": "ps",
    **dict(zip("абвгдезиклмнопрстуфыэјіґєѕ", "abvgdeziklmnoprstufyejigez", strict=True)),
    "ж": "zh", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ъ": "a",
    "ь": "", "ю": "yu", "я": "ya", "љ": "lj", "њ": "nj", "ћ": "c",
    "ђ": "dj", "џ": "dz",
})  # fmt: skip
_WORD = re.compile(r"[a-z0-9&%#]+")
_SPLIT_SYMBOLS = re.compile(r"([&%#])")


_PHRASES = Path(__file__).parent / "phrases"


class Match(NamedTuple):
    """A phrase found: from which word to which (exclusive), and what it can mean."""

    start: int
    stop: int
    roles: tuple[str, ...]


@lru_cache(maxsize=50_000)
def _folded(text: str) -> str:
    text = text.casefold().replace("n.º", "nº").replace("n.°", "n°")
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKD", text.translate(_FOLDED))
    return "".join(letter for letter in text if not unicodedata.combining(letter)).translate(_LATIN)


@lru_cache(maxsize=50_000)
def words(text: str) -> tuple[str, ...]:
    """The text's words in Latin letters without case, accents and punctuation; &, % and # stand alone."""
    return tuple(_WORD.findall(_SPLIT_SYMBOLS.sub(r" \1 ", _folded(text))))


class Lexicon:
    """Phrases and what they can mean; built once from a TOML file beside this module."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        self._roles: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._starts: dict[str, int] = {}
        for role, phrase in entries:
            key = words(phrase)
            known = self._roles.get(key, ())
            if key and role not in known:
                self._roles[key] = (*known, role)
                self._starts[key[0]] = max(self._starts.get(key[0], 0), len(key))

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the phrases."""
        return frozenset(word for phrase in self._roles for word in phrase)

    def taught(self, phrases: Mapping[tuple[str, ...], tuple[str, ...]]) -> "Lexicon":
        """The same lexicon in which these phrases mean what is given, and nothing else."""
        other = Lexicon(())
        other._roles = self._roles | dict(phrases)
        other._starts = dict(self._starts)
        for key in phrases:
            other._starts[key[0]] = max(other._starts.get(key[0], 0), len(key))
        return other

    def roles(self, phrase: Sequence[str]) -> tuple[str, ...]:
        """What exactly these words can mean."""
        return self._roles.get(tuple(phrase), ())

    def at(self, text: Sequence[str], start: int) -> Match | None:
        """The longest phrase that begins at this word."""
        longest = self._starts.get(text[start], 0)
        for length in range(min(longest, len(text) - start), 0, -1):
            roles = self._roles.get(tuple(text[start : start + length]))
            if roles:
                return Match(start, start + length, roles)
        return None

    def find(self, text: Sequence[str]) -> list[Match]:
        """The longest phrases in the words, from left to right, without overlap."""
        out: list[Match] = []
        start = 0
        starts = self._starts
        while start < len(text):
            # Most words begin no phrase: this is the reader's busiest loop.
            match = self.at(text, start) if text[start] in starts else None
            if match is None:
                start += 1
            else:
                out.append(match)
                start = match.stop
        return out


# What a remembered layout says of phrases, while one paper is read with it.
_TAUGHT: ContextVar[Mapping[str, Lexicon] | None] = ContextVar("taught", default=None)


def lexicon(name: str) -> Lexicon:
    """The lexicon of that name: columns, fields, parties, sums or titles; and the languages with files of their own."""
    taught = _TAUGHT.get()
    return _kept(name) if taught is None or name not in taught else taught[name]


@contextmanager
def teaching(phrases: Mapping[str, Mapping[tuple[str, ...], tuple[str, ...]]]) -> Iterator[None]:
    """Within, phrases of the named lexicons mean what is given."""
    before = _TAUGHT.set({name: _kept(name).taught(found) for name, found in phrases.items() if found})
    try:
        yield
    finally:
        _TAUGHT.reset(before)


@cache
def phrases_of(name: str, language: str) -> frozenset[tuple[str, ...]]:
    """The phrases that one language has in the lexicon of that name."""
    tables = tomllib.loads((_PHRASES / f"{name}.toml").read_text(encoding="utf-8"))
    return frozenset(words(phrase) for lists in tables.values() for phrase in lists.get(language, ()))


@cache
def _kept(name: str) -> Lexicon:
    path = _PHRASES / f"{name}.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    entries = [(role, phrase) for role, lists in tables.items() for phrases in lists.values() for phrase in phrases]
    more = ((role, phrase) for held in _languages() for role, said in held.get(name, {}).items() for phrase in said)
    return Lexicon([*entries, *more])


@cache
def _languages() -> list[dict[str, dict[str, list[str]]]]:
    """The phrases of the languages that have a file of their own, by lexicon and role."""
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((_PHRASES / "languages").glob("*.toml"))]
