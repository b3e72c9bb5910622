"""Credit note: what the supplier gives back (EN 16931, type 381; X12 812).

Amounts are positive; the kind gives the direction.
"""

from app.documents.kinds.kind import KINDS, Kind, Role

CREDIT_NOTE = KINDS.add(
    "credit_note",
    Kind(
        code="credit_note",
        title="Credit note",
        plural="Credit notes",
        role=Role.BILLING,
        needs=("/number", "/issue_date", "/currency", "/supplier/name", "/buyer/name", "/totals/net", "/totals/gross"),
        line_needs=("/quantity", "/net_amount", "/unit_price"),
        sign=-1,
        prefix="inv",
    ),
)
