"""UBL: the parties, how and to whom to pay, and where the goods go."""

from collections.abc import Iterator

from app.documents.document import Account, Party, Payment
from app.reading.einvoice.collect import Collected
from app.reading.einvoice.tree import Node

_CREDITOR = "SEPA"


def party_of(found: Collected, pointer: str, party: Node | None, account: Node | None = None) -> Party:
    """The party, with the account that is its own."""
    if party is None:
        return Party()
    address = party.at("PostalAddress")
    endpoint = party.at("EndpointID")
    mail = party.at("Contact/ElectronicMail")
    if mail is None and endpoint is not None and "@" in endpoint.text:
        mail = endpoint
    registered, called = party.at("PartyLegalEntity/RegistrationName"), party.at("PartyName/Name")
    taxes = [(node, node.at("CompanyID")) for node in party.all("PartyTaxScheme")]
    fields = found.texts(
        pointer,
        name=registered or called,
        trading_name=called if registered is not None else None,
        id=next((node for node in _numbers(party) if node.get("schemeID") != _CREDITOR), None),
        legal_id=party.at("PartyLegalEntity/CompanyID"),
        vat_id=next((number for node, number in taxes if number is not None and _is_vat(node)), None),
        tax_registration=next((number for node, number in taxes if number is not None and not _is_vat(node)), None),
        iban=account.at("ID") if account is not None else None,
        bic=_bank(account),
        country=address.at("Country/IdentificationCode") if address is not None else None,
        contact=party.at("Contact/Name"),
        phone=party.at("Contact/Telephone"),
        email=mail,
        electronic_address=endpoint,
    )
    return Party(**fields, address=found.worded(f"{pointer}/address", address, address_of(address)))


def payee_of(found: Collected, root: Node) -> Party | None:
    """Who is paid, where the document names somebody (BG-10)."""
    payee = root.at("PayeeParty")
    return party_of(found, "/payee", payee) if payee is not None else None


def ship_to_of(found: Collected, root: Node) -> Party | None:
    """Where the goods go (BG-13): the party, its place, and the place's number."""
    deliveries = [*root.all("Delivery"), *root.all("Shipment/Delivery")]
    delivery = next((node for node in deliveries if node.at("DeliveryLocation|DeliveryParty|DeliveryAddress")), None)
    if delivery is None:
        return None
    address = delivery.at("DeliveryLocation/Address") or delivery.at("DeliveryAddress")
    fields = found.texts(
        "/ship_to",
        name=delivery.at("DeliveryParty/PartyName/Name")
        or delivery.at("DeliveryParty/PartyLegalEntity/RegistrationName"),
        id=delivery.at("DeliveryLocation/ID") or delivery.at("DeliveryParty/PartyIdentification/ID"),
        country=address.at("Country/IdentificationCode") if address is not None else None,
    )
    place = found.worded("/ship_to/address", address, address_of(address))
    return Party(**fields, address=place) if fields or place else None


def payment_of(found: Collected, root: Node, supplier: Node | None) -> Payment | None:
    """How to pay; every account that is given (BG-16 to BG-19)."""
    holders = [holder for holder in (root.at("PayeeParty"), supplier) if holder is not None]
    creditors = (node for holder in holders for node in _numbers(holder) if node.get("schemeID") == _CREDITOR)
    fields = found.texts(
        "/payment",
        remittance=root.at("PaymentMeans/PaymentID"),
        mandate=root.at("PaymentMeans/PaymentMandate/ID"),
        creditor=next(creditors, None),
        debited_account=root.at("PaymentMeans/PaymentMandate/PayerFinancialAccount/ID"),
    )
    means = found.joined("/payment/means", root.all("PaymentMeans/PaymentMeansCode"), glue=", ")
    accounts = tuple(_accounts(found, root))
    return Payment(**fields, means=means, accounts=accounts) if fields or means or accounts else None


def _accounts(found: Collected, root: Node) -> Iterator[Account]:
    for at, account in enumerate(root.all("PaymentMeans/PayeeFinancialAccount")):
        place = f"/payment/accounts/{at}"
        yield Account(**found.texts(place, iban=account.at("ID"), name=account.at("Name"), bic=_bank(account)))


def _numbers(party: Node) -> Iterator[Node]:
    return (node for node in party.all("PartyIdentification/ID") if node.text)


def _bank(account: Node | None) -> Node | None:
    branch = account.at("FinancialInstitutionBranch") if account is not None else None
    return (branch.at("FinancialInstitution/ID") or branch.at("ID")) if branch is not None else None


def _is_vat(scheme: Node) -> bool:
    """Whether it is the number for value added tax: its scheme says so, or says nothing."""
    return (scheme.says("TaxScheme/ID") or "VAT").upper() == "VAT"


def address_of(address: Node | None) -> str | None:
    """The address in one line, as it stands over a letter."""
    if address is None:
        return None
    street = " ".join(filter(None, [address.says("StreetName"), address.says("BuildingNumber")]))
    city = " ".join(filter(None, [address.says("PostalZone"), address.says("CityName")]))
    rows = [node.text for node in address.all("AddressLine/Line")]
    parts = [street, address.says("AdditionalStreetName"), *rows, city, address.says("CountrySubentity")]
    return ", ".join(part for part in parts if part) or None
