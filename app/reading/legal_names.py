"""Legal names: the words before a legal form such as GmbH or Ltd, wherever they stand."""

from collections.abc import Iterator

from app.reading.addresses import Sheet
from app.reading.lexicon import lexicon, words
from app.reading.names import Cell, has_form
from app.reading.tokens import Token

_SHORT = 4
_LONGEST_NAME = 9
_JOINERS = frozenset({
    "&", "+", "und", "and", "et", "y", "e", "of", "de", "du", "des", "der", "the", "la", "le", "les", "el", "los",
    "for", "für", "van", "von", "den", "di", "del", "della", "da", "dos", "i", "og", "och", "do",
})  # fmt: skip
#: Words in the names of banks, which are named at the foot of many papers.
BANKS = frozenset({
    "bank", "sparkasse", "banque", "banco", "banca", "volksbank", "raiffeisenbank", "raiffeisen", "caixa",
    "bankhaus", "landesbank", "commerzbank", "postbank",
})  # fmt: skip


def names_with_forms(sheet: Sheet) -> Iterator[tuple[list[Token], int]]:
    """Names that end in a legal form, anywhere, each with its row."""
    for line in sheet.cells:
        for before, cell in zip([None, *line], line, strict=False):
            if has_form(cell.text):
                yield from _forms_in(cell, before)


def _labelled_other(ahead: list[Token], before: Cell | None) -> bool:
    """Whether a label in front names something else than a party: Carrier: Acme Ltd."""
    if ahead:
        label = ahead if ahead[-1].text.endswith(":") else []
    else:
        label = before.tokens if before is not None and before.text.endswith(":") else []
    told = tuple(word for token in label for word in words(token.text))
    if not told:
        return False
    return not any(set(match.roles) - {"third"} for match in lexicon("parties").find(told))


def _forms_in(cell: Cell, before: Cell | None) -> Iterator[tuple[list[Token], int]]:
    tokens = cell.tokens
    at = 0
    while at < len(tokens):
        if not has_form(" ".join(token.text for token in tokens[at : at + 1])):
            at += 1
            continue
        stop = _form_stop(tokens, at)
        start = _name_start(tokens, at)
        name = tokens[start:stop]
        text = {word for token in name for word in words(token.text)}
        if start < at and not text & BANKS and not _labelled_other(tokens[:start], before):
            yield name, cell.row
        at = stop


def _form_stop(tokens: list[Token], at: int) -> int:
    """Behind the legal form and what may follow it: GmbH & Co. KG."""
    stop = at + 1
    while stop < len(tokens) and not tokens[stop - 1].text.endswith((",", ";")):
        if (
            tokens[stop].text in {"&", "+", "und"}
            and stop + 1 < len(tokens)
            and words(tokens[stop + 1].text)[:1] in {("co",), ("cie",)}
        ):
            stop += 2
        elif has_form(tokens[stop].text):
            stop += 1
        else:
            break
    return stop


def _labels(text: tuple[str, ...]) -> bool:
    """Whether the word is the label of a seller or buyer."""
    return bool({"supplier", "buyer"} & set(lexicon("parties").roles(text)))


def _name_start(tokens: list[Token], at: int) -> int:
    """Where the name before a legal form begins: capitals and the small words between them."""
    start = at
    if start > 0 and tokens[start - 1].text.endswith(",") and tokens[start - 1].text[:1].isupper():
        start -= 1
    while start > 0 and at - start < _LONGEST_NAME:
        text = tokens[start - 1].text
        if text.endswith((",", ":", ";", "!", "?")) or (text.endswith(".") and len(text) > _SHORT):
            break
        if not (text[:1].isupper() or text[:1].isdigit() or text.casefold() in _JOINERS or text.casefold() == "l'"):
            break
        start -= 1
    while start < at and (tokens[start].text in _JOINERS or _labels(words(tokens[start].text))):
        start += 1
    return start
