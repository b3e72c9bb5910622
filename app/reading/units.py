"""Units as printed: the words of many languages and their codes of Recommendation 20."""

import tomllib
from functools import cache
from pathlib import Path

from app.documents.units import is_unit
from app.reading.lexicon import words


@cache
def _units() -> dict[str, str]:
    path = Path(__file__).parent / "phrases" / "units.toml"
    tables: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))
    known: dict[str, str] = {}
    for code, line in tables.items():
        for word in line.split():
            known.setdefault("".join(words(word)), code)
    return known


@cache
def _longer() -> frozenset[str]:
    """License units and the like that a document may print where a unit stands, and that count as one each."""
    return frozenset(
        [
            "license",
            "licenses",
            "licence",
            "licences",
            "user",
            "users",
            "seat",
            "seats",
            "device",
            "devices",
            "core",
            "cores",
            "server",
            "servers",
            "lizenz",
            "lizenzen",
            "nutzer",
            "benutzer",
            "arbeitsplatz",
            "licencia",
            "licencias",
            "utilisateur",
            "utilisateurs",
            "poste",
            "postes",
            "licenza",
            "licenze",
            "utente",
            "utenti",
            "licentie",
            "licenties",
            "gebruiker",
            "gebruikers",
            "night",
            "nights",
            "room",
            "rooms",
            "person",
            "persons",
            "item",
            "items",
            "use",
        ]
    )


def is_word(text: str) -> bool:
    """Whether the text is a word for a unit, such as Stk. or pcs, and not its code alone."""
    return len(text) <= _LONGEST and "".join(words(text)) in _units()


def code_of(text: str) -> str | None:
    """The unit's code for a printed word such as Stk., pcs or kg; None if the word is no unit."""
    if len(text) > _LONGEST:
        return None
    letters = "".join(words(text))
    if not letters:
        return None
    code = _units().get(letters)
    if code is None and letters in _longer():
        code = "C62"
    if code is None and text.isupper() and is_unit(text):
        code = text
    return code


_LONGEST = 20
