"""Parties that a sentence names, each with its part in brackets behind it: Acme Ltd ("the Supplier")."""

from collections.abc import Iterator

from app.reading.lexicon import lexicon, words
from app.reading.names import has_form
from app.reading.rows import Row
from app.reading.tokens import Token

_LONGEST_PART, _LONGEST_NAME, _MOST_ROWS = 6, 9, 60
_WITHIN = frozenset({"&", "of", "de", "du", "des", "der", "van", "und", "et", "y", "e", "i", "och", "og", "für"})
_ARTICLES = frozenset(
    {"the", "der", "die", "das", "le", "la", "l", "el", "il", "lo", "de", "het", "o", "a", "hereinafter"}
)


def named(rows: list[Row]) -> Iterator[tuple[list[Token], tuple[str, ...], int]]:
    """Each party's name, what it is, and the number of its row."""
    text = [(token, at) for at, row in enumerate(rows[:_MOST_ROWS]) for token in row.tokens]
    for at, (token, _) in enumerate(text):
        if not token.text.startswith("("):
            continue
        part = _part([entry for entry, _ in text[at : at + _LONGEST_PART]])
        roles = lexicon("parties").roles(part) if part else ()
        name = _name([entry for entry, _ in text[max(at - _LONGEST_NAME, 0) : at]]) if roles else []
        if name:
            yield name, roles, text[at - 1][1]


def _part(tokens: list[Token]) -> tuple[str, ...]:
    """What stands in the bracket that the first word opens, without its article; nothing if it does not close."""
    found: list[str] = []
    for token in tokens:
        found.extend(words(token.text))
        if ")" in token.text:
            while len(found) > 1 and found[0] in _ARTICLES:
                found.pop(0)
            return tuple(found)
    return ()


def _name(tokens: list[Token]) -> list[Token]:
    """The words with capitals that end right before the bracket."""
    out: list[Token] = []
    for token in reversed(tokens):
        first = token.text[2:3] if token.text[1:2] in "'’" else token.text[:1]
        lettered = first.isupper() or first.isdigit() or has_form(token.text)
        if not lettered and token.text.casefold() not in _WITHIN:
            break
        if out and token.text[-1:] in ".;:" and not token.text[:-1].isupper():
            break
        out.insert(0, token)
    while out and out[0].text.casefold() in _WITHIN:
        out.pop(0)
    return out
