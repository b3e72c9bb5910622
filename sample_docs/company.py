"""Who buys and who sells: one fictional company and its suppliers.

Nobody here exists. VAT identifiers and IBANs have valid check digits and are plainly synthetic
(banks 9999…, EXMP); a telephone number or a person is never given.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Firm:
    """A party as its papers name it; `lines` is the printed address."""

    name: str
    lines: tuple[str, ...]
    country: str
    vat_id: str | None = None
    iban: str | None = None
    email: str | None = None

    @property
    def address(self) -> str:
        """The address on one line, as canonical JSON keeps it."""
        return ", ".join(self.lines)

    def party(self, *, bank: bool = False, vat: bool = True) -> dict[str, str]:
        """The canonical party; the bank account only where the paper shows it."""
        found = {"name": self.name, "address": self.address, "country": self.country}
        if vat and self.vat_id:
            found["vat_id"] = self.vat_id
        if bank and self.iban:
            found["iban"] = self.iban
        return found


def spaced(iban: str) -> str:
    """An IBAN in groups of four, as people print it."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


BUYER = Firm(
    "Example Werke GmbH", ("Musterstraße 12", "21079 Hamburg"), "DE", "DE123123125", email="einkauf@example.com"
)

NORDWIND = Firm(
    "Nordwind Beispiel GmbH",
    ("Am Beispielkai 7", "24103 Kiel"),
    "DE",
    "DE111111117",
    "DE12999999990000000101",
    "verkauf@nordwind.example",
)
FABRIKAM = Firm(
    "Fabrikam Example Ltd",
    ("Unit 4, Sample Park", "Leeds LS1 0EX"),
    "GB",
    "GB999999973",
    "GB91EXMP99999900000505",
    "accounts@fabrikam.example",
)
FOURNITURES = Firm(
    "Exemple Fournitures SARL",
    ("18, rue du Modèle", "69000 Lyon"),
    "FR",
    "FR44111111118",
    "FR7699999999990000000101033",
    "commandes@fournitures.example",
)
CONTOSO = Firm(
    "Contoso Example IT Services GmbH",
    ("Demo Allee 100", "20095 Hamburg"),
    "DE",
    "DE333333339",
    "DE98999999990000000202",
    "billing@contoso.example",
)
TAILSPIN = Firm(
    "Tailspin Example Software Ltd",
    ("3 Placeholder Quay", "Dublin 1"),
    "IE",
    "IE9999999P",
    "IE31EXMP99999900000808",
    "licensing@tailspin.example",
)
PAPETERIE = Firm(
    "Papeterie du Modèle SAS",
    ("5, quai de l'Exemple", "67000 Strasbourg"),
    "FR",
    "FR88100000009",
    "FR7699999999990000000111121",
    "ventes@papeterie.example",
)
ADVENTURE = Firm(
    "Adventure Example Packaging Inc.",
    ("1200 Sample Street", "Springfield, IL 62700"),
    "US",
    email="ar@adventure.example",
)
ALPEN = Firm(
    "Alpen Muster Werkzeuge GmbH",
    ("Beispielgasse 9", "4020 Linz"),
    "AT",
    "ATU99999993",
    "AT519999900000000707",
    "rechnung@alpen.example",
)
PROSEWARE = Firm(
    "Proseware Muster Elektro GmbH",
    ("Platzhalterweg 31", "30159 Hannover"),
    "DE",
    "DE121212122",
    "DE87999999990000000303",
    "rechnung@proseware.example",
)
LITWARE = Firm(
    "Litware Beispiel Chemie GmbH",
    ("Musterring 55", "67059 Ludwigshafen"),
    "DE",
    "DE100000016",
    "DE76999999990000000404",
    "service@litware.example",
)
NORTHGATE = Firm(
    "Northgate Sample Trading Ltd",
    ("77 Specimen Road", "Hull HU1 0EX"),
    "GB",
    "GB999999931",
    "GB80EXMP99999900000606",
    "sales@northgate.example",
)
WINGTIP = Firm(
    "Wingtip Example Directories B.V.",
    ("Voorbeeldlaan 2", "1011 EX Amsterdam"),
    "NL",
    "NL111111110B01",
    "NL58EXMP0000000909",
    "office@wingtip.example",
)

#: Where goods are delivered; the buyer stays the same company.
HARBURG = "Werk Harburg, Tor 3, Musterstraße 12, 21079 Hamburg"
LEEDS = "Example Werke GmbH, UK Warehouse, Dock 2, Leeds LS2 0EX"
LYON = "Example Werke GmbH, site de Lyon, 2, impasse du Modèle, 69000 Lyon"
STRASBOURG = "Example Werke GmbH, site de Strasbourg, 14, rue Exemple, 67000 Strasbourg"
