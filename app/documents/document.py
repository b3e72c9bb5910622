"""The document: head, parties, references, lines and sums, named as in EN 16931.

One shape serves all eight kinds, as in the canonical JSON: a field that a kind does not have is
None there. What a kind means and needs stands in `kinds/<kind>.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from app.documents.evidence import Evidence
from app.documents.quantity import Quantity


class Basis(StrEnum):
    """What a line is billed by."""

    QUANTITY = "quantity"
    AMOUNT = "amount"


class Posting(StrEnum):
    """Whether a goods receipt counts yet."""

    DRAFT = "draft"
    POSTED = "posted"


class OrderStatus(StrEnum):
    """The state of a purchase order in the buyer's own system."""

    DRAFT = "draft"
    APPROVED = "approved"
    OPEN = "open"
    PARTIALLY_RECEIVED = "partially_received"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Correction(StrEnum):
    """What an invoice or credit note corrects; None means goods."""

    PRICE = "price"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A seller, a buyer, who is paid, or where goods go (EN 16931 BG-4, BG-7, BG-10, BG-13).

    `trading_name` is BT-28 or BT-45, `tax_registration` the number that is none for VAT (BT-32),
    `electronic_address` where e-invoices are sent to (BT-34, BT-49), `contact` a person or office (BT-41, BT-56).
    `iban` and `bic` are those of the first account; all stand in the document's `payment`.
    """

    name: str | None = None
    trading_name: str | None = None
    id: str | None = None
    legal_id: str | None = None
    vat_id: str | None = None
    tax_registration: str | None = None
    iban: str | None = None
    bic: str | None = None
    address: str | None = None
    country: str | None = None
    contact: str | None = None
    phone: str | None = None
    email: str | None = None
    electronic_address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """The numbers of other things that this document names (BT-10 to BT-19, BT-25).

    `tender` is the call for tenders or lot (BT-17), `invoiced_object` what is billed, as a meter or a
    subscription (BT-18), `accounting` where the buyer books it (BT-19).
    """

    purchase_order: str | None = None
    quote: str | None = None
    contract: str | None = None
    despatch_advice: str | None = None
    receiving_advice: str | None = None
    preceding_invoice: str | None = None
    sales_order: str | None = None
    project: str | None = None
    buyer_reference: str | None = None
    tender: str | None = None
    invoiced_object: str | None = None
    accounting: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From the first day to the last, both included (BG-14, BG-26)."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A charge or an allowance: a positive sum under a code (UNCL 7161 / 5189), e.g. FC for freight.

    `base` is what a percent is taken of (BT-93, BT-100, BT-137, BT-142).
    """

    code: str | None = None
    amount: Decimal
    reason: str | None = None
    percent: Decimal | None = None
    base: Decimal | None = None
    tax_rate: Decimal | None = None
    tax_category: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account that may be paid to (BG-17): BT-84, BT-85, BT-86. `iban` holds any account number."""

    iban: str | None = None
    name: str | None = None
    bic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """How to pay (BG-16, BG-19).

    `means` is the code of UNCL 4461 (BT-81) or of the document's own list, several with commas between,
    `remittance` what to write beside the payment (BT-83), `accounts` every account given, `mandate` (BT-89),
    `creditor` (BT-90) and `debited_account` (BT-91) those of a direct debit.
    """

    means: str | None = None
    remittance: str | None = None
    accounts: tuple[Account, ...] = ()
    mandate: str | None = None
    creditor: str | None = None
    debited_account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What sort of goods or service it is: a code (BT-158) of a list, named by UNTDID 7143 (as TST for UNSPSC)."""

    code: str
    scheme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """What a software line or license receipt entitles to (after ISO/IEC 19770-3).

    `rights` = `packs` × `rights_per_pack`. `keys` hold sealed keys only (`LicenseKey` in the API's
    words): a salted hash and the last four characters, never the key.
    """

    product: str | None = None
    publisher: str | None = None
    metric: str | None = None
    rights: Decimal | None = None
    packs: Decimal | None = None
    rights_per_pack: Decimal | None = None
    keys: tuple[str, ...] = ()
    entitlement_ids: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a document (EN 16931 BG-25 and its kin in orders, slips and receipts).

    `net_amount` (BT-131) includes the line's own charges and allowances. `unit` is a Rec 20 code,
    `unit_text` what was printed. On a slip `quantity` is what was despatched, on a goods receipt what
    came (`received`, `accepted`, `rejected`); a return is negative.

    `unit_price` (BT-146) is `gross_price` (BT-148) less `price_discount` (BT-147), all three for the same price
    base quantity (BT-149). `note` is BT-127, `accounting` BT-133, `invoiced_object` BT-128, `origin` the country
    that the goods come from (BT-159).
    """

    id: str | None = None
    description: str | None = None
    seller_item_id: str | None = None
    buyer_item_id: str | None = None
    gtin: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    unit_text: str | None = None
    unit_price: Decimal | None = None
    gross_price: Decimal | None = None
    price_discount: Decimal | None = None
    price_base_quantity: Decimal | None = None
    net_amount: Decimal | None = None
    tax_rate: Decimal | None = None
    tax_category: str | None = None
    order_line: str | None = None
    purchase_order: str | None = None
    despatch_advice: str | None = None
    receiving_advice: str | None = None
    period: Period | None = None
    charges: tuple[Charge, ...] = ()
    allowances: tuple[Charge, ...] = ()
    license: License | None = None
    basis: Basis | None = None
    second_quantity: Quantity | None = None
    cancelled_quantity: Decimal | None = None
    pack_size: Decimal | None = None
    self_billed: bool | None = None
    lot: str | None = None
    serials: tuple[str, ...] = ()
    outstanding: Decimal | None = None
    received: Decimal | None = None
    accepted: Decimal | None = None
    rejected: Decimal | None = None
    match_way: int | None = None
    need_by: date | None = None
    category: str | None = None
    project: str | None = None
    ticket: str | None = None
    note: str | None = None
    accounting: str | None = None
    invoiced_object: str | None = None
    classifications: tuple[Classification, ...] = ()
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The document's sums (BG-22): lines BT-106, allowances 107, charges 108, net 109, tax 110, gross 112 and so on."""

    lines: Decimal | None = None
    allowances: Decimal | None = None
    charges: Decimal | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    gross: Decimal | None = None
    prepaid: Decimal | None = None
    rounding: Decimal | None = None
    due: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxBreakdown:
    """One tax category (BG-23): taxable amount BT-116, tax BT-117, category BT-118, rate BT-119.

    Why no tax is due stands in words (`exemption`, BT-120) or by its code (`exemption_code`, BT-121).
    """

    category: str | None = None
    rate: Decimal | None = None
    taxable: Decimal | None = None
    tax: Decimal | None = None
    exemption: str | None = None
    exemption_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevel:
    """A promise of a contract: what is measured, the target, and the credit owed beyond it (% of the period's fee).

    A scale of credits is several levels of one objective. `lower_is_better` says that the target is a most
    (hours to answer), not a least (availability).
    """

    objective: str
    measure: str | None = None
    target: Decimal | None = None
    credit_percent: Decimal | None = None
    lower_is_better: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTerms:
    """What a contract agrees beyond its price list (the lines).

    `needs_approval` names what must be approved before it is billed (ticket, project, change …);
    `rework_free` says that work on a task that is opened again is not billed; `retainage_percent` is kept
    back of each bill until the work is accepted as a whole.
    """

    start: date | None = None
    end: date | None = None
    notice_days: int | None = None
    markup_percent: Decimal | None = None
    limit: Decimal | None = None
    service_levels: tuple[ServiceLevel, ...] = ()
    needs_approval: tuple[str, ...] = ()
    rework_free: bool | None = None
    retainage_percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document of a purchase, of one of the eight kinds, with its lines.

    `payee` is who is paid where that is not the supplier (BG-10), `ship_to` where the goods go (BG-13).
    `evidence` maps a JSON pointer into this document to the place where the value stood.
    """

    kind: str
    number: str | None = None
    issue_date: date | None = None
    due_date: date | None = None
    currency: str | None = None
    type_code: str | None = None
    supplier: Party = field(default_factory=Party)
    buyer: Party = field(default_factory=Party)
    references: References = field(default_factory=References)
    lines: tuple[Line, ...] = ()
    charges: tuple[Charge, ...] = ()
    allowances: tuple[Charge, ...] = ()
    totals: Totals = field(default_factory=Totals)
    tax_breakdown: tuple[TaxBreakdown, ...] = ()
    period: Period | None = None
    payment_terms: str | None = None
    payment: Payment | None = None
    payee: Party | None = None
    ship_to: Party | None = None
    delivery_terms: str | None = None
    delivery_date: date | None = None
    posting: Posting | None = None
    created_by: str | None = None
    approved_by: str | None = None
    received_at: datetime | None = None
    valid_until: date | None = None
    version: str | None = None
    approved_at: datetime | None = None
    created_at: datetime | None = None
    status: OrderStatus | None = None
    final: bool | None = None
    correction: Correction | None = None
    contract: ContractTerms | None = None
    note: str | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
