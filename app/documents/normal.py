"""Names and numbers brought to one form, for comparing; what was printed is kept beside it."""

import re
import unicodedata

# The words that say what sort of company it is, not which one (EN, DE, FR, ES, IT, NL and neighbours).
_LEGAL_FORMS = frozenset(
    """
    ab ag aps as asa bhd bv bvba co company corp corporation cv doo eg ek ev eurl gbr gesmbh gie gmbh
    gmbhcokg hb inc incorporated kft kg kgaa kk lda limited llc llp ltd ltda mbh nv ohg oy oyj plc pte
    pty pvt sa sarl sas sasu sca scs sl sln snc spa spol spzoo srl srls sro ug vof zoo
    """.split()
)
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


def number_key(number: str | None) -> str | None:
    """A document number for comparing: NFKC, upper case, letters and digits only; None where nothing is left."""
    if number is None:
        return None
    return _NOT_ALPHANUMERIC.sub("", unicodedata.normalize("NFKC", number).upper()) or None


def without_zeros(key: str) -> str:
    """A number key without the zeros that lead a run of digits: a weaker key (`PO0042` → `PO42`)."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", key)


def name_key(name: str | None) -> str | None:
    """A company's name for comparing: no accents, no punctuation, no legal form; None where nothing is left."""
    if name is None:
        return None
    folded = unicodedata.normalize("NFKD", name.replace("ß", "ss")).casefold()
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    # "S.A.R.L." and "Co. KG" lose their dots first, so that the legal form stands as one word.
    words = [word for word in re.split(r"[^\w]+", re.sub(r"(?<=\w)\.(?=\w\b|\w\.)", "", bare)) if word]
    kept = [word for word in words if word not in _LEGAL_FORMS]
    return " ".join(kept or words) or None


def tax_key(identifier: str | None) -> str | None:
    """A tax identifier or IBAN for comparing: upper case, letters and digits only."""
    return number_key(identifier)
