"""Vendors: the suppliers as the accounts-payable system keeps them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.documents.normal import name_key, number_key
from app.registers.register import REGISTERS, Register


class VendorStatus(StrEnum):
    """Whether a supplier may be paid."""

    ACTIVE = "active"
    ON_HOLD = "on_hold"
    INACTIVE = "inactive"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A supplier of the master file.

    Attributes:
        id: its number in the master file.
        ibans: the accounts it may be paid to.
        directors: who runs it, as far as known.
        entities: the own companies it is set up for (names or tax identifiers); none named means all.
        created_by, changed_by: who entered it, and who changed it last.
        bank_changed_on: the day on which an account was entered or changed last.
        bank_changed_by: who did that.
        bank_confirmed_by: who called the supplier back to confirm the account; another person than the one above.
        introduced_by: the vendor (id or name) that brought it in.
        commission: whether a referral fee or commission between the two is declared.
        relation_approved_by: who approved that relation.
    """

    id: str
    name: str
    vat_id: str | None = None
    legal_id: str | None = None
    ibans: tuple[str, ...] = ()
    address: str | None = None
    postcode: str | None = None
    country: str | None = None
    phone: str | None = None
    email: str | None = None
    directors: tuple[str, ...] = ()
    status: VendorStatus = VendorStatus.ACTIVE
    entities: tuple[str, ...] = ()
    created_by: str | None = None
    changed_by: str | None = None
    bank_changed_on: date | None = None
    bank_changed_by: str | None = None
    bank_confirmed_by: str | None = None
    introduced_by: str | None = None
    commission: bool | None = None
    relation_approved_by: str | None = None


VENDORS = REGISTERS.add(
    "vendors",
    Register(
        code="vendors",
        title="supplier master",
        entry=Vendor,
        key=lambda vendor: number_key(vendor.id) or name_key(vendor.name) or vendor.name,
        holds="The suppliers with their accounts, their standing and who brought them in.",
    ),
)
