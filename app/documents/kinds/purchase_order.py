"""Purchase order: what the buyer orders at what price (UBL Order; X12 850).

A line's `match_way` says how many papers must agree.
"""

from app.documents.kinds.kind import KINDS, Kind, Role

PURCHASE_ORDER = KINDS.add(
    "purchase_order",
    Kind(
        code="purchase_order",
        title="Purchase order",
        plural="Purchase orders",
        role=Role.AGREEMENT,
        needs=("/number", "/issue_date", "/supplier/name", "/buyer/name", "/currency"),
        line_needs=("/description", "/quantity", "/unit_price"),
    ),
)
