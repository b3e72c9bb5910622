"""Invoice: what the supplier asks to be paid (EN 16931, type 380; X12 810); `final` closes the order."""

from app.documents.kinds.kind import KINDS, Kind, Role

INVOICE = KINDS.add(
    "invoice",
    Kind(
        code="invoice",
        title="Invoice",
        plural="Invoices",
        role=Role.BILLING,
        needs=("/number", "/issue_date", "/currency", "/supplier/name", "/buyer/name", "/totals/net", "/totals/gross"),
        line_needs=("/quantity", "/net_amount", "/unit_price"),
        sign=1,
        prefix="inv",
    ),
)
