"""CII: the parties, how and to whom to pay, and where the goods go."""

from collections.abc import Iterator

from app.documents.document import Account, Party, Payment
from app.reading.einvoice.collect import Collected
from app.reading.einvoice.tree import Node

_VAT, _OTHER_TAX = frozenset({"VA", None}), frozenset({"FC"})
_MEANS = "SpecifiedTradeSettlementPaymentMeans"
_PAID_TO = "PayeePartyCreditorFinancialAccount"
_ACCOUNT = "IBANID|ProprietaryID"
_BANK = "PayeeSpecifiedCreditorFinancialInstitution/BICID"


def party_of(found: Collected, pointer: str, party: Node | None, means: Node | None = None) -> Party:
    """The party, with the account that is its own."""
    if party is None:
        return Party()
    address = party.at("PostalTradeAddress")
    endpoint = party.at("URIUniversalCommunication/URIID|CompleteNumber")
    contact = party.at("DefinedTradeContact") or party
    mail = contact.at("EmailURIUniversalCommunication/URIID|CompleteNumber")
    if mail is None and endpoint is not None and "@" in endpoint.text:
        mail = endpoint
    taxes = [node for node in party.all("SpecifiedTaxRegistration/ID") if node.text]
    return Party(
        **found.texts(
            pointer,
            name=party.at("Name"),
            trading_name=party.at("SpecifiedLegalOrganization/TradingBusinessName"),
            id=party.at("ID|GlobalID"),
            legal_id=party.at("SpecifiedLegalOrganization/ID"),
            vat_id=next((node for node in taxes if node.get("schemeID") in _VAT), None),
            tax_registration=next((node for node in taxes if node.get("schemeID") in _OTHER_TAX), None),
            iban=means.at(f"{_PAID_TO}/{_ACCOUNT}") if means is not None else None,
            bic=means.at(_BANK) if means is not None else None,
            country=address.at("CountryID") if address is not None else None,
            contact=contact.at("PersonName|DepartmentName"),
            phone=contact.at("TelephoneUniversalCommunication/CompleteNumber"),
            email=mail,
            electronic_address=endpoint,
        ),
        address=found.worded(f"{pointer}/address", address, _address(address)),
    )


def some_party(found: Collected, pointer: str, party: Node | None) -> Party | None:
    """A party that most documents do not name."""
    read = party_of(found, pointer, party)
    return read if read != Party() else None


def account_of(settlement: Node) -> Node | None:
    """The first means of payment that names an account."""
    return next((node for node in settlement.all(_MEANS) if node.at(_PAID_TO)), None)


def payment_of(found: Collected, settlement: Node) -> Payment | None:
    """How to pay; every account that is given (BG-16 to BG-19)."""
    fields = found.texts(
        "/payment",
        remittance=settlement.at("PaymentReference"),
        mandate=settlement.at("SpecifiedTradePaymentTerms/DirectDebitMandateID"),
        creditor=settlement.at("CreditorReferenceID"),
        debited_account=settlement.at(f"{_MEANS}/PayerPartyDebtorFinancialAccount/{_ACCOUNT}"),
    )
    means = found.joined("/payment/means", settlement.all(f"{_MEANS}/TypeCode"), glue=", ")
    accounts = tuple(_accounts(found, settlement))
    return Payment(**fields, means=means, accounts=accounts) if fields or means or accounts else None


def _accounts(found: Collected, settlement: Node) -> Iterator[Account]:
    given = (node for node in settlement.all(_MEANS) if node.at(_PAID_TO))
    for at, means in enumerate(given):
        own = {"iban": means.at(f"{_PAID_TO}/{_ACCOUNT}"), "name": means.at(f"{_PAID_TO}/AccountName")}
        yield Account(**found.texts(f"/payment/accounts/{at}", **own, bic=means.at(_BANK)))


def _address(address: Node | None) -> str | None:
    """The address in one line, as it stands over a letter."""
    if address is None:
        return None
    city = " ".join(filter(None, [address.says("PostcodeCode"), address.says("CityName")]))
    lines = [address.says(name) for name in ("LineOne", "LineTwo", "LineThree", "StreetName")]
    return ", ".join(part for part in (*lines, city, address.says("CountrySubDivisionName")) if part) or None
