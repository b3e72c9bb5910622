"""Identities: what makes a supplier, an employee and a listed party the same one, as keys to find them by."""

import re
from typing import TypeVar

from rapidfuzz import fuzz, process

from app.documents.document import Party
from app.documents.normal import name_key, number_key, tax_key
from app.linking.parties import Sameness, name_likeness, same_party
from app.linking.voucher import Voucher
from app.matching.policy import Policy
from app.registers import Sheet
from app.registers.entries.employees import Employee
from app.registers.entries.sanctions import SanctionedParty
from app.registers.entries.vendors import Vendor
from app.registers.entries.work_items import WorkItem
from app.registers.facts import Finder

T = TypeVar("T")

_STREET = re.compile(r"\b(?:str|strasse|street|st|road|rd|avenue|ave)\b")
#: The digits by which two phone numbers are one, however the country and the trunk zero are written.
_PHONE_DIGITS = 8
#: Providers of mail for everybody: sharing them says nothing.
_OPEN_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com gmx.de gmx.net web.de "
    "t-online.de orange.fr wanadoo.fr free.fr libero.it aol.com proton.me protonmail.com mail.ru qq.com 163.com".split()
)


def vendor_of(voucher: Voucher, policy: Policy) -> Vendor | None:
    """The supplier's own entry in the supplier master: by tax or registration number, else by name; None if unsure."""
    seller, sheet = voucher.invoice.document.supplier, voucher.facts.sheet(Vendor)
    for mark in (_mark("tax", seller.vat_id), _mark("registration", seller.legal_id), _mark("id", seller.id)):
        found = sheet.where(marks_of_vendor, mark)
        if found:
            return min(found, key=lambda vendor: vendor.id)
    named = sheet.where(names_of_vendor, name_key(seller.name)) or [
        vendor for vendor, _ in named_like(sheet, names_of_vendor, seller.name, policy)
    ]
    same = [v for v in named if same_party(seller, party_of(v), least=policy.name_similarity) is Sameness.SAME]
    return min(same, key=lambda vendor: vendor.id, default=None)


def named_like(sheet: Sheet[T], finder: Finder[T], name: str | None, policy: Policy) -> list[tuple[T, str]]:
    """The entries of a register with a name that is nearly this one, and that name, in the register's order."""
    own, (names, entries) = name_key(name), sheet.listed(finder)
    if own is None:
        return []
    near = process.extract(own, names, scorer=fuzz.token_sort_ratio, score_cutoff=policy.name_similarity, limit=None)
    return [(entries[at], key) for key, _, at in sorted(near, key=lambda found: found[2]) if _agrees(own, key, policy)]


def _agrees(own: str, key: str, policy: Policy) -> bool:
    # Other numbers make another company (name_likeness knows).
    return name_likeness(own, key) >= policy.name_similarity


def party_of(vendor: Vendor) -> Party:
    """The vendor as a party of a document."""
    return Party(name=vendor.name, vat_id=vendor.vat_id, legal_id=vendor.legal_id, address=vendor.address)


def marks_of_party(party: Party) -> set[str]:
    """What a printed party shares with whoever is the same."""
    return _marks(
        account=[party.iban], tax=[party.vat_id], registration=[party.legal_id], phone=[party.phone]
    ) | _address(party.address)


def marks_of_vendor(vendor: Vendor) -> set[str]:
    """The same of an entry of the supplier master."""
    return (
        _marks(account=vendor.ibans, tax=[vendor.vat_id], registration=[vendor.legal_id], phone=[vendor.phone])
        | _address(vendor.address, vendor.postcode)
        | {mark for mark in [_mark("id", vendor.id)] if mark}
    )


def marks_of_person(person: Employee) -> set[str]:
    """The same of an employee."""
    return _marks(account=person.ibans, tax=[person.tax_id], phone=[person.phone]) | _address(
        person.address, person.postcode
    )


def marks_of_relation(vendor: Vendor) -> set[str]:
    """What two vendors of one owner share: beyond the marks of one company its mail domain and who runs it."""
    domain = mail_domain(vendor.email)
    directors = {f"director {name_key(name)}" for name in vendor.directors if name_key(name)}
    own = {mark for mark in marks_of_vendor(vendor) if not mark.startswith("id ")}
    return own | directors | ({f"mail {domain}"} if domain else set())


def work_keys(item: WorkItem) -> set[str | None]:
    """The number by which a project or ticket is found."""
    return {number_key(item.number)}


def names_of_vendor(vendor: Vendor) -> set[str | None]:
    """The name by which a vendor is found."""
    return {name_key(vendor.name)}


def accounts_of_vendor(vendor: Vendor) -> set[str | None]:
    """The accounts by which a vendor is found."""
    return {tax_key(iban) for iban in vendor.ibans}


def accounts_of_person(person: Employee) -> set[str | None]:
    """The accounts by which an employee is found."""
    return {tax_key(iban) for iban in person.ibans}


def postcodes_of(vendor: Vendor) -> set[str | None]:
    """The postcode by which a vendor is found."""
    return {number_key(vendor.postcode)}


def names_of_listed(party: SanctionedParty) -> list[str | None]:
    """The names of a listed party itself."""
    return [name_key(name) for name in (party.name, *party.aliases)]


def names_owned(party: SanctionedParty) -> list[str | None]:
    """The names of what a listed party owns."""
    return [name_key(name) for name in party.owner_of]


def numbers_of_listed(party: SanctionedParty) -> set[str | None]:
    """The numbers by which a listed party is found."""
    return {tax_key(party.vat_id), tax_key(party.legal_id)}


def mail_domain(email: str | None) -> str | None:
    """The domain of a mail address, None where everybody has mail there."""
    domain = (email or "").rpartition("@")[2].casefold().strip()
    return None if not domain or domain in _OPEN_MAIL else domain


def _marks(**given: object) -> set[str]:
    found = set()
    for word, values in given.items():
        for value in values if isinstance(values, list | tuple) else ():
            mark = _phone(value) if word == "phone" else _mark(word, value)
            if mark:
                found.add(mark)
    return found


def _mark(word: str, value: str | None) -> str | None:
    key = tax_key(value)
    return f"{word} {key}" if key else None


def _phone(value: str | None) -> str | None:
    digits = re.sub(r"\D", "", value or "")
    return f"phone {digits[-_PHONE_DIGITS:]}" if len(digits) >= _PHONE_DIGITS else None


def _address(address: str | None, postcode: str | None = None) -> set[str]:
    """An address counts with a street and a house number; where the postcode stands apart, it is added."""
    words = name_key(f"{address or ''} {postcode or ''}") or ""
    kept = sorted(set(re.sub(r"(?<=[a-z])(?:strasse|str)\b", " str", _STREET.sub("str", words)).split()))
    return {f"address {' '.join(kept)}"} if address and any(word[0].isdigit() for word in kept) else set()
