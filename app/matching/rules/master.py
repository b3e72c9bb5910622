"""Master: the supplier's own particulars."""

from collections.abc import Iterator

from app.documents.document import Party
from app.documents.money import Money
from app.documents.normal import name_key, number_key, tax_key
from app.linking.filed import Filed, Standing
from app.linking.parties import Sameness, name_likeness, same_party
from app.linking.shelf import is_live
from app.linking.voucher import Voucher
from app.matching.cure import Cure
from app.matching.identities import (
    accounts_of_person,
    accounts_of_vendor,
    marks_of_party,
    marks_of_person,
    marks_of_vendor,
    named_like,
    names_of_listed,
    names_owned,
    numbers_of_listed,
    party_of,
    postcodes_of,
    vendor_of,
)
from app.matching.policy import Policy, named_party
from app.matching.rule import Assertion, Condition, Level, Owner, Place, Severity, place, rule
from app.matching.rules.references import asked
from app.registers.entries.employees import Employee
from app.registers.entries.sanctions import SanctionedParty
from app.registers.entries.vendors import Vendor, VendorStatus


@rule(
    "BANK_CHANGED",
    severity=Severity.HOLD,
    owner=Owner.SECURITY,
    level=Level.DOCUMENT,
    assertion=Assertion.AUTHORISATION,
    peppol=("UQ", "FIN", "PIN"),
    x12_426="21",
    registers=("vendors",),
    concerns=lambda voucher, _policy: voucher.invoice.document.supplier.iban is not None,
    cure=Cure.CALL_BACK,
)
def account_is_not_known(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """The invoice is to be paid to an account that is known for its supplier.

    Compares the account with those of the supplier master, where the supplier is on it: an account that was
    entered there within `bank_days` counts only once a second person has called the supplier back. Else
    with those on the orders, contracts and paid invoices of the supplier or, where there are none, with the
    first one that the supplier billed to. Nothing known, nothing said.
    """
    own = tax_key(voucher.invoice.document.supplier.iban)
    if own is None or voucher.is_credit:
        return
    vendor = vendor_of(voucher, policy)
    if vendor is not None and vendor.ibans:
        yield from _against_the_master(voucher, policy, vendor, own)
        return
    known = _known_accounts(voucher, policy)
    if not known or any(tax_key(paper.document.supplier.iban) == own for paper in known):
        return
    paper = known[-1]
    yield Condition(
        expected=paper.document.supplier.iban,
        actual=voucher.invoice.document.supplier.iban,
        at_risk=asked(voucher),
        why=f"The invoice is to be paid to {voucher.invoice.document.supplier.iban}; "
        f"{paper.document.kind.replace('_', ' ')} {paper.document.number} says {paper.document.supplier.iban}.",
        evidence=(place(voucher.invoice, "supplier/iban"), place(paper, "supplier/iban")),
    )


def _against_the_master(voucher: Voucher, policy: Policy, vendor: Vendor, own: str) -> Iterator[Condition]:
    printed, changed = voucher.invoice.document.supplier.iban, vendor.bank_changed_on
    if own not in {tax_key(iban) for iban in vendor.ibans}:
        expected = ", ".join(vendor.ibans)
        why = f"The invoice is to be paid to {printed}; the supplier master has {expected} for {vendor.name}."
    elif changed is None or (voucher.as_of - changed).days >= policy.bank_days or _is_confirmed(vendor):
        return
    else:
        expected = "a call-back by a second person"
        who = "nobody" if vendor.bank_confirmed_by is None else f"only {vendor.bank_confirmed_by}, who entered it,"
        why = f"The account {printed} was entered for {vendor.name} on {changed}; {who} has confirmed it with them."
    yield Condition(
        expected=expected,
        actual=printed,
        at_risk=asked(voucher),
        why=why,
        evidence=(place(voucher.invoice, "supplier/iban"),),
    )


def _is_confirmed(vendor: Vendor) -> bool:
    confirmed, entered = vendor.bank_confirmed_by, vendor.bank_changed_by or vendor.changed_by
    return confirmed is not None and confirmed.casefold() != (entered or "").casefold()


def _known_accounts(voucher: Voucher, policy: Policy) -> list[Filed]:
    """The papers that show an account of the supplier which somebody has relied on."""
    seller = voucher.invoice.document.supplier

    def shows(paper: Filed) -> bool:
        same = same_party(paper.document.supplier, seller, least=policy.name_similarity) is Sameness.SAME
        return same and paper.document.supplier.iban is not None

    agreed = [paper for paper in (*voucher.orders, *voucher.contracts) if shows(paper)]
    billed = [paper for paper in voucher.history if is_live(paper) and shows(paper)]
    paid = [paper for paper in billed if paper.standing is Standing.PAID]
    return [*agreed, *paid] or billed[:1]


@rule(
    "VENDOR_BLOCKED",
    severity=Severity.HOLD,
    owner=Owner.NOBODY,
    level=Level.DOCUMENT,
    assertion=Assertion.AUTHORISATION,
    peppol=("UQ", "REC", "NOA"),
    x12_426="18",
    registers=("vendors",),
    cure=Cure.MASTER_CHANGE,
)
def supplier_is_blocked(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Nothing is paid to a supplier that is blocked, on hold, inactive or not set up for the company.

    Compares the seller with the policy's list of blocked suppliers and with its entry in the supplier master.
    """
    found = list(_listed(voucher, policy, policy.blocked_suppliers, "blocked"))
    yield from found
    vendor = vendor_of(voucher, policy)
    if found or vendor is None:
        return
    buyer = voucher.invoice.document.buyer
    if vendor.status is not VendorStatus.ACTIVE:
        expected, actual = "active", vendor.status.replace("_", " ")
        why = f"{vendor.name} is {actual} in the supplier master."
    elif vendor.entities and not any(_is(buyer, name, policy) for name in vendor.entities):
        expected, actual = ", ".join(vendor.entities), buyer.name or buyer.vat_id or "another"
        why = f"{vendor.name} is set up for {expected}, not for {actual}."
    else:
        return
    yield Condition(
        expected=expected,
        actual=actual,
        at_risk=asked(voucher),
        why=why,
        evidence=(place(voucher.invoice, "supplier/name"),),
    )


def _is(party: Party, name: str, policy: Policy) -> bool:
    return same_party(party, named_party(name), least=policy.name_similarity) is not Sameness.DIFFERENT


@rule(
    "SANCTIONS_HIT",
    severity=Severity.HOLD,
    owner=Owner.NOBODY,
    level=Level.DOCUMENT,
    assertion=Assertion.AUTHORISATION,
    peppol=("RE", "LEG", "NOA"),
    registers=("sanctions",),
)
def seller_is_sanctioned(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Nothing is paid to a sanctioned party, nor to a company that one owns.

    Compares the seller, and its directors in the supplier master, with the policy's list and with the
    sanctions lists on file: by tax or registration number, or by a name that is nearly the same.
    """
    found = list(_listed(voucher, policy, policy.sanctioned, "sanctioned"))
    yield from found
    hit = None if found else _sanctioned(voucher, policy)
    if hit is not None:
        name, party, what = hit
        day = f" of {party.listed_on}" if party.listed_on else ""
        yield Condition(
            expected="a supplier that is not sanctioned",
            actual=name,
            at_risk=asked(voucher),
            why=f"{name} is {what} {party.name}, who is on the sanctions list {party.list}{day}.",
            evidence=(place(voucher.invoice, "supplier/name"),),
            detail={"list": party.list} | ({"listed_on": party.listed_on.isoformat()} if party.listed_on else {}),
        )


def _sanctioned(voucher: Voucher, policy: Policy) -> tuple[str, SanctionedParty, str] | None:
    """The listed party, the name of ours that hit it, and how the two hang together."""
    seller, vendor = voucher.invoice.document.supplier, vendor_of(voucher, policy)
    sheet = voucher.facts.sheet(SanctionedParty)
    for number in (seller.vat_id, seller.legal_id):
        for party in sheet.where(numbers_of_listed, tax_key(number)):
            return seller.name or number or "", party, "the same as"
    for name in (seller.name, vendor.name if vendor else None):
        for party, _ in named_like(sheet, names_of_listed, name, policy):
            return name or "", party, "named like"
        for party, _ in named_like(sheet, names_owned, name, policy):
            return name or "", party, "owned by"
    for name in vendor.directors if vendor else ():
        for party, _ in named_like(sheet, names_of_listed, name, policy):
            return name, party, "named like"
    return None


def _named_like(name: str | None, other: str, policy: Policy) -> bool:
    own, theirs = name_key(name), name_key(other)
    return own is not None and theirs is not None and name_likeness(own, theirs) >= policy.name_similarity


def _listed(voucher: Voucher, policy: Policy, names: tuple[str, ...], what: str) -> Iterator[Condition]:
    seller = voucher.invoice.document.supplier
    for name in names:
        if same_party(seller, named_party(name), least=policy.name_similarity) is not Sameness.SAME:
            continue
        yield Condition(
            expected=f"a supplier that is not {what}",
            actual=seller.name or seller.vat_id,
            at_risk=asked(voucher),
            why=f"{seller.name or seller.vat_id} is {what}: it is on the list as {name}.",
            evidence=(place(voucher.invoice, "supplier/name"),),
        )
        return


@rule(
    "BANK_SHARED",
    severity=Severity.HOLD,
    owner=Owner.SECURITY,
    level=Level.ACROSS,
    assertion=Assertion.AUTHORISATION,
    peppol=("UQ", "FIN", "PIN"),
    x12_426="21",
    registers=("vendors", "employees"),
    concerns=lambda voucher, _policy: voucher.invoice.document.supplier.iban is not None,
    cure=Cure.CALL_BACK,
)
def account_belongs_to_another(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """The account that an invoice is to be paid to belongs to nobody but its supplier.

    Looks for the account at other suppliers (in the supplier master and on live bills) and at employees.
    """
    own = tax_key(voucher.invoice.document.supplier.iban)
    if own is None or voucher.is_credit:
        return
    seller = voucher.invoice.document.supplier
    for holder, place_of in _holders(voucher, policy, own):
        yield Condition(
            expected="an account of the supplier alone",
            actual=holder,
            at_risk=asked(voucher),
            why=f"The invoice of {seller.name} is to be paid to {seller.iban}, which is also the account of {holder}.",
            evidence=(place(voucher.invoice, "supplier/iban"), *place_of),
            detail={"about": holder},
        )


def _holders(voucher: Voucher, policy: Policy, iban: str) -> Iterator[tuple[str, tuple[Place, ...]]]:
    """Who else holds the account, each once."""
    seen: set[str] = set()
    for vendor in voucher.facts.sheet(Vendor).where(accounts_of_vendor, iban):
        if not _is_seller(voucher, party_of(vendor), policy):
            seen.add(name_key(vendor.name) or vendor.id)
            yield f"supplier {vendor.name}", ()
    for person in voucher.facts.sheet(Employee).where(accounts_of_person, iban):
        yield f"employee {person.id}", ()
    for bill in voucher.same_account:
        other = bill.document.supplier
        if is_live(bill) and not _is_seller(voucher, other, policy) and name_key(other.name) not in seen:
            seen.add(name_key(other.name) or bill.id)
            yield f"supplier {other.name}", (place(bill, "supplier/iban"),)


def _is_seller(voucher: Voucher, party: Party, policy: Policy) -> bool:
    seller = voucher.invoice.document.supplier
    return same_party(seller, party, least=policy.name_similarity) is not Sameness.DIFFERENT


@rule(
    "VENDOR_EMPLOYEE_MATCH",
    severity=Severity.HOLD,
    owner=Owner.AUDIT,
    level=Level.ACROSS,
    assertion=Assertion.AUTHORISATION,
    registers=("employees",),
)
def supplier_looks_like_an_employee(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A supplier is nobody who works for the company that pays it.

    Compares the supplier (as printed and as in the supplier master) with the employees: the same address,
    phone, tax number or account; a name that is nearly the same is named with it, and says nothing alone.
    """
    seller, vendor = voucher.invoice.document.supplier, vendor_of(voucher, policy)
    sheet = voucher.facts.sheet(Employee)
    ours = marks_of_party(seller) | (marks_of_vendor(vendor) if vendor else set())
    shared: dict[str, set[str]] = {}
    people: dict[str, Employee] = {}
    for mark in sorted(ours):
        for person in sheet.where(marks_of_person, mark):
            people[person.id] = person
            shared.setdefault(person.id, set()).add(mark.partition(" ")[0])
    for identifier in sorted(people):
        person = people[identifier]
        what = [word for word in ("account", "tax number", "phone", "address") if word.split()[0] in shared[identifier]]
        if _named_like(seller.name, person.name, policy):
            what.append("name")
        yield Condition(
            expected="a supplier who is no employee",
            actual=f"employee {person.id}",
            at_risk=asked(voucher),
            why=f"{seller.name} shares {' and '.join(what)} with employee {person.id}.",
            evidence=(place(voucher.invoice, "supplier/name"),),
            detail={"about": person.id, "shared": ", ".join(what)},
        )


@rule(
    "VENDOR_DUPLICATE",
    severity=Severity.WARN,
    owner=Owner.SECURITY,
    level=Level.ACROSS,
    assertion=Assertion.OCCURRENCE,
    registers=("vendors",),
    cure=Cure.MASTER_CHANGE,
)
def supplier_is_kept_twice(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A supplier stands in the supplier master once.

    Looks in the master for another entry of the invoice's supplier: the same tax or registration number or
    account, or a name that is nearly the same at the same postcode.
    """
    vendor = vendor_of(voucher, policy)
    if vendor is None:
        return
    for other, what in _twins(voucher, vendor, policy):
        yield Condition(
            expected="one entry",
            actual=f"{vendor.id} and {other.id}",
            at_risk=Money.of(0, voucher.currency),
            why=f"The supplier master holds {vendor.name} as {vendor.id} and {other.name} as {other.id}, "
            f"with the same {what}.",
            evidence=(place(voucher.invoice, "supplier/name"),),
            detail={"about": other.id},
        )


def _twins(voucher: Voucher, vendor: Vendor, policy: Policy) -> Iterator[tuple[Vendor, str]]:
    sheet = voucher.facts.sheet(Vendor)
    same: dict[str, tuple[Vendor, str]] = {}
    for mark in sorted(marks_of_vendor(vendor)):
        word = mark.partition(" ")[0]
        if word in {"tax", "registration", "account"}:
            named = "account" if word == "account" else f"{word} number"
            for other in sheet.where(marks_of_vendor, mark):
                same.setdefault(other.id, (other, named))
    for other in sheet.where(postcodes_of, number_key(vendor.postcode)):
        if _named_like(vendor.name, other.name, policy):
            same.setdefault(other.id, (other, "name and postcode"))
    return (same[key] for key in sorted(same) if key != vendor.id)
