"""What a policy says of linking, as plain values: the floor above owns the policy."""

from dataclasses import dataclass
from enum import StrEnum


class PriceBasis(StrEnum):
    """What a unit price holds: the line's charges and discounts too (`net`), or the item alone (`item`)."""

    NET = "net"
    ITEM = "item"


class ReceiptProof(StrEnum):
    """What proves that goods came."""

    SLIP_IF_NO_RECEIPT = "slip_if_no_receipt"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """How papers are linked and figures are formed.

    Attributes:
        price_basis: what a unit price holds.
        receipt_proof: whether packing slips stand for receipts where an order has none at all.
        match_way: how many papers must agree where the order line does not say.
        name_similarity: from which likeness (0 to 100) two names are one company.
        quote_days: how long a quote without an end of its own backs an order that does not name it.
    """

    price_basis: PriceBasis = PriceBasis.NET
    receipt_proof: ReceiptProof = ReceiptProof.SLIP_IF_NO_RECEIPT
    match_way: int = 3
    name_similarity: int = 90
    quote_days: int = 90
